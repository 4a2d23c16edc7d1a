package org.strowger.ledger.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.strowger.billing.api.Cdr;
import org.strowger.billing.spi.CdrSink;
import org.strowger.kernel.CallId;
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
      world.open.delivery.add(sink, "archive");
      assertThat(next(CALLS)).isEqualTo(before);
      assertThat(next(CALLS, failedCalls(world))).isTrue();

      world.open.delivery.remove(sink);
      List<CallId> missed = failedCalls(world);
      world.open.delivery.add(sink, "archive");
      assertThat(next(CALLS)).isEqualTo(missed);
      assertThat(received).isEmpty();
    }
  }

  private boolean next(int count, List<CallId> expected) throws InterruptedException {
    return next(count).equals(expected);
  }

  @Test
  void aSinkThatHangsIsInterruptedAndAskedAgain() throws Exception {
    try (var world = new World(TestDatabase.open())) {
      List<CallId> calls = failedCalls(world);
      var entered = new CountDownLatch(1);
      world.open.delivery.add(batch -> {
        if (entered.getCount() > 0) {
          entered.countDown();
          new CountDownLatch(1).await(60, TimeUnit.SECONDS);
        }
        received.addAll(batch);
      }, "slow");

      assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
      world.time.move(java.time.Duration.ofSeconds(31));
      world.open.tick();
      assertThat(next(CALLS)).isEqualTo(calls);
    }
  }
}
