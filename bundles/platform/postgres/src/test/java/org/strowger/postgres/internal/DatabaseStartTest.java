package org.strowger.postgres.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.strowger.hibernate.jdbc.Target;
import org.strowger.kernel.Health;
import org.strowger.kernel.Time;
import org.strowger.persistence.api.Backups;
import org.strowger.persistence.api.Database;
import org.strowger.postgres.internal.embedded.LaunchException;

@ResourceLock(OneServer.LOCK)
class DatabaseStartTest {

  @TempDir private Path home;
  private final Map<String, Object> services = new ConcurrentHashMap<>();
  /** What was registered, with a plus, and unregistered, with a minus. */
  private final List<String> registered = new CopyOnWriteArrayList<>();

  @Test
  void theServicesComeWhenTheDatabaseAnswersAndGoBeforeItDoes() throws Exception {
    Target target = OneServer.emptyDatabase();
    Path password = home.resolve("keys/database.password");
    Files.createDirectories(home.resolve("karaf"));
    Path notes = home.resolve("karaf/notes");
    try (DatabaseStart start = new DatabaseStart(context(), new Source.Yours(target.jdbcUrl(), target.user(), password), 4, Time.SYSTEM, home)) {
      TestFiles.waitUntil("it says what is wrong", () -> Files.exists(notes) && Files.readString(notes).contains("passwordFile"));
      assertThat(health()).satisfies(health -> assertThat(health.state()).isEqualTo(Health.State.DOWN))
          .satisfies(health -> assertThat(health.detail()).contains("database.password").contains("must hold the password"));
      assertThat(services).doesNotContainKey(Database.class.getName());

      Files.createDirectories(password.getParent());
      Files.writeString(password, target.password() + "\n");

      TestFiles.waitUntil("the database is tried again", () -> services.containsKey(Database.class.getName()));
      Database database = (Database) services.get(Database.class.getName());
      assertThat(database.status().embedded()).isFalse();
      String version = database.status().version().split(" ")[0];
      assertThat(Path.of("README.md")).content().as("only what is run is claimed").contains("What was run: PostgreSQL " + version + ". ");
      assertThat(services).containsKey(Backups.class.getName());
      assertThat(health().state()).isEqualTo(Health.State.OK);
      assertThat(Files.readString(notes)).contains("your PostgreSQL").doesNotContain(target.password());

      registered.clear();
      Backups backups = (Backups) services.get(Backups.class.getName());
      backups.backup(home.resolve("b"));
      assertThat(registered).as("a backup disturbs nobody").isEmpty();
      backups.restore(home.resolve("b"));
      assertThat(registered).as("whoever read before a restore reads again").containsExactly("-" + Database.class.getName(), "+" + Database.class.getName());
    }
    assertThat(services).isEmpty();
  }

  @Test
  void wrongSettingsAreNamed() throws IOException {
    Target target = OneServer.emptyDatabase();
    Path wrong = Files.writeString(home.resolve("wrong"), "guess");

    assertFails(new Source.Yours(target.jdbcUrl(), target.user(), wrong), "does not let us in", "password authentication failed", "Put the right password into " + wrong);
    Path right = Files.writeString(home.resolve("right"), target.password());
    assertFails(new Source.Yours(target.jdbcUrl() + "_gone", target.user(), right), "does not let us in", "_gone\" does not exist", "Create it, owned by " + target.user());
    assertFails(new Source.Yours("jdbc:postgresql://127.0.0.1:1/none", "nobody", wrong), "127.0.0.1:1", "jdbcUrl");
    assertFails(new Source.Yours("jdbc:mysql://127.0.0.1/x", "nobody", wrong), "jdbc:postgresql:");
  }

  @Test
  void aRoleThatMayMakeNoSchemaIsToldWhatItNeeds() throws Exception {
    Target target = OneServer.emptyDatabase();
    Path password = Files.writeString(home.resolve("password"), "own-horse");
    String database = target.jdbcUrl().replaceFirst(".*/", "");
    try (Connection owner = target.connect(Duration.ofSeconds(10)); Statement statement = owner.createStatement()) {
      statement.execute("create role \"small Role\" login password 'own-horse'");
      var small = new Source.Yours(target.jdbcUrl(), "small Role", password);
      assertFails(small, "user small Role may not create schemas", "grant create on database " + database + " to \"small Role\"");

      statement.execute("grant create on database " + database + " to \"small Role\"");
      small.open(Time.SYSTEM, new CountDownLatch(1)).close();
    }
  }

  private static void assertFails(Source source, String... words) {
    assertThatThrownBy(() -> source.open(Time.SYSTEM, new CountDownLatch(1))).isInstanceOf(LaunchException.class).hasMessageContainingAll(words);
  }

  private Health health() {
    return ((Health.Check) services.get(Health.Check.class.getName())).health();
  }

  /** As much of a framework as registering a service takes. */
  private BundleContext context() {
    return (BundleContext) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {BundleContext.class}, (proxy, method, arguments) -> {
      if (!method.getName().equals("registerService")) {
        throw new UnsupportedOperationException(method.getName());
      }
      String name = ((Class<?>) arguments[0]).getName();
      services.put(name, arguments[1]);
      registered.add("+" + name);
      return Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {ServiceRegistration.class}, (registration, call, nothing) -> {
        assertThat(call.getName()).isEqualTo("unregister");
        registered.add("-" + name);
        return services.remove(name, arguments[1]);
      });
    });
  }
}
