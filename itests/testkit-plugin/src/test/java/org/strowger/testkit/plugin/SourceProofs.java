package org.strowger.testkit.plugin;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;
import org.strowger.dnc.spi.DncSource;
import org.strowger.dnc.spi.DncStatus;

final class SourceProofs {

  private static final BiFunction<List<String>, String, CompletionStage<Boolean>> EXACTLY = (numbers, number) -> CompletableFuture.completedFuture(numbers.contains(number));
  private static final CompletionStage<Boolean> UNABLE = CompletableFuture.failedFuture(new IllegalStateException());

  private SourceProofs() {}

  static Proof<DncSourceContract> proof() {
    var asked = new AtomicInteger();
    var busy = new AtomicInteger();
    return new Proof<>(DncSourceContract.class, list(EXACTLY, UNABLE, DncStatus.State.READY))
        .finds("listsExactlyItsNumbers", list((numbers, number) -> CompletableFuture.completedFuture(numbers.stream().anyMatch(number::endsWith)), UNABLE, DncStatus.State.READY), "exact match only")
        .finds("saysThatItAnswers", list(EXACTLY, UNABLE, notReady()), "a test's")
        .finds("neverBlocksWhoAsks", list((numbers, number) -> {
          LockSupport.parkNanos(300_000_000);
          return CompletableFuture.completedFuture(true);
        }, UNABLE, DncStatus.State.READY), "return at once")
        .finds("failsInTimeWhereItCannotKnow", list(EXACTLY, CompletableFuture.completedFuture(false), DncStatus.State.READY), "not 'not listed'")
        .finds("failsInTimeWhereItCannotKnow", list(EXACTLY, new CompletableFuture<>(), DncStatus.State.READY), "not silence")
        // One question at a time: whoever comes while another one is asked gets the other's answer.
        .finds("answersManyAtOnce", list((numbers, number) -> {
          boolean alone = busy.getAndIncrement() == 0;
          LockSupport.parkNanos(1_000_000);
          busy.decrementAndGet();
          return CompletableFuture.completedFuture(alone ? numbers.contains(number) : asked.incrementAndGet() % 2 == 0);
        }, UNABLE, DncStatus.State.READY), "asked by 8 at once");
  }

  private static DncStatus.State notReady() {
    return java.util.Arrays.stream(DncStatus.State.values()).filter(state -> !new DncStatus(state, 1, null, "").answers()).findFirst().orElseThrow();
  }

  private static DncSourceContract list(BiFunction<List<String>, String, CompletionStage<Boolean>> answers, CompletionStage<Boolean> unknown, DncStatus.State state) {
    return new DncSourceContract() {
      @Override
      protected DncSource sourceWith(List<String> numbers) {
        return source(answers, numbers, state);
      }

      @Override
      protected DncSource sourceThatCannotKnow() {
        return source((numbers, number) -> unknown, List.of(), state);
      }
    };
  }

  private static DncSource source(BiFunction<List<String>, String, CompletionStage<Boolean>> answers, List<String> numbers, DncStatus.State state) {
    return new DncSource() {
      @Override
      public CompletionStage<Boolean> lists(String number) {
        return answers.apply(numbers, number);
      }

      @Override
      public DncStatus status() {
        return new DncStatus(state, numbers.size(), null, "a test's");
      }
    };
  }
}
