package org.strowger.testkit.plugin;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Times questions. A busy build machine may hold up a few of them; a plugin that blocks for whatever it has not seen before holds up all. */
final class Slowness {

  private static final int FORGIVEN = 3;

  private final Duration limit;
  private int slow;

  Slowness(Duration limit) {
    this.limit = limit;
  }

  /** Asks. Fails at the one that is one too many: nobody waits for the rest of a hundred. */
  <T> T time(String what, Callable<T> question) throws Exception {
    long start = System.nanoTime();
    T answer = question.call();
    var took = Duration.ofNanos(System.nanoTime() - start);
    if (took.compareTo(limit) > 0 && ++slow > FORGIVEN) {
      throw new AssertionError("%s took %d ms, and so did %d questions before it: more than %d ms".formatted(what, took.toMillis(), slow - 1, limit.toMillis()));
    }
    return answer;
  }
}
