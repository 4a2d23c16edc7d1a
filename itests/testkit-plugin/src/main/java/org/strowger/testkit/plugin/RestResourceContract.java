package org.strowger.testkit.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.strowger.kernel.ErrorCode;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.data.FieldSchema;
import org.strowger.kernel.data.Schema;
import org.strowger.rest.api.Caller;
import org.strowger.rest.api.Endpoint;
import org.strowger.rest.api.RestAnswer;
import org.strowger.rest.api.RestRequest;
import org.strowger.rest.api.Role;
import org.strowger.rest.spi.RestResource;

/**
 * What every {@link RestResource} must do. Extend it in a test of yours, give it your resource, and it tells you what the door
 * will hold against it.
 */
public abstract class RestResourceContract {

  /** The resource. Called once per test. */
  protected abstract RestResource resource() throws Exception;

  /** Values for the {names} in the paths of what is there. */
  protected abstract Map<String, String> there();

  /** Bodies that are taken, by method and path, of every endpoint that changes something: {@code "POST /things"}; an empty one for those that take none. */
  protected Map<String, Map<String, Object>> changes() {
    return Map.of();
  }

  /** A caller who may everything. */
  protected static RestRequest request(Map<String, String> path, Map<String, String> query, Map<String, Object> body) {
    return new RestRequest(path, query, body, new Caller("test", Role.ADMIN));
  }

  /** The one endpoint with that method and path. */
  protected static Endpoint endpoint(RestResource resource, String method, String path) {
    return resource.endpoints().stream().filter(one -> one.method().equals(method) && one.path().equals(path)).findFirst()
        .orElseThrow(() -> new AssertionError("there is no " + method + " " + path));
  }

  @Test
  public void isDescribed() throws Exception {
    RestResource resource = resource();
    assertThat(resource.name()).as("its name, one word").matches("[a-z][a-z0-9-]*");
    assertThat(resource.endpoints()).as("its endpoints").isNotEmpty();
    var seen = new TreeSet<String>();
    for (Endpoint endpoint : resource.endpoints()) {
      assertThat(endpoint.method()).isIn("GET", "POST", "PUT", "PATCH", "DELETE");
      assertThat(endpoint.path()).as("path below /api/v1").matches("(/([a-z0-9][a-zA-Z0-9._-]*|\\{[a-zA-Z]+\\}))+");
      assertThat(endpoint.summary()).as("summary of %s", endpoint.path()).isNotBlank();
      assertThat(endpoint.role()).isNotNull();
      assertThat(endpoint.handler()).isNotNull();
      assertThat(seen.add(endpoint.method() + " " + endpoint.path().replaceAll("\\{[^}]*\\}", "{}"))).as("once only: %s %s", endpoint.method(), endpoint.path()).isTrue();
    }
  }

  /** Only who may change things changes things. */
  @Test
  public void changesAreForAdministrators() throws Exception {
    assertThat(resource().endpoints()).filteredOn(endpoint -> !endpoint.method().equals("GET")).allSatisfy(endpoint ->
        assertThat(endpoint.role()).as("%s %s", endpoint.method(), endpoint.path()).isEqualTo(Role.ADMIN));
  }

  @Test
  public void whatIsThereIsAnsweredAsItIsDescribed() throws Exception {
    for (Endpoint endpoint : resource().endpoints()) {
      if (endpoint.method().equals("GET")) {
        RestAnswer answer = endpoint.handler().handle(request(there(), Map.of(), Map.of()));
        assertThat(answer.status()).as(endpoint.path()).isEqualTo(200);
        described(endpoint, answer);
      }
    }
  }

  /** Each on a resource of its own: one deletes what the other changes. */
  @Test
  public void aChangeIsAnsweredAsItIsDescribed() throws Exception {
    for (Endpoint known : resource().endpoints()) {
      String name = known.method() + " " + known.path();
      if (!known.method().equals("GET")) {
        assertThat(changes()).as("changes() has a body for each endpoint that changes something").containsKey(name);
        RestAnswer answer = endpoint(resource(), known.method(), known.path()).handler().handle(request(there(), Map.of(), changes().get(name)));
        assertThat(answer.status()).as(name).isBetween(200, 204);
        if (answer.data() != null) {
          described(known, answer);
        }
      }
    }
  }

  private static void described(Endpoint endpoint, RestAnswer answer) {
    assertThat(endpoint.answer()).as("what %s answers is described", endpoint.path()).isNotNull();
    List<?> data = endpoint.answersList() ? (List<?>) answer.data() : List.of(answer.data());
    data.forEach(one -> described((Map<?, ?>) one, endpoint.answer().get()));
  }

  private static void described(Map<?, ?> data, Schema schema) {
    var known = schema.fields().stream().map(FieldSchema::name).toList();
    assertThat(data.keySet().stream().map(String::valueOf)).as("fields of %s", schema.name()).isSubsetOf(known);
    assertThat(schema.fields()).filteredOn(FieldSchema::required).allSatisfy(field -> assertThat(data.get(field.name())).as(field.name()).isNotNull());
  }

  @Test
  public void whatIsNotThereIsNotFound() throws Exception {
    for (Endpoint endpoint : resource().endpoints()) {
      if (endpoint.path().contains("{")) {
        var nothing = new LinkedHashMap<String, String>();
        there().keySet().forEach(name -> nothing.put(name, "0000000000"));
        try {
          RestAnswer answer = endpoint.handler().handle(request(nothing, Map.of(), changes().getOrDefault(endpoint.method() + " " + endpoint.path(), Map.of())));
          throw new AssertionError(endpoint.method() + " " + endpoint.path() + " answers " + answer + " for what is not there");
        } catch (StrowgerException refused) {
          assertThat(refused.code()).as(endpoint.path()).isEqualTo(ErrorCode.NOT_FOUND);
        }
      }
    }
  }
}
