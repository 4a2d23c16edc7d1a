package org.strowger.testkit.plugin;

import java.util.List;
import java.util.Map;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.data.Shape;
import org.strowger.rest.api.Endpoint;
import org.strowger.rest.api.RestAnswer;
import org.strowger.rest.api.RestRequest;
import org.strowger.rest.api.Role;
import org.strowger.rest.spi.RestResource;

final class ResourceProofs {

  private ResourceProofs() {}

  record Thing(String name) {
    static final Shape<Thing> SHAPE = Shape.of(Thing.class);
  }

  static Proof<RestResourceContract> proof() {
    Endpoint all = get("/things", Map.of("name", "one"));
    Endpoint put = Endpoint.put("/things/{name}", "Change", request -> RestAnswer.ok(Map.of("name", request.body().get("name")))).answering(Thing.SHAPE::schema);
    return new Proof<>(RestResourceContract.class, resource("things", all, Endpoint.delete("/things/{name}", "Gone", request -> {
      there(request);
      return RestAnswer.noContent();
    }), Endpoint.put("/things/{name}", "Change", request -> {
      there(request);
      return RestAnswer.ok(Map.of("name", request.body().get("name")));
    }).answering(Thing.SHAPE::schema)))
        .finds("isDescribed", resource("Two Things", all), "one word")
        .finds("isDescribed", resource("things", all, all), "once only")
        .finds("isDescribed", resource("things", get("things?all", Map.of())), "path below /api/v1")
        .finds("changesAreForAdministrators", resource("things", put.forRole(Role.READ_ONLY)), "PUT /things/{name}")
        .finds("whatIsThereIsAnsweredAsItIsDescribed", resource("things", get("/things", Map.of("nobody", "said"))), "fields of Thing")
        .finds("aChangeIsAnsweredAsItIsDescribed", resource("things", Endpoint.patch("/things/{name}", "Change", request -> RestAnswer.noContent())), "changes() has a body for each endpoint")
        .finds("aChangeIsAnsweredAsItIsDescribed", resource("things", Endpoint.put("/things/{name}", "Change", request -> {
          throw new IllegalStateException("its disk is full");
        })), "its disk is full")
        .finds("aChangeIsAnsweredAsItIsDescribed", resource("things", Endpoint.put("/things/{name}", "Change", request -> RestAnswer.ok(Map.of("nobody", "said"))).answering(Thing.SHAPE::schema)),
            "fields of Thing")
        .finds("whatIsNotThereIsNotFound", resource("things", get("/things/{name}", Map.of("name", "one"))), "GET /things/{name} answers")
        .finds("whatIsNotThereIsNotFound", resource("things", put), "PUT /things/{name} answers");
  }

  private static void there(RestRequest request) {
    if (!request.path("name").equals("one")) {
      throw StrowgerException.notFound("thing", request.path("name"));
    }
  }

  private static Endpoint get(String path, Map<String, Object> data) {
    return Endpoint.get(path, "Things", request -> RestAnswer.ok(data)).answering(Thing.SHAPE::schema);
  }

  private static RestResourceContract resource(String name, Endpoint... endpoints) {
    return new RestResourceContract() {
      @Override
      protected RestResource resource() {
        return new RestResource() {
          @Override
          public String name() {
            return name;
          }

          @Override
          public List<Endpoint> endpoints() {
            return List.of(endpoints);
          }
        };
      }

      @Override
      protected Map<String, String> there() {
        return Map.of("name", "one");
      }

      @Override
      protected Map<String, Map<String, Object>> changes() {
        return Map.of("PUT /things/{name}", Map.of("name", "two"), "DELETE /things/{name}", Map.of());
      }
    };
  }
}
