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
  private final Resolver resolver = new Resolver(Time.SYSTEM, host -> {
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
}
