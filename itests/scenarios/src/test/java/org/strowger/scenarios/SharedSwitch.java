package org.strowger.scenarios;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store.CloseableResource;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.strowger.phone.Behaviour;
import org.strowger.phone.OutgoingCall;
import org.strowger.phone.Phone;

/** One switch for all scenarios of a run that do not hurt it: started by the first, stopped after the last. */
final class SharedSwitch implements BeforeAllCallback, ParameterResolver {

  private static final String LISTEN = "udp:${strowger.sip.host}:${strowger.sip.port}, tcp:${strowger.sip.host}:${strowger.sip.port}";
  private static final String LISTEN6 = ", udp:[::1]:${strowger.sip.port}, tcp:[::1]:${strowger.sip.port}";
  /** IPv6 too, and sessions and nonces that end while a test waits for it. */
  private static final Map<String, String> SETTINGS = Map.of(
      "org.strowger.sip.cfg", "sip.listen = " + LISTEN + (Switch.hasIpv6() ? LISTEN6 : "") + "\nsip.realm = strowger\nsip.digest.nonceSeconds = 5\n",
      "org.strowger.calls.cfg", "session.expires = 90\n");
  private static final int MOST_WARMING = 40;
  private static final long WARM_NANOS = 100_000_000L;
  private static final Namespace OURS = Namespace.create(SharedSwitch.class);

  private record Running(Switch at, LongCalls calls) implements CloseableResource {
    @Override
    public void close() throws Exception {
      calls.close();
      at.close();
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    running(context);
  }

  private static Running running(ExtensionContext context) {
    return context.getRoot().getStore(OURS).getOrComputeIfAbsent(Running.class, type -> start(), Running.class);
  }

  /** Ready and warm: who comes first with eight calls at once finds a cold machine busy and is told 503, as he should be. */
  private static Running start() {
    Switch started = Switch.start("shared", SETTINGS);
    try (var world = new World(started)) {
      Phone to = world.registered(world.subscriber()).onCall(Behaviour.answer());
      Phone from = world.registered(world.subscriber());
      int quick = 0;
      for (int i = 0; i < MOST_WARMING && quick < 3; i++) {
        long begin = System.nanoTime();
        OutgoingCall call = from.call(to.user());
        quick = call.awaitFinal(World.SOON).status() == 200 && System.nanoTime() - begin < WARM_NANOS ? quick + 1 : 0;
        call.hangup();
      }
      return new Running(started, new LongCalls(started));
    } catch (Exception e) {
      started.close();
      throw new IllegalStateException("the shared switch cannot be called", e);
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return List.of(Switch.class, LongCalls.class).contains(parameter.getParameter().getType());
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Running running = running(context);
    return parameter.getParameter().getType() == Switch.class ? running.at() : running.calls();
  }
}
