package org.strowger.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.PathItem.HttpMethod;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.strowger.kernel.AccountId;
import org.strowger.kernel.Money;
import org.strowger.kernel.data.Setting;
import org.strowger.kernel.data.Shape;
import org.strowger.rest.api.Endpoint;
import org.strowger.rest.api.RestAnswer;
import org.strowger.rest.internal.Routes.Offer;
import org.strowger.rest.internal.json.JsonWriter;

/** The document as an independent reader of OpenAPI understands it. */
class OpenApiTest {

  enum Colour { RED, GREEN }

  record Part(String code, @Setting(optional = true) Money price) {}

  record Thing(
      AccountId id,
      @Setting(label = "Name", help = "What it is called.", min = 2, max = 40, pattern = "[a-z]+") String name,
      @Setting(secret = true, optional = true) String password,
      @Setting(initial = "30", min = 1, max = 60) int level,
      @Setting(optional = true) Colour colour,
      @Setting(optional = true) Instant since,
      @Setting(optional = true) Duration ring,
      BigDecimal rate,
      Money balance,
      List<Part> parts) {}

  record Search(@Setting(help = "Starts with.", optional = true) String name, @Setting(initial = "10", max = 100) int limit) {}

  record Page(@Setting(initial = "0", min = 0) int offset, @Setting(initial = "10", min = 1, max = 100) int limit) {}

  record Other(boolean flag) {}

  private static final Endpoint.Handler NOTHING = request -> RestAnswer.noContent();
  private static final org.strowger.kernel.data.Schema THING = Shape.of(Thing.class).schema();

  private OpenAPI api;
  private List<String> messages;

  @BeforeEach
  void read() {
    var document = new OpenApi(List.of(
        new Offer("things", List.of(
            Endpoint.get("/things", "List things", NOTHING).takingQuery(Shape.of(Search.class).schema()).answeringListOf(() -> THING),
            Endpoint.post("/things", "Make a thing", NOTHING).taking(() -> THING).creating(() -> THING),
            Endpoint.post("/things/{id}/count", "Count", NOTHING).answering(() -> THING),
            Endpoint.patch("/things/{id}", "Change a thing", NOTHING).taking(() -> THING).answering(() -> THING),
            Endpoint.delete("/things/{id}", "Remove a thing", NOTHING))),
        new Offer("others", List.of(
            Endpoint.get("/things/{id}/parts", "List parts", NOTHING).takingQuery(Shape.of(Page.class).schema()).answeringListOf(() -> Shape.of(Part.class).schema()),
            Endpoint.get("/things/{id}/other", "See", NOTHING).answering(() -> Shape.of(Other.class, "Thing").schema()),
            Endpoint.get("/gone", "Gone", NOTHING).answering(() -> {
              throw new IllegalStateException("its feature goes");
            }))))).document();
    var options = new ParseOptions();
    options.setResolve(true);
    var parsed = new OpenAPIV3Parser().readContents(new String(new JsonWriter().print(document), StandardCharsets.UTF_8), List.of(), options);
    messages = parsed.getMessages();
    api = parsed.getOpenAPI();
  }

  @Test
  void isValid() {
    assertThat(messages).isEmpty();
    assertThat(api.getOpenapi()).isEqualTo("3.0.3");
    assertThat(api.getPaths()).containsOnlyKeys("/gone", "/things", "/things/{id}", "/things/{id}/count", "/things/{id}/other", "/things/{id}/parts");
    assertThat(api.getTags()).extracting("name").containsExactly("others", "things");
    assertThat(api.getComponents().getSecuritySchemes()).containsOnlyKeys("basic", "token");
  }

  @Test
  void everyOperationHasItsOwnIdAndRefusals() {
    var ids = api.getPaths().values().stream().flatMap(path -> path.readOperations().stream()).map(operation -> {
      assertThat(operation.getResponses()).containsKeys("401", "403", "default");
      return operation.getOperationId();
    }).toList();
    assertThat(ids).doesNotHaveDuplicates().contains("patchThingsId", "getThingsIdOther");
  }

  @Test
  void describesParameters() {
    var list = api.getPaths().get("/things").getGet().getParameters();
    assertThat(list).extracting("name").containsExactly("name", "limit");
    assertThat(list).extracting("required").containsOnly(false);
    assertThat(list.get(0).getDescription()).isEqualTo("Starts with.");
    assertThat(list.get(1).getSchema().getMaximum()).isEqualByComparingTo("100");
    var path = api.getPaths().get("/things/{id}").readOperationsMap().get(HttpMethod.DELETE).getParameters();
    assertThat(path).extracting("name", "in", "required").containsExactly(org.assertj.core.groups.Tuple.tuple("id", "path", true));
  }

