package org.strowger.postgres.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.strowger.kernel.Time;

/** A saved configuration file does not take the database away. */
class PostgresComponentTest {

  @TempDir private Path home;
  private final Set<Object> services = ConcurrentHashMap.newKeySet();

  @Test
  void aChangeWaitsForARestart() {
    var component = new PostgresComponent(context(), config(Map.of()), Time.SYSTEM);
    try {
      assertThat(component.waiting(config(Map.of()))).isEmpty();
      assertThat(component.waiting(config(Map.of("poolSize", 20, "user", "other")))).containsExactly("poolSize", "user");
      var before = Set.copyOf(services);
      component.modified(config(Map.of("poolSize", 20)));
      assertThat(services).containsAll(before).isNotEmpty();
    } finally {
      component.stop();
    }
    assertThat(services).isEmpty();
  }

  /** What the framework reads: without it a changed configuration deactivates the component. */
  @Test
  void theDescriptorNamesTheMethod() throws IOException {
    try (var descriptor = getClass().getResourceAsStream("/OSGI-INF/" + PostgresComponent.class.getName() + ".xml")) {
      assertThat(new String(descriptor.readAllBytes(), StandardCharsets.UTF_8)).contains("modified=\"modified\"");
    }
  }

  /** A database that is not there: it is tried until the end. */
  private static PostgresConfig config(Map<String, Object> values) {
    return (PostgresConfig) Proxy.newProxyInstance(PostgresConfig.class.getClassLoader(), new Class<?>[] {PostgresConfig.class},
        (proxy, method, arguments) -> values.containsKey(method.getName()) ? values.get(method.getName())
            : method.getName().equals("jdbcUrl") ? "jdbc:postgresql://127.0.0.1:1/none" : method.getDefaultValue());
  }

  private BundleContext context() {
    return (BundleContext) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {BundleContext.class}, (proxy, method, arguments) -> {
      if (method.getName().equals("getProperty")) {
        return home.toString();
      }
      Object service = arguments[1];
      services.add(service);
      return Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {ServiceRegistration.class}, (registration, call, nothing) -> services.remove(service));
    });
  }
}
