package org.strowger.shell.internal;

import java.nio.file.Path;
import java.util.Hashtable;
import java.util.Map;
import org.apache.felix.framework.FrameworkFactory;
import org.apache.karaf.shell.api.action.Action;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.launch.Framework;
import org.strowger.testkit.Printed;

/** A service registry and what commands print. */
final class Fixture implements AutoCloseable {

  private final Framework framework;

  Fixture(Path cache) throws Exception {
    framework = new FrameworkFactory().newFramework(Map.of("org.osgi.framework.storage", cache.toString()));
    framework.start();
  }

  BundleContext context() {
    return framework.getBundleContext();
  }

  <S> ServiceRegistration<S> register(Class<S> type, S service) {
    return context().registerService(type, service, new Hashtable<>());
  }

  static String run(Action command) throws Exception {
    return Printed.by(command::execute);
  }

  @Override
  public void close() throws Exception {
    framework.stop();
    framework.waitForStop(10_000);
  }
}
