package org.strowger.routing.internal.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.strowger.billing.api.Payer;
import org.strowger.kernel.CarrierId;
import org.strowger.kernel.ErrorCode;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.Violation;
import org.strowger.kernel.data.FieldSchema;
import org.strowger.rest.api.Caller;
import org.strowger.rest.api.Endpoint;
import org.strowger.rest.api.RestAnswer;
import org.strowger.rest.api.RestRequest;
import org.strowger.rest.api.Role;
import org.strowger.routing.internal.Switchboard;
import org.strowger.testkit.postgres.TestDatabase;

/** The endpoints as the door calls them. */
class RoutingRestTest {

  @TempDir Path home;
  private TestDatabase database;
  private Switchboard switchboard;
  private List<Endpoint> endpoints;

  @BeforeEach
  void open() {
    database = TestDatabase.open();
    switchboard = new Switchboard(database, home);
    endpoints = new ArrayList<>(new CarrierResource(switchboard.carriers).endpoints());
    endpoints.addAll(new RoutingGroupResource(switchboard.groups).endpoints());
  }

  @AfterEach
  void close() {
    switchboard.close();
    database.close();
  }

  private RestAnswer call(String method, String path, Map<String, Object> body) {
    return call(method, path, Map.of(), body);
  }

  private RestAnswer call(String method, String path, Map<String, String> query, Map<String, Object> body) {
    for (Endpoint endpoint : endpoints) {
      Map<String, String> names = endpoint.method().equals(method) ? matched(endpoint.path().split("/"), path.split("/")) : null;
      if (names != null) {
        return endpoint.handler().handle(new RestRequest(names, query, body, new Caller("admin", Role.ADMIN)));
      }
    }
    throw new AssertionError("no endpoint for " + method + " " + path);
  }

  private static Map<String, String> matched(String[] template, String[] path) {
    var names = new HashMap<String, String>();
    for (int i = 0; i < template.length; i++) {
      if (template.length != path.length || !(template[i].startsWith("{") || template[i].equals(path[i]))) {
        return null;
      }
      names.put(template[i].replaceAll("[{}]", ""), path[i]);
    }
    return names;
  }

  @SuppressWarnings("unchecked")
  private Map<String, Object> object(String method, String path, Map<String, Object> body) {
    return (Map<String, Object>) call(method, path, body).data();
  }

  private Object id(String path, Map<String, Object> body) {
    return object("POST", path, body).get("id");
  }

  private void assertRefused(String method, String path, Map<String, Object> body, ErrorCode code, String... words) {
    assertThatThrownBy(() -> call(method, path, body)).isInstanceOfSatisfying(StrowgerException.class, e -> {
      assertThat(e.code()).isEqualTo(code);
      assertThat(e.getMessage()).contains(words);
    });
  }

  @Test
  void carrierIsMadeShownChangedAndDeleted() {
    RestAnswer made = call("POST", "/carriers", Map.of("name", "acme", "address", "192.0.2.1", "username", "us", "password", "s3cret"));
    assertThat(made.status()).isEqualTo(201);
    assertThat(made.location()).isEqualTo("/carriers/1");
    assertThat(made.data().toString()).doesNotContain("s3cret");
    assertThat(object("GET", "/carriers/1", Map.of())).isEqualTo(made.data())
        .containsEntry("address", "192.0.2.1:5060").containsEntry("passwordSet", true).containsEntry("answerTimeout", 120L).containsEntry("capacity", 0L)
        .doesNotContainKey("password");
    assertThat(call("GET", "/carriers", Map.of()).data()).isEqualTo(List.of(made.data()));

    Object version = object("GET", "/carriers/1", Map.of()).get("version");
    Map<String, Object> changed = object("PATCH", "/carriers/1", Map.of("version", version, "capacity", 30L, "stopCodes", List.of(486L)));
    assertThat(changed).containsEntry("capacity", 30L).containsEntry("stopCodes", List.of(486L)).containsEntry("passwordSet", true);
    assertThat(changed.get("version")).isNotEqualTo(version);
    assertRefused("PATCH", "/carriers/1", Map.of("version", version, "capacity", 31L), ErrorCode.CONFLICT, "changed since you read it");

    var none = new HashMap<String, Object>();
    none.put("password", null);
    none.put("capacity", null);
    assertThat(object("PATCH", "/carriers/1", none)).containsEntry("passwordSet", false).containsEntry("capacity", 0L);
    assertThat(call("DELETE", "/carriers/1", Map.of()).status()).isEqualTo(204);
    assertRefused("GET", "/carriers/1", Map.of(), ErrorCode.NOT_FOUND, "carrier 1");
  }

