package org.strowger.postgres.internal.tx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.LockModeType;
import jakarta.persistence.Table;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.strowger.hibernate.Entities;
import org.strowger.hibernate.jdbc.Target;
import org.strowger.persistence.api.DatabaseException;
import org.strowger.persistence.api.DatabaseException.Kind;
import org.strowger.persistence.api.DomainSpec;
import org.strowger.persistence.api.Participant;
import org.strowger.persistence.api.Tx;
import org.strowger.persistence.api.Yielding;
import org.strowger.postgres.internal.OneServer;
import org.strowger.postgres.internal.PostgresDatabase;

/** One transaction over two domains: both or neither. */
@ResourceLock(OneServer.LOCK)
class TxTest {

  @Entity
  @Table(name = "entry")
  static class EntryRow {
    @Id int id;
    String text;
    BigDecimal amount = BigDecimal.ZERO;
  }

  @Entity
  @Table(name = "item")
  static class ItemRow {
    @Id int id;
    String text;
    BigDecimal amount = BigDecimal.ZERO;
    Integer parent;
  }

  private static Target target;
  private static PostgresDatabase database;
  private static Tx tx;
  private static Entities first;
  private static Entities second;

  @BeforeAll
  static void open() {
    target = OneServer.emptyDatabase();
    database = OneServer.on(target);
    tx = database.tx();
    first = Entities.open(database.open(DomainSpec.of("first", TxTest.class)), EntryRow.class);
    second = Entities.open(database.open(DomainSpec.of("second", TxTest.class)), ItemRow.class);
  }

