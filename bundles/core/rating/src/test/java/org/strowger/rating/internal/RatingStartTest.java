package org.strowger.rating.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.strowger.billing.api.TariffTerms;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.Health;
import org.strowger.kernel.Time;
import org.strowger.kernel.data.Shape;
import org.strowger.persistence.api.Database;
import org.strowger.persistence.api.DatabaseException;
import org.strowger.persistence.api.DatabaseException.Kind;
import org.strowger.rating.internal.store.RateRows;
import org.strowger.rating.internal.store.RatingStore;
import org.strowger.testkit.LeavingBundle;
import org.strowger.testkit.Waiting;
import org.strowger.testkit.postgres.TestDatabase;

/** The bundle's start with a database that is silent, away, and back. */
class RatingStartTest {

  private final LeavingBundle bundle = new LeavingBundle();
  private final TestDatabase database = TestDatabase.open();
  private final CountDownLatch answer = new CountDownLatch(1);
  private volatile int tries;

  @AfterEach
  void close() {
    answer.countDown();
    database.close();
  }

  /** Silent at first, then away, then there. */
  private Database troubled() {
    return (Database) Proxy.newProxyInstance(Database.class.getClassLoader(), new Class<?>[] {Database.class}, (proxy, method, values) -> {
      if (method.getName().equals("open") && ++tries == 1) {
        assertThat(answer.await(20, TimeUnit.SECONDS)).isTrue();
        throw new DatabaseException(Kind.UNAVAILABLE, "the connection attempt timed out", null);
      }
      return method.invoke(database, values);
    });
  }

  private static RatingConfig config() {
    return (RatingConfig) Proxy.newProxyInstance(RatingConfig.class.getClassLoader(), new Class<?>[] {RatingConfig.class}, (proxy, method, values) -> method.getDefaultValue());
  }

  private Health health() {
    return bundle.services().stream().filter(Health.Check.class::isInstance).map(check -> ((Health.Check) check).health()).findFirst().orElseThrow();
  }

  @Test
  void opensByItselfWhenTheDatabaseIsBack() {
    var start = new RatingStart(bundle.context(), troubled(), Time.SYSTEM, config());
    assertThat(bundle.services()).hasSize(1);
    assertThat(health()).isEqualTo(Health.down("rating waits for the database"));
    answer.countDown();
    Waiting.until("all is registered, and no check but the book's", () -> bundle.services().size() == 4);
    List<Object> services = bundle.services();
    assertThat(services.get(0)).as("for calls, before anybody can change a tariff").isInstanceOf(RateBook.class);
    assertThat(services).filteredOn(RateBook.class::isInstance).as("quotes, health, and for those who change tariffs").hasSize(3);
    assertThat(services.get(2)).isInstanceOf(RatingStore.class);
    assertThat(health().state()).isEqualTo(Health.State.OK);
    start.close();
    assertThat(bundle.services()).isEmpty();
  }

  @Test
  void nothingAppearsWhenItEndsMeanwhile() {
    var start = new RatingStart(bundle.context(), troubled(), Time.SYSTEM, config());
    Waiting.until("it waits for the database", () -> tries == 1);
    start.close();
    assertThat(bundle.services()).isEmpty();
    answer.countDown();
    Waiting.until("its thread is gone", () -> Thread.getAllStackTraces().keySet().stream().noneMatch(thread -> thread.getName().equals("strowger-opening-rating")));
    assertThat(bundle.services()).isEmpty();
    assertThat(tries).as("it is not tried again").isEqualTo(1);
  }

  /** A store whose first tariff cannot be read for this reason, and which then answers or does not. */
  private RatingStore withASlowTariff(Kind reason, boolean answers) {
    var failing = new AtomicBoolean(true);
    return new RatingStore(database) {
      @Override
      public RateRows rates() {
        if (failing.getAndSet(false)) {
          throw new DatabaseException(reason, "canceling statement due to statement timeout", null);
        }
        return super.rates();
      }

      @Override
      public void requireAnswer() {
        if (!answers) {
          throw new DatabaseException(Kind.UNAVAILABLE, "no connection", null);
        }
        super.requireAnswer();
      }
    };
  }

  private void twoTariffs() {
    try (var rating = new RatingAccess(database)) {
      for (String name : List.of("one", "two")) {
        rating.tariffs.create(CustomerId.ROOT, Shape.of(TariffTerms.class).decode(Map.of("name", name, "currency", "USD")));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(value = Kind.class, names = {"UNAVAILABLE", "CONFLICT", "INTERNAL"})
  void oneTariffThatTakesTooLongKeepsNoOtherFromBeingUsed(Kind reason) {
    twoTariffs();
    RatingStore store = withASlowTariff(reason, true);
    var book = RatingAccess.book(store);
    assertThat(book.health().state()).isEqualTo(Health.State.DEGRADED);
    Waiting.until("it is loaded when it can be", () -> book.health().equals(Health.ok("2 tariffs with 0 rates, 0 plans")));
    book.stop();
    store.close();
  }

  @Test
  void whereTheDatabaseIsAwayTheWholeIsTriedAgain() {
    twoTariffs();
    RatingStore store = withASlowTariff(Kind.UNAVAILABLE, false);
    assertThatThrownBy(() -> RatingAccess.book(store)).isInstanceOf(DatabaseException.class).hasMessage("no connection");
    store.close();
  }
}