  @Test
  void aCarrierToWhichSomethingIsOwedIsNotDeleted() {
    Object id = id("/carriers", Map.of("name", "acme", "address", "192.0.2.1"));
    Payer payer = Payer.of(new CarrierId(Integer.parseInt(id.toString())));
    switchboard.owed.amounts.put(payer, "-1.5 USD");
    assertRefused("DELETE", "/carriers/" + id, Map.of(), ErrorCode.CONFLICT, "balance of -1.5 USD");
    assertThat(object("GET", "/carriers/" + id, Map.of())).containsEntry("name", "acme");
    switchboard.owed.amounts.clear();
    assertThat(call("DELETE", "/carriers/" + id, Map.of()).status()).isEqualTo(204);
  }

  @Test
  void everyBrokenFieldOfACarrierIsNamedAndNothingIsMade() {
    assertThatThrownBy(() -> call("POST", "/carriers", Map.of("name", "x", "address", "no where", "capacity", -5L, "password", "", "colour", "red")))
        .isInstanceOfSatisfying(InvalidInput.class, e -> assertThat(e.violations()).extracting(Violation::field).contains("capacity", "password", "colour"));
    assertThatThrownBy(() -> call("POST", "/carriers", Map.of("name", "x", "address", "127.0.0.1:5099", "cldTranslation", "s/(/x/")))
        .isInstanceOfSatisfying(InvalidInput.class, e -> assertThat(e.violations()).singleElement().satisfies(violation -> {
          assertThat(violation.field()).isEqualTo("cldTranslation");
          assertThat(violation.rule()).contains("broken");
        }));
    assertRefused("POST", "/carriers", Map.of("name", "x"), ErrorCode.INVALID, "address: is required");
    assertRefused("POST", "/carriers", Map.of("name", "x", "address", "h", "password", "p"), ErrorCode.INVALID, "username: is required");
    assertThat(call("GET", "/carriers", Map.of()).data()).isEqualTo(List.of());
    id("/carriers", Map.of("name", "x", "address", "h"));
    assertRefused("POST", "/carriers", Map.of("name", "x", "address", "h"), ErrorCode.DUPLICATE, "name 'x'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"pasword", "Password", "passwort", "sipPassword", "pwd", "secret"})
  void aMistypedPasswordIsNotAnswered(String field) {
    Object id = id("/carriers", Map.of("name", "acme", "address", "192.0.2.1", "username", "us", "password", "right"));
    Map<String, Object> given = Map.of("name", "x", "address", "192.0.2.2", "username", "us", field, "s3cret");
    for (String path : List.of("/carriers", "/carriers/" + id)) {
      assertThatThrownBy(() -> call(path.equals("/carriers") ? "POST" : "PATCH", path, given)).isInstanceOfSatisfying(InvalidInput.class, e ->
          assertThat(e.violations()).singleElement().satisfies(violation -> {
            assertThat(violation.field()).isEqualTo(field);
            assertThat(violation.value()).isNull();
            assertThat(violation.rule()).startsWith("is no field here; known are ").contains("password");
          })).hasMessageNotContaining("s3cret");
    }
    assertRefused("PATCH", "/carriers/" + id, Map.of("colour", "red"), ErrorCode.INVALID, "colour 'red'");
  }

  @Test
  void groupAndItsEntriesAreMadeShownChangedAndDeleted() {
    Object carrier = id("/carriers", Map.of("name", "acme", "address", "192.0.2.1"));
    Object group = id("/routing-groups", Map.of("name", "main"));
    String path = "/routing-groups/" + group;
    RestAnswer made = call("POST", path + "/entries", Map.of("carrier", carrier, "prefixes", List.of("44", "1"), "preference", 5L));
    assertThat(made.status()).isEqualTo(201);
    @SuppressWarnings("unchecked")
    var entry = (Map<String, Object>) made.data();
    assertThat(entry).containsEntry("prefixes", List.of("1", "44")).containsEntry("preference", 5L).containsEntry("blocked", false);
    assertThat(call("GET", made.location(), Map.of()).data()).isEqualTo(entry);
    assertThat(object("GET", path, Map.of())).containsEntry("policy", "PREFERENCE").containsEntry("entries", List.of(entry));
    assertThat(call("GET", "/routing-groups", Map.of()).data().toString()).contains("entries=1");

    assertThat(object("PATCH", made.location(), Map.of("order", 3L))).containsEntry("order", 3L).containsEntry("preference", 5L).containsEntry("prefixes", List.of("1", "44"));
    assertRefused("PATCH", made.location(), Map.of("carrier", 999L), ErrorCode.INVALID, "carrier '999'");
    assertRefused("PATCH", made.location(), Map.of("prefixes", List.of("4 4")), ErrorCode.INVALID, "prefixes[0] '4 4'");
    assertRefused("DELETE", "/carriers/" + carrier, Map.of(), ErrorCode.CONFLICT, "used by a routing group");
    assertThat(object("PATCH", path, Map.of("policy", "ENTRY_ORDER"))).containsEntry("policy", "ENTRY_ORDER").containsEntry("name", "main");
    assertRefused("PATCH", path, Map.of("policy", "BEST"), ErrorCode.INVALID, "policy 'BEST'");
    assertRefused("PATCH", path, Map.of("version", 0L, "name", "x"), ErrorCode.CONFLICT, "changed since you read it");

    assertThat(call("DELETE", made.location(), Map.of()).status()).isEqualTo(204);
    assertRefused("DELETE", made.location(), Map.of(), ErrorCode.NOT_FOUND, "entry");
    assertThat(call("DELETE", path, Map.of()).status()).isEqualTo(204);
    assertRefused("GET", path, Map.of(), ErrorCode.NOT_FOUND, "routing group");
  }

  @Test
  void aListHasTheOneOfAName() {
    RestAnswer carrier = call("POST", "/carriers", Map.of("name", "acme", "address", "192.0.2.1"));
    id("/carriers", Map.of("name", "acme 2", "address", "192.0.2.2"));
    assertThat(call("GET", "/carriers", Map.of("name", "acme"), Map.of()).data()).isEqualTo(List.of(carrier.data()));
    assertThat(call("GET", "/carriers", Map.of("name", "ACME"), Map.of()).data()).isEqualTo(List.of());

    Object group = id("/routing-groups", Map.of("name", "main"));
    id("/routing-groups", Map.of("name", "main 2"));
    call("POST", "/routing-groups/" + group + "/entries", Map.of("carrier", object("GET", carrier.location(), Map.of()).get("id")));
    assertThat(call("GET", "/routing-groups", Map.of("name", "main"), Map.of()).data()).asInstanceOf(InstanceOfAssertFactories.list(Map.class)).singleElement()
        .satisfies(line -> assertThat(line.get("id") + " with " + line.get("entries")).isEqualTo(group + " with 1"));
    assertThat(call("GET", "/routing-groups", Map.of("name", "nobody"), Map.of()).data()).isEqualTo(List.of());
    for (String path : List.of("/carriers", "/routing-groups")) {
      assertThat(call("GET", path, Map.of()).data()).asInstanceOf(InstanceOfAssertFactories.LIST).hasSize(2);
      assertThat(endpoint("GET", path).query().field("name")).isPresent();
    }
  }

  @Test
  void whatIsNoIdNamesNothing() {
    for (String id : List.of("0", "-1", "acme", "99999999999", "2147483648")) {
      assertRefused("GET", "/carriers/" + id, Map.of(), ErrorCode.NOT_FOUND, "carrier " + id);
      assertRefused("GET", "/routing-groups/" + id, Map.of(), ErrorCode.NOT_FOUND, "routing group " + id);
    }
  }

  @Test
  void schemasSayWhatIsTakenAndShown() {
    object("POST", "/carriers", Map.of("name", "acme", "address", "192.0.2.1"));
    Endpoint list = endpoint("GET", "/carriers");
    assertThat(list.answer().get().fields()).extracting(FieldSchema::name).containsExactlyElementsOf(object("GET", "/carriers/1", Map.of()).keySet());
    assertThat(list.answersList()).isTrue();
    assertThat(endpoint("POST", "/carriers").body().get().field("password")).hasValueSatisfying(field -> {
      assertThat(field.secret()).isTrue();
      assertThat(field.required()).isFalse();
    });
    assertThat(endpoint("PATCH", "/carriers/{id}").body().get().fields()).noneMatch(FieldSchema::required).extracting(FieldSchema::name).contains("version", "password");
    assertThat(endpoint("POST", "/routing-groups/{id}/entries").body().get().field("carrier")).hasValueSatisfying(field -> assertThat(field.required()).isTrue());
    assertThat(endpoints).filteredOn(endpoint -> !endpoint.method().equals("GET")).allMatch(endpoint -> endpoint.role() == Role.ADMIN);
  }

  private Endpoint endpoint(String method, String path) {
    return endpoints.stream().filter(endpoint -> endpoint.method().equals(method) && endpoint.path().equals(path)).findFirst().orElseThrow();
  }
}
