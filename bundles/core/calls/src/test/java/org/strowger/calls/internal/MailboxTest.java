package org.strowger.calls.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.strowger.kernel.Time;

class MailboxTest {

  private final ArrayDeque<Runnable> workers = new ArrayDeque<>();
  private final List<Throwable> broken = new ArrayList<>();
  private final Mailbox mailbox = new Mailbox(workers::add, broken::add);

  @Test
  void waitsOnceHoweverManyEventsCome() {
    var seen = new ArrayList<Integer>();
    for (int i = 0; i < 40; i++) {
      int number = i;
      mailbox.put(() -> seen.add(number));
    }
    assertThat(workers).hasSize(1);
    workers.poll().run();
    assertThat(seen).as("others get their turn").hasSize(16);
    while (!workers.isEmpty()) {
      workers.poll().run();
    }
    assertThat(seen).hasSize(40).isSorted();
  }

  @Test
  void refusesAFloodOfAPeerButNotTheSwitchItself() {
    for (int i = 0; i < Mailbox.MOST_FROM_PEERS; i++) {
      assertThat(mailbox.offer(() -> { })).isTrue();
    }
    assertThat(mailbox.offer(() -> { })).isFalse();
    mailbox.put(() -> { });
    while (!workers.isEmpty()) {
      workers.poll().run();
    }
    assertThat(mailbox.offer(() -> { })).isTrue();
  }

  @Test
  void whatHurriesIsWorkedOffHereWhereNothingElseIsAtWorkAndInItsTurnElsewhere() {
    var seen = new ArrayList<String>();
    mailbox.hurry(() -> {
      seen.add("here");
      mailbox.put(() -> seen.add("by a worker"));
    });
    mailbox.hurry(() -> seen.add("in its turn"));
    assertThat(seen).containsExactly("here");
    assertThat(workers).hasSize(1);
    workers.poll().run();
    assertThat(seen).containsExactly("here", "by a worker", "in its turn");

    mailbox.hurry(() -> {
      throw new StackOverflowError("deep");
    });
    assertThat(broken).hasSize(1);
    mailbox.hurry(() -> seen.add("after"));
    assertThat(seen).endsWith("after");
    assertThat(workers).isEmpty();
  }

  @Test
  void survivesWhatAnEventThrows() {
    mailbox.put(() -> {
      throw new StackOverflowError("deep");
    });
    var after = new ArrayList<String>();
    mailbox.put(() -> after.add("still here"));
    workers.poll().run();
    assertThat(broken).hasSize(1);
    assertThat(after).containsExactly("still here");
  }

  @Test
  void neverRunsTwoEventsAtOnceOnManyWorkers() throws InterruptedException {
    int[] unguarded = new int[1];
    int events = 20_000;
    var done = new CountDownLatch(events);
    try (var pool = new Workers(4, Time.SYSTEM)) {
      var real = new Mailbox(pool, broken::add);
      for (int i = 0; i < events; i++) {
        real.put(() -> {
          unguarded[0]++;
          done.countDown();
        });
      }
      assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(unguarded[0]).isEqualTo(events);
  }
}
