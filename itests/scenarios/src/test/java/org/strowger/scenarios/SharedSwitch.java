package org.strowger.scenarios;

import java.util.Map;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store.CloseableResource;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** One switch for all scenarios of a run that do not hurt it: started by the first, stopped after the last. */
final class SharedSwitch implements BeforeAllCallback, ParameterResolver {

  private static final String LISTEN = "udp:${strowger.sip.host}:${strowger.sip.port}, tcp:${strowger.sip.host}:${strowger.sip.port}";
  private static final String LISTEN6 = ", udp:[::1]:${strowger.sip.port}, tcp:[::1]:${strowger.sip.port}";
  /** IPv6 too, and sessions and nonces that end while a test waits for it. */
  private static final Map<String, String> SETTINGS = Map.of(
      "org.strowger.sip.cfg", "sip.listen = " + LISTEN + (Switch.hasIpv6() ? LISTEN6 : "") + "\nsip.realm = strowger\nsip.digest.nonceSeconds = 5\n",
      "org.strowger.calls.cfg", "session.expires = 90\n");
  private static final Namespace OURS = Namespace.create(SharedSwitch.class);

  private record Running(Switch at) implements CloseableResource {
    @Override
    public void close() {
      at.close();
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    at(context);
  }

  private static Switch at(ExtensionContext context) {
    return context.getRoot().getStore(OURS).getOrComputeIfAbsent(Running.class, type -> new Running(Switch.start("shared", SETTINGS)), Running.class).at();
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Switch.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return at(context);
  }
}