  /** Five at once, each with a connection. */
  private static void callsMeet(java.util.concurrent.ExecutorService threads, java.util.concurrent.CyclicBarrier meeting) throws Exception {
    var calls = new ArrayList<java.util.concurrent.Future<?>>();
    for (int i = 0; i < 5; i++) {
      calls.add(threads.submit(() -> tx.run(() -> {
        select(tx.connection());
        meet(meeting);
      })));
    }
    java.util.concurrent.ExecutionException failure = null;
    for (var call : calls) {
      try {
        call.get(20, TimeUnit.SECONDS);
      } catch (java.util.concurrent.ExecutionException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** Five connections, however long that takes. */
  private static void opened(java.util.concurrent.ExecutorService threads, java.util.concurrent.CyclicBarrier meeting) throws Exception {
    for (int i = 0; i < 5; i++) {
      try {
        callsMeet(threads, meeting);
        return;
      } catch (java.util.concurrent.ExecutionException late) {
        meeting.reset();
      }
    }
    callsMeet(threads, meeting);
  }

  /** However much is asked at the doors at once: of the pool of 6 there are 5 for calls. */
  @Test
  void whatComesByADoorLeavesConnectionsToCalls() throws Exception {
    var gate = new CountDownLatch(1);
    var inside = new java.util.concurrent.atomic.AtomicInteger();
    var most = new java.util.concurrent.atomic.AtomicInteger();
    var meeting = new java.util.concurrent.CyclicBarrier(5);
    var threads = java.util.concurrent.Executors.newCachedThreadPool();
    try {
      // They are there before: on a busy machine the pool takes longer to connect than a call waits.
      opened(threads, meeting);
      var doors = new ArrayList<java.util.concurrent.Future<?>>();
      for (int i = 0; i < 8; i++) {
        doors.add(threads.submit(() -> {
          try (Yielding yielding = Yielding.begin()) {
            tx.run(() -> {
              most.accumulateAndGet(inside.incrementAndGet(), Math::max);
              await(gate);
              tx.run(() -> select(tx.connection()));
              inside.decrementAndGet();
            });
          }
          assertThat(Yielding.isActive()).isFalse();
        }));
      }
      callsMeet(threads, meeting);
      gate.countDown();
      for (var door : doors) {
        door.get(20, TimeUnit.SECONDS);
      }
      assertThat(most).hasValue(1);
      try (Yielding yielding = Yielding.begin()) {
        assertThatThrownBy(() -> tx.run(() -> {
          throw new IllegalStateException("mine");
        })).hasMessage("mine");
        tx.run(() -> select(tx.connection()));
      }
    } finally {
      gate.countDown();
      threads.shutdownNow();
    }
  }

  private static void select(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("select 1");
    }
  }

  private static void meet(java.util.concurrent.CyclicBarrier meeting) {
    try {
      meeting.await(4, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException("the others have no connection", e);
    }
  }

  @AfterAll
  static void close() {
    first.close();
    second.close();
    database.close();
  }

  @BeforeEach
  void empty() {
    tx.run(() -> execute("delete from first.entry; delete from second.item"));
  }

  @Test
  void aNestedCallJoinsAndBothAreCommittedOnce() {
    tx.run(() -> {
      persistEntry(1, "outer");
      tx.run(() -> persistItem(1, "inner", null));
      first.manager().flush();
      second.manager().flush();
      assertThat(rowsSeenByOthers()).as("before the commit").isZero();
    });

    assertThat(rowsSeenByOthers()).isEqualTo(2);
    assertThat(tx.active()).isFalse();
  }

  @Test
  void plainJdbcAndEntitiesOfTwoDomainsShareTheTransaction() {
    assertThatThrownBy(() -> tx.run(() -> {
      execute("insert into first.entry (id, text) values (1, 'jdbc')");
      persistItem(1, "entity", null);
      second.manager().flush();
      throw new IllegalArgumentException("changed my mind");
    })).isInstanceOf(IllegalArgumentException.class).hasMessage("changed my mind");

    assertThat(rowsSeenByOthers()).isZero();
  }

  @Test
  void aSwallowedFailureOfAnInnerCallDoomsTheWhole() {
    IllegalStateException inner = new IllegalStateException("inner");

    assertThatThrownBy(() -> tx.run(() -> {
      persistEntry(1, "outer");
      try {
        tx.run(() -> {
          throw inner;
        });
      } catch (IllegalStateException swallowed) {
        assertThatThrownBy(tx::connection).isInstanceOf(IllegalStateException.class).hasMessageContaining("doomed");
        assertThatThrownBy(first::manager).isInstanceOf(IllegalStateException.class).hasMessageContaining("doomed");
      }
    })).isInstanceOfSatisfying(DatabaseException.class, doomed -> {
      assertThat(doomed.kind()).isEqualTo(Kind.DOOMED);
      assertThat(doomed).hasCause(inner);
    });

    assertThat(rowsSeenByOthers()).isZero();
  }

  @Test
  void aFailureInTheSecondDomainsFlushTakesTheFirstWithIt() {
    tx.run(() -> persistItem(1, "taken", null));

    DatabaseException failure = failureOf(() -> {
      persistEntry(1, "first");
      persistItem(2, "taken", null);
    });

    assertThat(failure.kind()).isEqualTo(Kind.DUPLICATE);
    assertThat(failure.constraint()).contains("item_text_unique");
    assertThat(rowsSeenByOthers()).as("only what was there before").isEqualTo(1);
  }

  @Test
  void aFailureInTheCommitTakesBothWithIt() {
    DatabaseException failure = failureOf(() -> {
      persistEntry(1, "first");
      persistItem(1, "child of nobody", 4711);
      second.manager().flush();
    });

    assertThat(failure.kind()).as("the foreign key is deferred to the commit").isEqualTo(Kind.REFERENCE);
    assertThat(failure.constraint()).contains("item_parent");
    assertThat(rowsSeenByOthers()).isZero();
  }

  @Test
  void aConnectionThatBreaksInTheCommitLeavesTheOutcomeUnknown() {
    List<Boolean> ends = new ArrayList<>();
    DatabaseException failure = failureOf(() -> {
      persistEntry(1, "first");
      persistItem(1, "second", null);
      int backend = number("select pg_backend_pid()");
      tx.participant("killer", connection -> new Participant() {
        @Override
        public void flush() throws SQLException {
          first.manager().flush();
          second.manager().flush();
          try (Connection other = target.connect(Duration.ofSeconds(5)); Statement kill = other.createStatement()) {
            kill.execute("select pg_terminate_backend(" + backend + ", 5000)");
          }
        }

        @Override
        public void ended(boolean committed) {
          ends.add(committed);
        }
      });
    });

    assertThat(failure.kind()).isEqualTo(Kind.OUTCOME_UNKNOWN);
    assertThat(ends).containsExactly(false);
    assertThat(rowsSeenByOthers()).isZero();
    tx.run(() -> persistEntry(2, "the pool has another"));
    assertThat(rowsSeenByOthers()).isEqualTo(1);
  }

  @Test
  void aStatementThatFailedCannotBeOverlooked() {
    DatabaseException failure = failureOf(() -> {
      execute("insert into first.entry (id, text) values (1, 'good')");
      try {
        execute("insert into first.entry (id, text) values (1, 'same key')");
      } catch (SQLException swallowed) {
        assertThat(swallowed.getSQLState()).isEqualTo("23505");
      }
    });

    assertThat(failure.kind()).isEqualTo(Kind.DOOMED);
    assertThat(rowsSeenByOthers()).isZero();
  }

  @Test
  void refusalsSayWhatKindTheyAre() {
    assertThat(failureOf(() -> execute("insert into first.entry (id, text, amount) values (1, 'x', 1000)")))
        .satisfies(refused -> assertThat(refused.kind()).isEqualTo(Kind.REFUSED))
        .satisfies(refused -> assertThat(refused.constraint()).contains("entry_amount_range"));
    assertThat(failureOf(() -> execute("select * from first.nothing")).kind()).isEqualTo(Kind.INTERNAL);
    assertThat(failureOf(() -> execute("set local statement_timeout = 20; select pg_sleep(5)")).kind()).isEqualTo(Kind.UNAVAILABLE);
  }

  @Test
  void everyWaitHasALimit() throws Exception {
    tx.run(() -> assertThat(List.of(text("show statement_timeout"), text("show lock_timeout"), text("show idle_in_transaction_session_timeout"),
        text("show timezone"))).containsExactly("30s", "10s", "1min", "UTC"));
    CountDownLatch taken = new CountDownLatch(OneServer.POOL);
    CountDownLatch go = new CountDownLatch(1);
    List<Thread> holders = new ArrayList<>();
    for (int i = 0; i < OneServer.POOL; i++) {
      holders.add(new Thread(() -> tx.run(() -> {
        taken.countDown();
        await(go);
      })));
    }
    holders.forEach(Thread::start);
    assertThat(taken.await(20, TimeUnit.SECONDS)).isTrue();
    try {
      assertThat(failureOf(() -> {}).kind()).as("nobody gives a connection back").isEqualTo(Kind.UNAVAILABLE);
    } finally {
      go.countDown();
      for (Thread holder : holders) {
        holder.join();
      }
    }
    tx.run(() -> persistEntry(1, "there are connections again"));
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await(60, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  @Test
  void aMessageHoldsNoValueOfARow() {
    tx.run(() -> persistEntry(1, "secret-text"));

    DatabaseException failure = failureOf(() -> persistEntry(2, "secret-text"));

    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      assertThat(cause.toString()).doesNotContain("secret-text");
    }
  }

  @Test
  void onlyTheTransactionEndsIt() {
    tx.run(() -> {
      Connection connection = tx.connection();
      assertThatThrownBy(connection::commit).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(connection::rollback).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(connection::close).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> connection.setAutoCommit(true)).isInstanceOf(IllegalStateException.class);
      persistEntry(1, "still there");
    });

    assertThat(rowsSeenByOthers()).isEqualTo(1);
  }

  @Test
  void nothingOfATransactionWorksOutsideOfIt() {
    Connection kept = tx.required(tx::connection);

    assertThatThrownBy(kept::createStatement).isInstanceOf(IllegalStateException.class).hasMessageContaining("over");
    assertThatThrownBy(tx::connection).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(first::manager).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> tx.afterCommit(() -> {})).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void hooksRunInOrderAfterTheCommitAndNotAfterARollback() {
    List<String> ran = new ArrayList<>();
    tx.run(() -> {
      persistEntry(1, "seen by the hook");
      tx.afterCommit(() -> {
        ran.add("sees " + rowsSeenByOthers());
        throw new IllegalStateException("must not stop the next");
      });
      tx.run(() -> tx.afterCommit(() -> tx.run(() -> {
        persistEntry(2, "a transaction of its own");
        ran.add("inner");
      })));
      assertThat(ran).isEmpty();
    });
    assertThat(ran).containsExactly("sees 1", "inner");
    assertThat(rowsSeenByOthers()).isEqualTo(2);

    failureOf(() -> {
      tx.afterCommit(() -> ran.add("never"));
      execute("insert into first.entry (id, text) values (1, 'duplicate')");
    });
    assertThat(ran).doesNotContain("never");
  }

  @Test
  void theEntityManagerIsOnePerTransactionAndLocksWork() {
    tx.run(() -> persistEntry(1, "one"));

    tx.run(() -> {
      EntryRow row = first.manager().find(EntryRow.class, 1, LockModeType.PESSIMISTIC_WRITE);
      tx.run(() -> assertThat(first.manager().find(EntryRow.class, 1)).isSameAs(row));
      row.text = "changed";
    });

    assertThat(tx.<String>required(() -> first.manager().find(EntryRow.class, 1).text)).isEqualTo("changed");
  }

  @Test
  void aClosedDomainReleasesWhatItHeld() {
    Entities third = Entities.open(database.open(DomainSpec.of("first", TxTest.class)), EntryRow.class);
    third.close();

    assertThatThrownBy(() -> tx.run(() -> third.manager().find(EntryRow.class, 1))).isInstanceOf(IllegalStateException.class);
    tx.run(() -> persistEntry(1, "others are not concerned"));
  }

  private static DatabaseException failureOf(Tx.Action work) {
    DatabaseException failure = catchThrowableOfType(DatabaseException.class, () -> tx.run(work));
    assertThat(failure).as("a failure").isNotNull();
    assertThat(tx.active()).isFalse();
    return failure;
  }

  private static void persistEntry(int id, String text) {
    EntryRow row = new EntryRow();
    row.id = id;
    row.text = text;
    first.manager().persist(row);
  }

  private static void persistItem(int id, String text, Integer parent) {
    ItemRow row = new ItemRow();
    row.id = id;
    row.text = text;
    row.parent = parent;
    second.manager().persist(row);
  }

  private static void execute(String sql) throws SQLException {
    try (Statement statement = tx.connection().createStatement()) {
      statement.execute(sql);
    }
  }

  private static String text(String sql) throws SQLException {
    try (Statement statement = tx.connection().createStatement(); ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  private static int number(String sql) throws SQLException {
    try (Statement statement = tx.connection().createStatement(); ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getInt(1);
    }
  }

  /** Rows of both domains on a connection that has no part in the transaction. */
  private static int rowsSeenByOthers() {
    try (Connection other = target.connect(Duration.ofSeconds(5)); Statement statement = other.createStatement();
        ResultSet row = statement.executeQuery("select (select count(*) from first.entry) + (select count(*) from second.item)")) {
      row.next();
      return row.getInt(1);
    } catch (SQLException failure) {
      throw new AssertionError(failure);
    }
  }
}
