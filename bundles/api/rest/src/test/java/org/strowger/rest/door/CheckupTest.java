package org.strowger.rest.door;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.strowger.kernel.Health;
import org.strowger.rest.door.Checkup.Finding;
import org.strowger.testkit.Waiting;

@Timeout(60)
class CheckupTest {

  private static final Finding WELL = new Finding("well", Health.ok("fine"));
  private static final Health SILENT = Health.degraded("its check does not answer");

  private final Checkup checkup = new Checkup("checkup-test", Duration.ZERO);
  private final CountDownLatch released = new CountDownLatch(1);
  private final AtomicInteger asked = new AtomicInteger();

  @AfterEach
  void stop() {
    released.countDown();
    checkup.close();
  }

  /** Deaf to its interrupt. */
  private Health hang() {
    asked.incrementAndGet();
    boolean done = false;
    while (!done) {
      try {
        done = released.await(1, TimeUnit.MINUTES);
      } catch (InterruptedException deaf) {
        done = false;
      }
    }
    return Health.ok("back");
  }

  @Test
  void oneThatHangsKeepsTheOthersWaitingOnceAndHasOneThread() {
    checkup.add(Health.Check.of("hangs", this::hang), "acme");
    checkup.add(Health.Check.of("well", () -> Health.ok("fine")), "us");
    long began = System.nanoTime();
    assertThat(checkup.findings()).containsExactly(new Finding("hangs", SILENT), WELL);
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isBetween(Duration.ofMillis(900), Duration.ofSeconds(10));
    for (int look = 0; look < 50; look++) {
      assertThat(checkup.findings()).contains(new Finding("hangs", SILENT));
    }
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
    assertThat(asked).hasValue(1);
    released.countDown();
    Waiting.until("it is asked again", () -> checkup.findings().contains(new Finding("hangs", Health.ok("back"))));
  }

  @Test
  void allThatHangAreWaitedForTogether() {
    for (int i = 0; i < 20; i++) {
      checkup.add(Health.Check.of("hangs" + i, this::hang), "acme");
    }
    long began = System.nanoTime();
    assertThat(checkup.findings()).hasSize(20).extracting(Finding::health).containsOnly(SILENT);
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void oneThatHeedsItsInterruptRestsBeforeItIsAskedAgain() {
    var ended = new AtomicInteger();
    try (var patient = new Checkup("checkup-test", Duration.ofHours(1))) {
      patient.add(Health.Check.of("slow", () -> {
        asked.incrementAndGet();
        try {
          released.await();
        } catch (InterruptedException heeded) {
          Thread.currentThread().interrupt();
        } finally {
          ended.incrementAndGet();
        }
        return Health.ok("late");
      }), "acme");
      // A thread that is back may not have said so yet: then that look does not ask.
      Waiting.until("it is asked once more", () -> patient.findings().equals(List.of(new Finding("slow", SILENT))) && asked.get() == 2);
      Waiting.until("its thread is back", () -> ended.get() == 2);
      for (int look = 0; look < 1000; look++) {
        assertThat(patient.findings()).containsExactly(new Finding("slow", SILENT));
      }
      assertThat(asked).as("once may be the machine's fault").hasValue(2);
    }
  }

  @Test
  void whateverAPluginThrowsOrAnswersTheOthersAreTold() {
    checkup.add(new Told(() -> {
      throw new IllegalStateException("name");
    }, () -> Health.ok("never asked")), "org.acme.a");
    checkup.add(new Told(() -> "b", () -> {
      throw new AssertionError("no LinkageError");
    }), "org.acme.b");
    checkup.add(new Told(() -> null, () -> Health.ok(null)), "org.acme.c");
    checkup.add(new Told(() -> "d", () -> null), "org.acme.d");
    checkup.add(new Told(() -> "e", () -> new Health(null, "no state")), "org.acme.e");
    checkup.add(new Told(this::hang, () -> Health.ok("never asked")), "org.acme.f");
    checkup.add(Health.Check.of("well", () -> Health.ok("fine")), "us");
    assertThat(checkup.findings()).containsExactly(
        new Finding("b", Health.down("its check failed: AssertionError")),
        new Finding("d", Health.down("its check answers nothing")),
        new Finding("e", Health.down("its check answers nothing")),
        new Finding("org.acme.a", Health.down("its check failed: IllegalStateException")),
        new Finding("org.acme.c", Health.ok("null")),
        new Finding("org.acme.f", SILENT),
        WELL);
  }

  @Test
  void aNameIsTakenOnceAndWhoLeavesIsForgotten() {
    var named = new AtomicInteger();
    Health.Check check = new Told(() -> "n" + named.incrementAndGet(), () -> Health.ok("fine"));
    checkup.add(check, "acme");
    assertThat(checkup.findings()).containsExactly(new Finding("n1", Health.ok("fine")));
    assertThat(checkup.findings()).containsExactly(new Finding("n1", Health.ok("fine")));
    checkup.remove(check);
    assertThat(checkup.findings()).isEmpty();
  }

  /** Its equality is broken, too. */
  private record Told(java.util.function.Supplier<Object> says, java.util.function.Supplier<Health> answers) implements Health.Check {
    @Override
    public String name() {
      Object said = says.get();
      return said == null ? null : said.toString();
    }

    @Override
    public Health health() {
      return answers.get();
    }

    @Override
    public boolean equals(Object other) {
      throw new IllegalStateException("equals");
    }

    @Override
    public int hashCode() {
      throw new IllegalStateException("hashCode");
    }
  }
}
