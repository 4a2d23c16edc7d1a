package org.strowger.distribution;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store.CloseableResource;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** One instance for all classes that leave it as they found it: started by the first, stopped after the last. */
final class SharedInstance implements ParameterResolver {

  private static final Namespace OURS = Namespace.create(SharedInstance.class);

  private record Running(Instance instance) implements CloseableResource {

    static Running start() {
      var instance = new Instance(Program.unpack("program"), "shared");
      instance.start();
      return new Running(instance);
    }

    @Override
    public void close() {
      instance.close();
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Instance.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context.getRoot().getStore(OURS).getOrComputeIfAbsent(Running.class, type -> Running.start(), Running.class).instance();
  }
}
