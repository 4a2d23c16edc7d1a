package org.strowger.calls.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CopyOnWriteArraySet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.strowger.calls.api.CallTrace;
import org.strowger.kernel.CallId;
import org.strowger.kernel.data.Shape;
import org.strowger.phone.Waiting;
import org.strowger.testkit.MovedTime;
import org.strowger.testkit.postgres.TestDatabase;

class TraceStoreTest {

  @RegisterExtension
  static final TestDatabase DATABASE = TestDatabase.open();

  private final MovedTime clock = new MovedTime();

  private Trace trace(CallId call) {
    var trace = new Trace(call, clock.now(), clock.ticks(), clock);
    trace.note("sip", "INVITE {} → {}", "alice", "bad\u0000\tname\n");
    clock.move(Duration.ofMillis(12));
    trace.add("SCREEN", "dncl 1.0", Duration.ofNanos(42_000), "lets it pass");
    return trace;
  }

  @Test
  void isThereAfterARestartAndForgottenAfterItsTime() {
    var call = new CallId(4711);
    CallTrace before;
    try (var store = new TraceStore(DATABASE, clock)) {
      Trace trace = trace(call);
      store.keep(call, trace);
      before = store.find(call).orElseThrow();
    }
    try (var again = new TraceStore(DATABASE, clock)) {
      CallTrace after = again.find(call).orElseThrow();
      assertThat(after.steps()).hasSize(2);
      assertThat(after.steps().get(1)).isEqualTo(before.steps().get(1));
      assertThat(after.steps().get(0).what()).isEqualTo("INVITE alice → bad??name?");
      assertThat(again.find(new CallId(1))).isEmpty();
      assertThat(again.purge(clock.now().plusSeconds(1))).isFalse();
      assertThat(again.find(call)).isEmpty();
    }
  }

  @Test
  void aCallThatIsUpIsKeptAgainWhenItIsOver() {
    var call = new CallId(77);
    var trace = new Trace(call, clock.now(), 0, clock);
    try (var store = new TraceStore(DATABASE, clock)) {
      trace.note("call", "answered");
      store.keep(call, trace);
      store.keep(call, trace);
    }
    try (var store = new TraceStore(DATABASE, clock)) {
      assertThat(store.find(call).orElseThrow().steps()).hasSize(1);
      trace.note("call", "over");
      store.keep(call, trace);
    }
    try (var store = new TraceStore(DATABASE, clock)) {
      assertThat(store.find(call).orElseThrow().steps()).hasSize(2);
    }
  }

  private static long old() {
    return DATABASE.tx().required(() -> {
      try (var count = DATABASE.tx().connection().prepareStatement("select count(*) from calls.trace where at < timestamp '2021-01-01'"); var rows = count.executeQuery()) {
        rows.next();
        return rows.getLong(1);
      }
    });
  }

  @Test
  void isPurgedToTheEndInOneGoOnAThreadOfItsOwn() {
    try (var store = new TraceStore(DATABASE, clock)) {
      DATABASE.tx().required(() -> {
        try (var insert = DATABASE.tx().connection().prepareStatement(
            "insert into calls.trace (call, at, steps) select 1000000 + n, timestamp '2020-01-01', '' from generate_series(1, 12000) n")) {
          return insert.executeUpdate();
        }
      });
      assertThat(old()).isEqualTo(12_000);
      var threads = new CopyOnWriteArraySet<String>();
      try (var purging = new Purging(() -> {
        threads.add(Thread.currentThread().getName());
        return store.purge(clock.now().minus(Duration.ofDays(365)));
      })) {
        purging.start();
        Waiting.until("all that is old is gone", () -> old() == 0, Duration.ofSeconds(30));
      }
      assertThat(threads).containsExactly("calls-purge");
    }
  }

  @Test
  void isBounded() {
    var trace = new Trace(new CallId(1), Instant.EPOCH, 0, clock);
    for (int i = 0; i < 1000; i++) {
      trace.note("sip", "{}", "x".repeat(5000));
    }
    CallTrace printed = trace.print();
    assertThat(printed.steps()).hasSize(201);
    assertThat(printed.steps().get(0).what()).hasSize(1024);
    assertThat(printed.steps().get(200).what()).isEqualTo("800 further steps are left out");
  }

  @Test
  void isPlainDataForDoors() {
    assertThat(Shape.of(CallTrace.class).encode(trace(new CallId(5)).print())).containsKeys("call", "steps");
  }
}
