package org.strowger.ledger.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Version;
import org.strowger.billing.api.Cdr;
import org.strowger.billing.spi.CdrSink;
import org.strowger.kernel.CallId;
import org.strowger.kernel.Health;
import org.strowger.testkit.Waiting;
import org.strowger.testkit.postgres.TestDatabase;

/** A sink gets every CDR in order, what it missed included, and again what it did not take. */
class CdrDeliveryTest {

  private static final int CALLS = 20;

  private final LinkedBlockingQueue<Cdr> received = new LinkedBlockingQueue<>();

  private List<CallId> failedCalls(World world) {
    var calls = new ArrayList<CallId>();
    for (int i = 0; i < CALLS; i++) {
      CallId call = world.ids.nextCall();
      world.settle(world.facts(call), world.failed(404));
      calls.add(call);
    }
    return calls;
  }

  private List<CallId> next(int count) throws InterruptedException {
    var calls = new ArrayList<CallId>();
    for (int i = 0; i < count; i++) {
      Cdr cdr = received.poll(20, TimeUnit.SECONDS);
      assertThat(cdr).as("CDR %s of %s", i, count).isNotNull();
      calls.add(cdr.call().call());
    }
    return calls;
  }

  @Test
  void everySinkGetsEveryCdrInOrder() throws Exception {
    try (var world = new World(TestDatabase.open())) {
      List<CallId> before = failedCalls(world);
      var refusals = new AtomicInteger(1);
      CdrSink sink = batch -> {
        if (refusals.getAndDecrement() > 0) {
          throw new IllegalStateException("not now");
        }
        received.addAll(batch);
      };
      world.open.delivery.add(offer(sink, "1.0.0"));
      assertThat(next(CALLS)).isEqualTo(before);
      assertThat(next(CALLS, failedCalls(world))).isTrue();

      world.open.delivery.remove(sink);
      List<CallId> missed = failedCalls(world);
      world.open.delivery.add(offer(sink, "1.0.0"));
      assertThat(next(CALLS)).isEqualTo(missed);
      assertThat(received).isEmpty();
    }
  }

  private static CdrDelivery.Offer offer(CdrSink sink, String version) {
    return new CdrDelivery.Offer(sink, "archive", Version.parseVersion(version));
  }

  private boolean next(int count, List<CallId> expected) throws InterruptedException {
    return next(count).equals(expected);
  }

  @Test
  void aSinkThatHangsIsInterruptedAndAskedAgain() throws Exception {
    try (var world = new World(TestDatabase.open())) {
      List<CallId> calls = failedCalls(world);
      var entered = new CountDownLatch(1);
      world.open.delivery.add(offer(batch -> {
        if (entered.getCount() > 0) {
          entered.countDown();
          new CountDownLatch(1).await(60, TimeUnit.SECONDS);
        }
        received.addAll(batch);
      }, "1.0.0"));

      assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
      world.time.move(Duration.ofSeconds(31));
      world.open.tick();
      assertThat(world.open.meter.read()).containsEntry("ledger.sink-faults", 1L);
      assertThat(next(CALLS)).isEqualTo(calls);
    }
  }

  /** Nobody reads every WARN: what a sink does not take is seen where operators look. */
  @Test
  void aSinkThatDoesNotTakeItsCdrsIsSeenUntilItDoes() throws Exception {
    try (var world = new World(TestDatabase.open())) {
      failedCalls(world);
      world.time.move(Duration.ofSeconds(90));
      var broken = new AtomicBoolean(true);
      var errors = new AtomicInteger();
      world.open.delivery.add(offer(batch -> {
        if (broken.get()) {
          errors.incrementAndGet();
          throw new NoClassDefFoundError("disk\nfull");
        }
        received.addAll(batch);
      }, "1.0.0"));
      Waiting.until("it fails again", () -> errors.get() >= 2);
      // A sign of life at the new time.
      world.open.tick();
      assertThat(world.open.health()).isEqualTo(
          Health.degraded("CDR sinks that do not take their CDRs, which are kept for them: archive (java.lang.NoClassDefFoundError: disk full)"));
      assertThat(world.open.meter.read()).containsEntry("ledger.sinks", 1L).hasEntrySatisfying("ledger.sink-faults", many -> assertThat(many).isGreaterThanOrEqualTo(2))
          .hasEntrySatisfying("ledger.sink-lag.archive", seconds -> assertThat(seconds).isGreaterThanOrEqualTo(90));

      broken.set(false);
      next(CALLS);
      Waiting.until("it has all", () -> world.open.meter.read().get("ledger.sink-lag.archive") == 0);
      assertThat(world.open.health().state()).isEqualTo(Health.State.OK);
    }
  }

