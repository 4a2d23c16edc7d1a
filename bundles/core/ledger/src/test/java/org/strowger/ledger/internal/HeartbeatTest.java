package org.strowger.ledger.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.strowger.billing.api.LedgerService;
import org.strowger.kernel.Time;
import org.strowger.testkit.NoPlugins;
import org.strowger.testkit.Waiting;
import org.strowger.testkit.postgres.TestDatabase;

/** The component by the clock of the machine: when the heartbeat moves. */
@Timeout(120)
class HeartbeatTest {

  private final Path home = World.folder();
  private volatile long registered;

  /** Stands for the framework: knows two properties, and when the ledger's service came. */
  private BundleContext framework() {
    return (BundleContext) Proxy.newProxyInstance(HeartbeatTest.class.getClassLoader(), new Class<?>[] {BundleContext.class}, (proxy, method, given) -> {
      if (method.getName().equals("getProperty")) {
        return given[0].equals(Constants.FRAMEWORK_UUID) ? "boot-1" : home.toString();
      }
      assertThat(method.getName()).isEqualTo("registerService");
      if (given[0] == LedgerService.class) {
        registered = System.nanoTime();
      }
      return Proxy.newProxyInstance(HeartbeatTest.class.getClassLoader(), new Class<?>[] {ServiceRegistration.class}, (registration, what, none) -> null);
    });
  }

  private LedgerComponent start(TestDatabase database) {
    registered = 0;
    var component = new LedgerComponent(framework(), database, Time.SYSTEM, new NoPlugins(), World.config());
    Waiting.until("its services came", () -> registered != 0);
    return component;
  }

  private static Instant heartbeat(TestDatabase database) {
    return database.tx().required(() -> {
      try (var statement = database.tx().connection().createStatement(); var rows = statement.executeQuery("select heartbeat from ledger.boot")) {
        rows.next();
        return rows.getTimestamp(1).toInstant();
      }
    });
  }

  private static Instant after(TestDatabase database, Instant before) {
    var now = new Instant[1];
    Waiting.until("the next heartbeat", () -> {
      now[0] = heartbeat(database);
      return !now[0].equals(before);
    });
    return now[0];
  }

  /** By then call control, which asks twice a second, has told the new instance what ended meanwhile. */
  @Test
  void theHeartbeatOfAnInstanceThatIsReplacedStandsUntilASecondAfterTheNextOnesServicesCame() {
    try (TestDatabase database = TestDatabase.open()) {
      LedgerComponent first = start(database);
      after(database, heartbeat(database));
      first.deactivate();
      Instant left = heartbeat(database);

      LedgerComponent second = start(database);
      Instant moved = after(database, left);
      assertThat(System.nanoTime() - registered).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(990));

      Instant next = after(database, moved);
      while (Duration.between(moved, next).compareTo(Duration.ofMillis(750)) > 0) {
        moved = next;
        next = after(database, moved);
      }
      second.deactivate();
    }
  }
}
