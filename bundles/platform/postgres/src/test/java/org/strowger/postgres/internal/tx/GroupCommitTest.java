package org.strowger.postgres.internal.tx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.strowger.hibernate.jdbc.Target;
import org.strowger.persistence.api.BatchSpec;
import org.strowger.persistence.api.BatchWriter;
import org.strowger.persistence.api.DatabaseException;
import org.strowger.persistence.api.DatabaseException.Kind;
import org.strowger.persistence.api.Domain;
import org.strowger.persistence.api.DomainSpec;
import org.strowger.postgres.internal.OneServer;
import org.strowger.postgres.internal.PostgresDatabase;

@ResourceLock(OneServer.LOCK)
class GroupCommitTest {

  private record Line(int id, String text) {}

  private static Target target;
  private static PostgresDatabase database;
  private static Domain domain;

  @BeforeAll
  static void open() {
    target = OneServer.emptyDatabase();
    database = OneServer.on(target);
    domain = database.open(DomainSpec.of("first", GroupCommitTest.class));
  }

  @AfterAll
  static void close() {
    database.close();
  }

  @BeforeEach
  void empty() throws SQLException {
    domain.tx().run(() -> {
      try (Statement statement = domain.tx().connection().createStatement()) {
        statement.execute("delete from first.entry");
      }
    });
  }

