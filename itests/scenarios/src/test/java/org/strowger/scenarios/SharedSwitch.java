package org.strowger.scenarios;

import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store.CloseableResource;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** One switch for all scenarios of a run that do not hurt it: started by the first, stopped after the last. */
final class SharedSwitch implements BeforeAllCallback, ParameterResolver {

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
    return context.getRoot().getStore(OURS).getOrComputeIfAbsent(Running.class, type -> new Running(Switch.start("shared")), Running.class).at();
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