  @Test
  void describesFieldsByTheirRules() {
    Map<String, Schema> fields = api.getComponents().getSchemas().get("ThingInput").getProperties();
    Schema<?> name = fields.get("name");
    assertThat(name.getMinLength()).isEqualTo(2);
    assertThat(name.getMaxLength()).isEqualTo(40);
    assertThat(name.getPattern()).isEqualTo("^(?:[a-z]+)$");
    assertThat(name.getTitle()).isEqualTo("Name");
    assertThat(name.getDescription()).isEqualTo("What it is called.");
    assertThat(fields.get("password").getWriteOnly()).isTrue();
    assertThat(fields.get("level").getDefault()).hasToString("30");
    assertThat(fields.get("level").getMinimum()).isEqualByComparingTo("1");
    assertThat(fields.get("colour").getEnum()).hasToString("[RED, GREEN]");
    assertThat(fields.get("since").getFormat()).isEqualTo("date-time");
    assertThat(fields.get("rate").getType()).isEqualTo("string");
    assertThat(fields.get("balance").getProperties()).containsKeys("amount", "currency");
    assertThat(fields.get("parts").getItems().getProperties()).containsKeys("code", "price");
  }

  @Test
  void asksForAllInANewThingAndForNothingInAChange() {
    Map<String, Schema> schemas = api.getComponents().getSchemas();
    assertThat(schemas.get("ThingInput").getRequired()).contains("name", "rate", "balance").doesNotContain("level", "password");
    assertThat(schemas.get("ThingInput").getAdditionalProperties()).isEqualTo(false);
    assertThat(schemas.get("ThingChanges").getRequired()).isNull();
    assertThat(((Schema<?>) schemas.get("ThingChanges").getProperties().get("level")).getDefault()).isNull();
    assertThat(api.getPaths().get("/things/{id}").getPatch().getRequestBody().getContent().get("application/json").getSchema().get$ref()).endsWith("/ThingChanges");
  }

  @Test
  void saysThatAChangeIsAMergePatch() {
    var taken = api.getPaths().get("/things/{id}").getPatch().getRequestBody().getContent();
    assertThat(taken).containsOnlyKeys("application/json", "application/merge-patch+json");
    assertThat(taken.get("application/merge-patch+json").getSchema().get$ref()).endsWith("/ThingChanges");
    assertThat(api.getPaths().get("/things").getPost().getRequestBody().getContent()).containsOnlyKeys("application/json");
  }

  @Test
  void saysWhichListsGoOn() {
    var answer = api.getPaths().get("/things/{id}/parts").getGet().getResponses().get("200");
    assertThat(answer.getHeaders().get("Link").get$ref()).isEqualTo("#/components/headers/Next");
    assertThat(api.getComponents().getHeaders().get("Next").getDescription()).contains("next page", "RFC 8288", "absent on the last");
    assertThat(api.getPaths().get("/things").getGet().getResponses().get("200").getHeaders()).as("it has no offset").isNull();
  }

  @Test
  void keepsTwoSchemasOfOneNameApart() {
    Map<String, Schema> schemas = api.getComponents().getSchemas();
    assertThat(schemas.get("Thing").getProperties()).containsKey("name");
    assertThat(schemas.get("Thing2").getProperties()).containsOnlyKeys("flag");
  }

  @Test
  void saysTheOneStatusThatIsGiven() {
    assertThat(api.getPaths().get("/things").getPost().getResponses()).containsKey("201").doesNotContainKey("200");
    assertThat(api.getPaths().get("/things/{id}/count").getPost().getResponses()).containsKey("200").doesNotContainKey("201");
    assertThat(api.getPaths().get("/things/{id}").getPatch().getResponses()).containsKey("200").doesNotContainKey("201");
  }

  /** As the VoIP password that the switch made for a new account. */
  @Test
  void aSecretThatIsAnsweredIsNotWriteOnly() {
    Schema<?> answered = (Schema<?>) api.getComponents().getSchemas().get("Thing").getProperties().get("password");
    assertThat(answered.getWriteOnly()).isNotEqualTo(true);
    assertThat(answered.getReadOnly()).isTrue();
  }
}