  private static void insert(Connection connection, List<Line> batch) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement("insert into first.entry (id, text) values (?, ?) on conflict (id) do nothing")) {
      for (Line line : batch) {
        insert.setInt(1, line.id());
        insert.setString(2, line.text());
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  @Test
  void manyCallersShareFewCommitsAndEveryRowIsThereWhenItsStageCompletes() throws Exception {
    AtomicInteger batches = new AtomicInteger();
    List<Thread> callers = new ArrayList<>();
    AtomicInteger missing = new AtomicInteger();
    try (BatchWriter<Line> writer = domain.writer(BatchSpec.named("test"), (connection, batch) -> {
      batches.incrementAndGet();
      insert(connection, batch);
    })) {
      for (int caller = 0; caller < 4; caller++) {
        int from = caller * 500;
        callers.add(new Thread(() -> {
          List<CompletableFuture<Void>> all = new ArrayList<>();
          for (int id = from; id < from + 500; id++) {
            all.add(writer.write(new Line(id, "line " + id)).toCompletableFuture());
          }
          all.get(all.size() - 1).join();
          missing.addAndGet(500 - count("id >= " + from + " and id < " + (from + 500)));
        }));
      }
      callers.forEach(Thread::start);
      for (Thread caller : callers) {
        caller.join();
      }
      assertThat(writer.waiting()).isZero();
    }

    assertThat(missing.get()).as("a caller's last row is durable, so its earlier ones are").isZero();
    assertThat(count("true")).isEqualTo(2000);
    assertThat(batches.get()).as("commits").isLessThan(1000);
  }

  @Test
  void rowsThatGatherShareACommitAndLazyOnesComeBehindThePromptOnesBeforeThem() {
    List<List<Integer>> batches = new ArrayList<>();
    try (BatchWriter<Line> writer = domain.writer(BatchSpec.named("test").gather(Duration.ofMillis(300), Duration.ofSeconds(20)), (connection, batch) -> {
      batches.add(batch.stream().map(Line::id).toList());
      insert(connection, batch);
    })) {
      CompletableFuture<Void> lazy = writer.writeLazily(new Line(9, "lazy")).toCompletableFuture();
      List<CompletableFuture<Void>> prompt = new ArrayList<>();
      for (int id = 0; id < 5; id++) {
        prompt.add(writer.write(new Line(id, "prompt " + id)).toCompletableFuture());
      }
      prompt.forEach(row -> row.orTimeout(10, TimeUnit.SECONDS).join());

      assertThat(lazy).as("still gathering").isNotDone();
      assertThat(count("true")).isEqualTo(5);
      writer.close();
      assertThat(lazy).isCompleted();
    }
    assertThat(batches).last().isEqualTo(List.of(9));
    assertThat(batches.size()).as("commits").isLessThanOrEqualTo(3);
    assertThat(count("id = 9")).isEqualTo(1);
  }

  @Test
  void lazyRowsAreWrittenWhenTheirTimeIsOverAlthoughPromptOnesKeepComing() throws Exception {
    try (BatchWriter<Line> writer = domain.writer(BatchSpec.named("test").gather(Duration.ofMillis(5), Duration.ofMillis(100)), GroupCommitTest::insert)) {
      CompletableFuture<Void> lazy = writer.writeLazily(new Line(0, "lazy")).toCompletableFuture();
      int id = 1;
      for (; id < 2000 && !lazy.isDone(); id++) {
        writer.write(new Line(id, "prompt " + id)).toCompletableFuture().get(20, TimeUnit.SECONDS);
      }
      assertThat(lazy).as("after " + id + " prompt commits").isCompleted();
      assertThat(count("text = 'lazy'")).isEqualTo(1);
    }
  }

  @Test
  void aFullBatchWaitsForNobody() throws Exception {
    try (BatchWriter<Line> writer = domain.writer(BatchSpec.named("test").maxBatch(3).gather(Duration.ofMinutes(5), Duration.ofMinutes(5)), GroupCommitTest::insert)) {
      writer.write(new Line(0, "alone")).toCompletableFuture().get(20, TimeUnit.SECONDS);
      writer.write(new Line(1, "one"));
      writer.writeLazily(new Line(2, "two"));
      writer.write(new Line(3, "three")).toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
    assertThat(count("true")).isEqualTo(4);
  }

  @Test
  void aRowThatComesAloneIsWrittenAtOnceAndThoseBehindItTogether() throws Exception {
    List<List<Integer>> batches = new ArrayList<>();
    try (BatchWriter<Line> writer = domain.writer(BatchSpec.named("test").gather(Duration.ofSeconds(3), Duration.ofSeconds(3)), (connection, batch) -> {
      batches.add(batch.stream().map(Line::id).toList());
      insert(connection, batch);
    })) {
      writer.write(new Line(0, "alone")).toCompletableFuture().get(2, TimeUnit.SECONDS);
      List<CompletableFuture<Void>> behind = new ArrayList<>();
      for (int id = 1; id <= 3; id++) {
        behind.add(writer.write(new Line(id, "behind " + id)).toCompletableFuture());
      }
      for (CompletableFuture<Void> row : behind) {
        row.get(20, TimeUnit.SECONDS);
      }
    }
    assertThat(batches).isEqualTo(List.of(List.of(0), List.of(1, 2, 3)));
  }

  @Test
  void aBadRowFailsAlone() {
    try (BatchWriter<Line> writer = domain.writer(BatchSpec.named("test"), GroupCommitTest::insert)) {
      List<CompletableFuture<Void>> all = new ArrayList<>();
      for (int id = 0; id < 40; id++) {
        all.add(writer.write(new Line(id, id == 17 ? "x".repeat(51) : "line " + id)).toCompletableFuture());
      }

      assertThatThrownBy(() -> all.get(17).get(20, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class)
          .cause().isInstanceOfSatisfying(DatabaseException.class, refused -> assertThat(refused.kind()).isEqualTo(Kind.REFUSED));
      all.remove(17);
      all.forEach(CompletableFuture::join);
    }
    assertThat(count("true")).isEqualTo(39);
  }

  @Test
  void anErrorFailsItsRowsAndTheWriterGoesOn() throws Exception {
    AtomicInteger errors = new AtomicInteger(3);
    try (BatchWriter<Line> writer = domain.writer(BatchSpec.named("test"), (connection, batch) -> {
      insert(connection, batch);
      if (errors.getAndDecrement() > 0) {
        throw new NoClassDefFoundError("gone with its bundle");
      }
    })) {
      for (int id = 0; id < 3; id++) {
        CompletableFuture<Void> failed = writer.write(new Line(id, "lost")).toCompletableFuture();
        assertThatThrownBy(() -> failed.get(20, TimeUnit.SECONDS)).cause().isInstanceOf(NoClassDefFoundError.class);
      }
      writer.write(new Line(3, "kept")).toCompletableFuture().get(20, TimeUnit.SECONDS);
      assertThat(writer.waiting()).isZero();
    }
    assertThat(count("true")).isEqualTo(1);
    assertThat(count("text = 'kept'")).isEqualTo(1);
  }

  @Test
  void aFullQueueRefusesAtOnceAndCloseWritesWhatWaits() throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    BatchWriter<Line> writer = domain.writer(new BatchSpec("test", 2, 3, Duration.ZERO), (connection, batch) -> {
      entered.countDown();
      await(go);
      insert(connection, batch);
    });
    List<CompletableFuture<Void>> taken = new ArrayList<>();
    taken.add(writer.write(new Line(0, "being written")).toCompletableFuture());
    assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();
    for (int id = 1; id <= 3; id++) {
      taken.add(writer.write(new Line(id, "waits " + id)).toCompletableFuture());
    }

    assertThat(kindOf(writer.write(new Line(4, "too many")).toCompletableFuture())).isEqualTo(Kind.UNAVAILABLE);
    assertThat(writer.waiting()).isEqualTo(4);

    go.countDown();
    writer.close();
    taken.forEach(CompletableFuture::join);
    assertThat(count("true")).isEqualTo(4);
    assertThat(kindOf(writer.write(new Line(5, "closed")).toCompletableFuture())).isEqualTo(Kind.UNAVAILABLE);
  }

  @Test
  void withPatienceARowOutlivesABrokenConnectionWithoutItItFails() {
    AtomicBoolean broken = new AtomicBoolean();
    BatchWriter.Rows<Line> breaking = (connection, batch) -> {
      insert(connection, batch);
      if (broken.compareAndSet(false, true)) {
        terminate(connection);
      }
    };
    try (BatchWriter<Line> hasty = domain.writer(BatchSpec.named("hasty"), breaking)) {
      assertThat(kindOf(hasty.write(new Line(1, "lost")).toCompletableFuture())).isIn(Kind.UNAVAILABLE, Kind.OUTCOME_UNKNOWN);
    }
    assertThat(count("true")).isZero();

    broken.set(false);
    try (BatchWriter<Line> patient = domain.writer(BatchSpec.named("patient").patience(Duration.ofSeconds(20)), breaking)) {
      patient.write(new Line(1, "kept")).toCompletableFuture().join();
    }
    assertThat(broken).isTrue();
    assertThat(count("text = 'kept'")).isEqualTo(1);
  }

  private static void terminate(Connection connection) throws SQLException {
    int backend;
    try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery("select pg_backend_pid()")) {
      row.next();
      backend = row.getInt(1);
    }
    try (Connection other = target.connect(Duration.ofSeconds(5)); Statement kill = other.createStatement()) {
      kill.execute("select pg_terminate_backend(" + backend + ", 5000)");
    }
  }

  private static Kind kindOf(CompletableFuture<Void> failed) {
    try {
      failed.orTimeout(20, TimeUnit.SECONDS).join();
      throw new AssertionError("it did not fail");
    } catch (CompletionException failure) {
      return ((DatabaseException) failure.getCause()).kind();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  private static int count(String where) {
    return domain.tx().required(() -> {
      try (Statement statement = domain.tx().connection().createStatement();
          ResultSet row = statement.executeQuery("select count(*) from first.entry where " + where)) {
        row.next();
        return row.getInt(1);
      }
    });
  }
}
