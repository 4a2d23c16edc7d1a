package org.strowger.routing.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.strowger.accounts.api.AccountQuery;
import org.strowger.accounts.api.AccountService;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.ErrorCode;
import org.strowger.kernel.RoutingGroupId;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.Time;
import org.strowger.persistence.api.Tx;
import org.strowger.routing.internal.model.Carrier;
import org.strowger.routing.internal.model.GroupTerms;
import org.strowger.routing.internal.model.GroupTerms.Policy;
import org.strowger.routing.internal.model.PasswordChange;
import org.strowger.routing.internal.store.RoutingStore;
import org.strowger.testkit.Waiting;
import org.strowger.testkit.postgres.TestDatabase;
import org.strowger.testkit.postgres.UnderWay;

/** Somebody is given a routing group in the instant in which it is deleted: one of the two comes first, and the other is refused. */
class GroupInUseTest {

  private static final int ROUNDS = 100;
  private static final int LIMIT_SECONDS = 30;

  @TempDir Path home;
  private TestDatabase database;
  private RoutingStore store;
  private RouteBook book;
  private RoutingGroups groups;
  private KnownGroups known;

  @BeforeEach
  void open() {
    database = TestDatabase.open();
    store = new RoutingStore(database, home.resolve("carriers.key"));
    book = new RouteBook(store, Time.SYSTEM);
    groups = new RoutingGroups(store, book, null);
    groups.bindAccounts(accounts());
    known = new KnownGroups(store);
    // The accounts' side, as far as this goes.
    sql("create table public.given (routing_group integer not null)");
  }

  @AfterEach
  void close() {
    book.stop();
    store.close();
    database.close();
  }

  private Tx tx() {
    return store.tx();
  }

  private void sql(String statement) {
    tx().run(() -> {
      try (var run = tx().connection().createStatement()) {
        run.execute(statement);
      }
    });
  }

  private long count(String query) {
    return tx().required(() -> {
      try (var select = tx().connection().createStatement(); var row = select.executeQuery(query)) {
        row.next();
        return row.getLong(1);
      }
    });
  }

  private long having(RoutingGroupId group) {
    return count("select count(*) from public.given where routing_group = " + group);
  }

  private AccountService accounts() {
    return (AccountService) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {AccountService.class},
        (proxy, method, arguments) -> having(((AccountQuery) arguments[1]).routingGroup()));
  }

  private RoutingGroupId group(String name) {
    return groups.create(CustomerId.ROOT, new GroupTerms(name, Policy.PREFERENCE)).id();
  }

  /** @return whether there was such a group to be given */
  private boolean give(RoutingGroupId group, Runnable meanwhile) {
    return tx().required(() -> {
      if (!known.exists(CustomerId.ROOT, group)) {
        return false;
      }
      meanwhile.run();
      insert(group);
      return true;
    });
  }

  private void insert(RoutingGroupId group) throws SQLException {
    try (var insert = tx().connection().prepareStatement("insert into public.given values (?)")) {
      insert.setInt(1, group.value());
      insert.execute();
    }
  }

  private void awaitWaiting() {
    Waiting.until("somebody waits for the lock", () -> count("select count(*) from pg_locks where not granted") > 0);
  }

  @Test
  void whoDeletesItWaitsForWhoIsGivenIt() {
    RoutingGroupId group = group("wanted");
    UnderWay giving = UnderWay.begin(tx(), () -> give(group, () -> { }));
    var deletion = CompletableFuture.runAsync(() -> groups.delete(group));
    awaitWaiting();
    giving.commit();

    assertThatThrownBy(() -> deletion.orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join()).isInstanceOf(CompletionException.class).cause()
        .isInstanceOfSatisfying(StrowgerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT)).hasMessageContaining("is used by 1 account");
    assertThat(store.group(group)).isPresent();
    assertThat(having(group)).isEqualTo(1);
  }

  @Test
  void whoIsGivenItWaitsForWhoDeletesIt() {
    RoutingGroupId group = group("going");
    UnderWay deleting = UnderWay.begin(tx(), () -> groups.delete(group));
    var giving = CompletableFuture.supplyAsync(() -> give(group, () -> { }));
    awaitWaiting();
    deleting.commit();

    assertThat(giving.orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join()).as("given").isFalse();
    assertThat(having(group)).isZero();
  }

  @Test
  void whoChangesItsEntriesWaitsForNobody() {
    Carrier carrier = store.create(CustomerId.ROOT, Sample.carrier("acme", Map.of()), PasswordChange.KEEP);
    RoutingGroupId group = group("changing");
    UnderWay giving = UnderWay.begin(tx(), () -> give(group, () -> { }));
    groups.addEntry(group, Sample.entry(carrier.id(), 1));
    giving.commit();
    assertThat(groups.get(group).entries()).hasSize(1);
  }

  @Test
  void nobodyIsLeftWithAGroupThatIsGone() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    var random = new Random(seed);
    int gone = 0;
    for (int round = 0; round < ROUNDS; round++) {
      RoutingGroupId group = group("group " + round);
      long before = random.nextInt(1_500_000);
      long within = random.nextInt(1_000_000);
      long other = random.nextInt(2_500_000);
      var start = new CyclicBarrier(2);
      var given = CompletableFuture.supplyAsync(() -> {
        after(start, before);
        return give(group, () -> LockSupport.parkNanos(within));
      });
      var deleted = CompletableFuture.supplyAsync(() -> {
        after(start, other);
        return deleted(group);
      });
      assertThat(given.orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join()).as("given in round %d", round).isNotEqualTo(deleted.orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join());
      assertThat(having(group)).as("who has it in round %d", round).isEqualTo(deleted.join() ? 0 : 1);
      assertThat(store.group(group).isPresent()).as("is there in round %d", round).isNotEqualTo(deleted.join());
      gone += deleted.join() ? 1 : 0;
    }
    assertThat(gone).as("rounds in which the deletion came first").isBetween(1, ROUNDS - 1);
  }

  private static void after(CyclicBarrier start, long nanos) {
    try {
      start.await(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    LockSupport.parkNanos(nanos);
  }

  private boolean deleted(RoutingGroupId group) {
    try {
      groups.delete(group);
      return true;
    } catch (StrowgerException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT);
      return false;
    }
  }
}