  @Test
  void ofSeveralVersionsTheHighestGetsThem() throws Exception {
    try (var world = new World(TestDatabase.open())) {
      var older = new LinkedBlockingQueue<Cdr>();
      CdrSink first = older::addAll;
      CdrSink second = received::addAll;
      CdrSink late = batch -> older.addAll(batch);
      List<CallId> before = failedCalls(world);
      world.open.delivery.add(offer(first, "1.9.0"));
      for (CallId call : before) {
        assertThat(older.poll(20, TimeUnit.SECONDS).call().call()).isEqualTo(call);
      }
      world.open.delivery.add(offer(second, "1.10.0"));
      world.open.delivery.add(offer(late, "1.9.5"));
      assertThat(next(CALLS, failedCalls(world))).isTrue();

      world.open.delivery.remove(late);
      world.open.delivery.remove(second);
      List<CallId> back = failedCalls(world);
      for (CallId call : back) {
        assertThat(older.poll(20, TimeUnit.SECONDS).call().call()).as("the one that was there before").isEqualTo(call);
      }
      assertThat(received).isEmpty();
      assertThat(older).isEmpty();
    }
  }

  @Test
  void aNewerVersionWaitsForTheBatchOfTheOlder() throws Exception {
    try (var world = new World(TestDatabase.open())) {
      List<CallId> calls = failedCalls(world);
      var entered = new CountDownLatch(1);
      var goOn = new CountDownLatch(1);
      var written = new LinkedBlockingQueue<Cdr>();
      world.open.delivery.add(offer(batch -> {
        entered.countDown();
        awaitWhateverInterrupts(goOn);
        written.addAll(batch);
      }, "1.0.0"));
      assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
      world.open.delivery.add(offer(received::addAll, "1.1.0"));
      assertThat(received.poll(500, TimeUnit.MILLISECONDS)).as("while the older one writes").isNull();
      goOn.countDown();
      List<CallId> more = failedCalls(world);
      assertThat(next(CALLS)).as("what the older one took is not brought again").isEqualTo(more);
      assertThat(written).extracting(cdr -> cdr.call().call()).isEqualTo(calls);
    }
  }

  /** What is left of a bundle must not be held by those that came after it. */
  @Test
  void versionsThatHaveGoneAreForgottenWhileTheNextOneReads() throws Exception {
    try (var world = new World(TestDatabase.open())) {
      List<CallId> calls = failedCalls(world);
      var gone = new ArrayList<WeakReference<CdrSink>>();
      CdrSink last = add(world, "1.0.0");
      assertThat(next(CALLS)).isEqualTo(calls);
      for (String version : List.of("1.1.0", "1.2.0", "1.3.0")) {
        CdrSink newer = add(world, version);
        assertThat(next(CALLS, failedCalls(world))).as(version).isTrue();
        world.open.delivery.remove(last);
        gone.add(new WeakReference<>(last));
        last = newer;
      }
      Waiting.until("no sink that has gone is kept", () -> {
        System.gc();
        return gone.stream().allMatch(sink -> sink.get() == null);
      });
      assertThat(next(CALLS, failedCalls(world))).isTrue();
      world.open.delivery.remove(last);
    }
  }

  private CdrSink add(World world, String version) {
    CdrSink sink = received::addAll;
    world.open.delivery.add(offer(sink, version));
    return sink;
  }

  private static void awaitWhateverInterrupts(CountDownLatch latch) {
    boolean over = false;
    while (!over) {
      try {
        over = latch.await(20, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        // As a driver that does not listen.
      }
    }
  }

  @Test
  void aCursorDoesNotGoBack() {
    try (var world = new World(TestDatabase.open())) {
      var table = new CdrTable();
      world.database.tx().run(() -> {
        for (long seq : new long[] {3, 10, 7}) {
          Sql.required(world.database.tx(), connection -> {
            table.cursor(connection, "archive", seq, world.time.now());
            return null;
          });
        }
        assertThat(Sql.required(world.database.tx(), connection -> table.cursor(connection, "archive")).longValue()).isEqualTo(10);
      });
    }
  }

  @Test
  void sinksThatDoNotListenAreWaitedForTogether() throws Exception {
    var release = new CountDownLatch(1);
    try (var world = new World(TestDatabase.open())) {
      failedCalls(world);
      var entered = new CountDownLatch(4);
      for (int i = 0; i < 4; i++) {
        world.open.delivery.add(new CdrDelivery.Offer(batch -> {
          entered.countDown();
          while (release.getCount() > 0) {
            LockSupport.parkNanos(1_000_000);
            Thread.interrupted();
          }
        }, "deaf " + i, Version.emptyVersion));
      }
      assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
      long begun = System.nanoTime();
      world.open.closeSinks();
      assertThat(System.nanoTime() - begun).as("one after the other it is 8 s").isLessThan(TimeUnit.SECONDS.toNanos(6));
      release.countDown();
    } finally {
      release.countDown();
    }
  }
}
