package org.strowger.calls.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.strowger.kernel.Time;

class SchedulerTest {

  @Test
  void noErrorEndsTheThreadThatCutsCalls() throws InterruptedException {
    try (var scheduler = new Scheduler(Time.SYSTEM)) {
      assertThat(scheduler.alive()).isFalse();
      scheduler.start();
      var later = new CountDownLatch(1);
      scheduler.after(Duration.ZERO, () -> {
        throw new OutOfMemoryError("unable to create native thread");
      });
      scheduler.after(Duration.ofMillis(1), () -> {
        throw new StackOverflowError();
      });
      scheduler.after(Duration.ofMillis(50), later::countDown);
      assertThat(later.await(10, TimeUnit.SECONDS)).as("the alarm after the errors").isTrue();
      assertThat(scheduler.alive()).isTrue();
    }
  }
}
