package org.strowger.calls.internal.rest;

import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.strowger.calls.api.ActiveCall;
import org.strowger.calls.api.CallService;
import org.strowger.calls.api.CallTrace;
import org.strowger.calls.api.Simulation;
import org.strowger.kernel.CallId;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.data.Shape;
import org.strowger.rest.api.Endpoint;
import org.strowger.rest.api.RestAnswer;
import org.strowger.rest.api.RestRequest;
import org.strowger.rest.api.Role;
import org.strowger.rest.spi.RestResource;

/** {@code /calls}: those that are up, why any of them did what it did, and what would become of one. */
@Component
public final class CallResource implements RestResource {

  private static final Shape<ActiveCall> CALL = Shape.of(ActiveCall.class);
  private static final Shape<CallTrace> TRACE = Shape.of(CallTrace.class);
  private static final Shape<Simulation> SIMULATION = Shape.of(Simulation.class);

  private final CallService calls;

  @Activate
  public CallResource(@Reference CallService calls) {
    this.calls = calls;
  }

  @Override
  public String name() {
    return "calls";
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get("/calls", "List calls that are up or being set up", this::list).answeringListOf(CALL::schema),
        Endpoint.get("/calls/{id}", "Show a call that is up", this::show).answering(CALL::schema),
        Endpoint.get("/calls/{id}/trace", "Explain a call that is up or is over", this::trace).answering(TRACE::schema),
        Endpoint.delete("/calls/{id}", "End a call: BYE to both sides, or a refusal if it is not answered", this::disconnect),
        Endpoint.post("/calls/simulate", "Tell what would become of a call, without making it", this::simulate).forRole(Role.READ_ONLY)
            .taking(SIMULATION::schema).answering(TRACE::schema));
  }

  private RestAnswer list(RestRequest request) {
    return RestAnswer.ok(calls.active().stream().map(CALL::encode).toList());
  }

  private RestAnswer show(RestRequest request) {
    CallId id = id(request);
    return RestAnswer.ok(CALL.encode(calls.active().stream().filter(call -> call.call().equals(id)).findFirst().orElseThrow(() -> StrowgerException.notFound("call", id))));
  }

  private RestAnswer trace(RestRequest request) {
    CallId id = id(request);
    return RestAnswer.ok(TRACE.encode(calls.explain(id).orElseThrow(() -> StrowgerException.notFound("trace of call", id))));
  }

  private RestAnswer disconnect(RestRequest request) {
    CallId id = id(request);
    if (!calls.disconnect(id, request.caller().name())) {
      throw StrowgerException.notFound("call", id);
    }
    return RestAnswer.noContent();
  }

  private RestAnswer simulate(RestRequest request) {
    return RestAnswer.ok(TRACE.encode(calls.simulate(SIMULATION.decode(request.body()))));
  }

  /** A word that is no id names no call. */
  private static CallId id(RestRequest request) {
    try {
      return CallId.parse(request.path("id"));
    } catch (InvalidInput e) {
      throw StrowgerException.notFound("call", request.path("id"));
    }
  }
}
