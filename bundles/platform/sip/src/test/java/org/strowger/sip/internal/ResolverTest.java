package org.strowger.sip.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.strowger.kernel.Time;

class ResolverTest {

  private final AtomicInteger asked = new AtomicInteger();
  private final CountDownLatch gate = new CountDownLatch(1);
  private final List<Runnable> impatient = new CopyOnWriteArrayList<>();
  private final Resolver resolver = new Resolver(Time.SYSTEM, (millis, task) -> impatient.add(task), 2, host -> {
    asked.incrementAndGet();
    try {
      return gate.await(10, TimeUnit.SECONDS) ? Optional.of("192.0.2.7") : Optional.empty();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  });

  @Test
  void tellsWhoAskedFirstFirst() {
    var order = new CopyOnWriteArrayList<Integer>();
    // The first, once it is told, asks again: its name is known then, and others still wait.
    resolver.resolve("carrier.example", address -> {
      order.add(0);
      resolver.resolve("carrier.example", again -> order.add(100));
    });
    for (int i = 1; i < 100; i++) {
      int number = i;
      resolver.resolve("carrier.example", address -> order.add(address.isPresent() ? number : -1));
    }
    gate.countDown();
    Rig.waitUntil("all are told", () -> order.size() == 101);
    assertThat(order).isEqualTo(IntStream.rangeClosed(0, 100).boxed().toList());
    assertThat(asked).hasValue(1);
    resolver.stop();
  }

  @Test
  void oneThatThrowsHoldsUpNobody() {
    var told = new CopyOnWriteArrayList<String>();
    resolver.resolve("a.example", address -> {
      throw new IllegalStateException("broken");
    });
    resolver.resolve("a.example", address -> told.add(address.orElse("")));
    gate.countDown();
    Rig.waitUntil("told", () -> !told.isEmpty());
    resolver.resolve("a.example", address -> told.add("at once"));
    assertThat(told).isEqualTo(List.of("192.0.2.7", "at once"));
    resolver.stop();
  }

  @Test
  void theOldAddressServesWhileANewOneIsAskedForAndForAnHourIfThereIsNone() {
    var time = new RegisterTest.StandingTime();
    var now = new java.util.concurrent.atomic.AtomicReference<>(Optional.of("192.0.2.1"));
    var turns = new java.util.concurrent.Semaphore(1);
    var answers = new AtomicInteger();
    var names = new Resolver(time, (millis, task) -> { }, 2, host -> {
      turns.acquireUninterruptibly();
      answers.incrementAndGet();
      return now.get();
    });
    assertThat(ask(names)).contains("192.0.2.1");
    time.move(Resolver.KEEP);
    now.set(Optional.of("192.0.2.2"));
    assertThat(ask(names)).as("the system has not answered yet").contains("192.0.2.1");
    assertThat(ask(names)).contains("192.0.2.1");
    turns.release();
    Rig.waitUntil("the new one serves", () -> ask(names).equals(Optional.of("192.0.2.2")));
    assertThat(answers).hasValue(2);
    Rig.waitUntil("idle", () -> names.asking() == 0);

    now.set(Optional.empty());
    time.move(Resolver.KEEP);
    for (int i = 0; i < 59; i++) {
      int before = answers.get();
      turns.release();
      assertThat(ask(names)).as("after " + i + " min").contains("192.0.2.2");
      Rig.waitUntil("asked again", () -> answers.get() == before + 1 && names.asking() == 0);
      time.move(Resolver.KEEP);
    }
    turns.release(2);
    Rig.waitUntil("forgotten", () -> ask(names).isEmpty());
    now.set(Optional.of("192.0.2.3"));
    time.move(Resolver.KEEP_FAILURE);
    assertThat(ask(names)).contains("192.0.2.3");
    names.stop();
  }

  private static Optional<String> ask(Resolver names) {
    var told = new CopyOnWriteArrayList<Optional<String>>();
    names.resolve("carrier.example", told::add);
    Rig.waitUntil("told", () -> !told.isEmpty());
    return told.get(0);
  }

  @Test
  void nobodyWaitsForEverAndWhatComesLateServesTheNext() {
    var told = new CopyOnWriteArrayList<String>();
    resolver.resolve("slow.example", address -> told.add("first " + address.orElse("-")));
    resolver.resolve("slow.example", address -> told.add("second " + address.orElse("-")));
    assertThat(impatient).hasSize(1);
    impatient.get(0).run();
    assertThat(told).containsExactly("first -", "second -");
    resolver.resolve("slow.example", address -> told.add("third " + address.orElse("-")));
    Rig.waitUntil("asked", () -> asked.get() == 1);
    impatient.get(0).run();
    assertThat(told).as("that was for others").hasSize(2);
    assertThat(asked).as("one thread for one name").hasValue(1);
    gate.countDown();
    Rig.waitUntil("third", () -> told.size() == 3);
    assertThat(told.get(2)).isEqualTo("third 192.0.2.7");
    resolver.stop();
  }

  @Test
  void namesThatPeersTellUsHoldUpNoCarrier() {
    var names = new Names(Time.SYSTEM, (millis, task) -> { }, host -> {
      try {
        return host.startsWith("carrier") || gate.await(10, TimeUnit.SECONDS) ? Optional.of("192.0.2.7") : Optional.empty();
      } catch (InterruptedException e) {
        return Optional.empty();
      }
    });
    for (int i = 0; i < 100; i++) {
      names.resolve("told" + i + ".example", false, address -> { });
    }
    var told = new CopyOnWriteArrayList<String>();
    names.resolve("carrier.example", true, address -> told.add(address.orElse("-")));
    Rig.waitUntil("told", () -> told.size() == 1);
    names.resolve("carrier.example", false, address -> told.add("within its calls " + address.orElse("-")));
    assertThat(told).containsExactly("192.0.2.7", "within its calls 192.0.2.7");
    gate.countDown();
    names.stop();
  }
}
