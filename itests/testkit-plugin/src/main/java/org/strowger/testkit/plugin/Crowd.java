package org.strowger.testkit.plugin;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Many who ask at once. */
final class Crowd {

  private static final int CALLERS = 8;
  private static final int QUESTIONS = 250;

  private Crowd() {}

  interface Question {

    /** @param turn from 0, of this caller */
    void ask(int turn) throws Exception;
  }

  static void asks(Question question) throws Exception {
    var callers = Executors.newFixedThreadPool(CALLERS);
    try {
      List<Callable<Void>> all = new ArrayList<>();
      for (int caller = 0; caller < CALLERS; caller++) {
        all.add(() -> {
          for (int i = 0; i < QUESTIONS; i++) {
            question.ask(i);
          }
          return null;
        });
      }
      for (Future<Void> one : callers.invokeAll(all, 60, TimeUnit.SECONDS)) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw new AssertionError("asked by " + CALLERS + " at once: " + e.getCause(), e.getCause());
    } finally {
      callers.shutdownNow();
    }
  }
}
