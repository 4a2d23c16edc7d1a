package org.strowger.calls.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.strowger.calls.api.ActiveCall;
import org.strowger.kernel.CallId;
import org.strowger.kernel.Health;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.NodeId;
import org.strowger.kernel.Time;
import org.strowger.phone.Waiting;
import org.strowger.sip.api.SipBody;
import org.strowger.sip.api.SipRequest;
import org.strowger.sip.spi.SipUser;
import org.strowger.testkit.postgres.TestDatabase;

/** The component: its services, its doors, its end. */
class CallControlTest {

  private static final Duration SOON = Duration.ofSeconds(10);

  @RegisterExtension
  static final TestDatabase DATABASE = TestDatabase.open();

  private final World world = new World();
  private final List<Object> registered = new CopyOnWriteArrayList<>();

  private CallControl start(int mostCalls) {
    var context = (BundleContext) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {BundleContext.class}, (proxy, method, values) -> {
      if (method.getName().equals("getBundles")) {
        return new Bundle[0];
      }
      registered.add(values[1]);
      return Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {ServiceRegistration.class}, (p, m, v) -> registered.remove(values[1]) ? null : null);
    });
    Map<String, Integer> values = Map.of("calls_max", mostCalls, "session_expires", 1800, "session_min", 90, "trace_days", 90);
    var config = (CallsConfig) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {CallsConfig.class}, (proxy, method, none) -> values.get(method.getName()));
    return new CallControl(context, world.stack, world.exchange.digest(), world.new DirectRegistry(), new TraceStore(DATABASE, Time.SYSTEM), Time.SYSTEM, config);
  }

  private CallControl started() {
    CallControl calls = start(100);
    calls.bindDirectory(world.services.directory.orThrow());
    calls.bindRating(world.services.rating.orThrow());
    calls.bindLedger(world.ledger);
    calls.bindLocations(world.services.locations.orThrow());
    world.stack.user = (SipUser) registered.stream().filter(SipUser.class::isInstance).findFirst().orElseThrow();
    return calls;
  }

  private CallId connected(CallControl calls) {
    SipRequest invite = world.stack.invite("alice", "bob");
    Waiting.until("the callee rings", () -> calls.active().stream().anyMatch(call -> call.state().equals("trying")) && !world.stack.sent("INVITE").isEmpty(), SOON);
    world.stack.last("INVITE").reply(200, SipBody.sdp("v=0"));
    Waiting.until("connected", () -> calls.active().stream().anyMatch(call -> call.state().equals("connected")), SOON);
    assertThat(world.stack.status(invite)).isEqualTo(200);
    return calls.active().get(0).call();
  }

  @Test
  void showsDisconnectsAndExplainsACall() {
    CallControl calls = started();
    CallId id = connected(calls);
    ActiveCall call = calls.active().get(0);
    assertThat(call.caller()).isEqualTo(world.accounts.get("alice").id());
    assertThat(call.callee()).isEqualTo(world.accounts.get("bob").id());
    assertThat(calls.explain(id).orElseThrow().steps()).isNotEmpty();
    assertThat(calls.disconnect(id, "root")).isTrue();
    Waiting.until("it is over", () -> calls.active().isEmpty(), SOON);
    assertThat(calls.disconnect(id, "root")).isFalse();
    assertThat(world.ledger.only().end().reason()).isEqualTo("disconnected by root");
    assertThat(calls.explain(id).orElseThrow().steps()).anyMatch(step -> step.what().contains("disconnected by root"));
    calls.stop();
    assertThat(registered).isEmpty();
  }

  @Test
  void endsAndSettlesItsCallsWhenItStops() {
    CallControl calls = started();
    connected(calls);
    calls.stop();
    assertThat(world.stack.sent("BYE")).hasSize(2);
    assertThat(world.ledger.only().end().reason()).isEqualTo("the switch stops");
  }

  @Test
  void callIdsCarryTheNode() {
    String before = System.getProperty(NodeId.PROPERTY);
    System.setProperty(NodeId.PROPERTY, "7");
    CallControl calls;
    try {
      calls = started();
    } finally {
      if (before == null) {
        System.clearProperty(NodeId.PROPERTY);
      } else {
        System.setProperty(NodeId.PROPERTY, before);
      }
    }
    CallId id = connected(calls);
    assertThat(id.value() >> 14 & 0xff).isEqualTo(7);
    calls.stop();
  }

  @Test
  void saysWhatIsAway() {
    CallControl calls = started();
    Health.Check check = (Health.Check) registered.stream().filter(Health.Check.class::isInstance).findFirst().orElseThrow();
    assertThat(check.health().state()).isEqualTo(Health.State.OK);
    calls.unbindLedger(world.ledger);
    assertThat(check.health().state()).isEqualTo(Health.State.DOWN);
    assertThat(check.health().detail()).contains("the ledger");
    calls.stop();
  }

  @Test
  void isDownWhileNobodyRoutes() {
    CallControl calls = started();
    Health.Check check = (Health.Check) registered.stream().filter(Health.Check.class::isInstance).findFirst().orElseThrow();
    world.noPolicies();
    assertThat(check.health().state()).isEqualTo(Health.State.DOWN);
    assertThat(check.health().detail()).contains("no policy routes calls");
    world.policy("router", org.strowger.calls.api.Phase.ROUTE, (phase, call) -> world.onNet(call.cld()));
    assertThat(check.health().state()).isEqualTo(Health.State.OK);
    calls.stop();
  }

  /** Not before, and nobody has to look again and again. */
  @Test
  void takesCallsAsSoonAsAPolicyRoutes() {
    world.noPolicies();
    CallControl calls = start(100);
    calls.bindDirectory(world.services.directory.orThrow());
    calls.bindRating(world.services.rating.orThrow());
    calls.bindLocations(world.services.locations.orThrow());
    assertThat(registered).noneMatch(SipUser.class::isInstance);
    world.policy("screens", org.strowger.calls.api.Phase.SCREEN, (phase, call) -> org.strowger.calls.api.Verdict.proceed());
    world.policy("router", org.strowger.calls.api.Phase.ROUTE, (phase, call) -> world.onNet(call.cld()));
    Waiting.until("calls are taken", () -> registered.stream().anyMatch(SipUser.class::isInstance), SOON);
    calls.stop();
    assertThat(registered).isEmpty();
  }

  @Test
  void refusesASettingThatCannotBe() {
    assertThatThrownBy(() -> start(0)).isInstanceOf(InvalidInput.class).hasMessageContaining("calls.max '0'");
  }
}
