package org.strowger.testkit.plugin;

import static org.strowger.testkit.plugin.PolicyProofs.REFUSED;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.strowger.calls.api.Phase;
import org.strowger.calls.api.Verdict;
import org.strowger.calls.spi.AsyncCallPolicy;

final class AsyncPolicyProofs {

  private static final AsyncCallPolicy REFUSES = (phase, call) -> CompletableFuture.completedFuture(REFUSED);
  private static final AsyncCallPolicy UNABLE = (phase, call) -> CompletableFuture.failedFuture(new IllegalStateException("no file"));
  private static final AsyncCallPolicy SILENT = (phase, call) -> new CompletableFuture<>();
  /** The proof ends before the machine does. */
  private static final ThreadFactory DAEMONS = work -> {
    var thread = new Thread(work, "bad plugin");
    thread.setDaemon(true);
    return thread;
  };

  private AsyncPolicyProofs() {}

  static Proof<AsyncCallPolicyContract> proof() {
    return new Proof<>(AsyncCallPolicyContract.class, later(() -> REFUSES, UNABLE))
        .finds("hasAnAnswerThatMakesSenseToEveryCall", later(() -> (phase, call) -> CompletableFuture.completedFuture(null), UNABLE), "no verdict")
        .finds("hasAnAnswerThatMakesSenseToEveryCall", later(() -> SILENT, UNABLE), "neither answered nor failed")
        .finds("neverBlocksWhoAsks", later(() -> (phase, call) -> {
          LockSupport.parkNanos(80_000_000);
          return CompletableFuture.completedFuture(REFUSED);
        }, UNABLE), "more than 50 ms")
        .finds("answersInTime", later(AsyncPolicyProofs::slow, UNABLE), "more than 500 ms")
        .finds("failsInTimeWhereItCannotKnow", later(() -> REFUSES, SILENT), "not silence")
        .finds("failsInTimeWhereItCannotKnow", later(() -> REFUSES, REFUSES), "an exception within 500 ms")
        .finds("manyAtOnceAllComeToAnEnd", later(AsyncPolicyProofs::forgetful, UNABLE), "one of 2000 questions at once is neither answered nor failed")
        .finds("manyAtOnceAllComeToAnEnd", later(AsyncPolicyProofs::aThreadEach, UNABLE), "threads for 2000 questions at once")
        .finds("manyAtOnceAllComeToAnEnd", later(AsyncPolicyProofs::patientQueue, UNABLE), "it answers again")
        .finds("nobodyWaitsForOneThatIsGone", later(() -> SILENT, UNABLE), "a question to a policy that is closed since")
        .finds("itsThreadsEndWithIt", later(AsyncPolicyProofs::quick, UNABLE), "threads that still run");
  }

  /** Its answers come, each later than the switch waits. */
  private static AsyncCallPolicy slow() {
    return (phase, call) -> new CompletableFuture<Verdict>().completeOnTimeout(REFUSED, 800, TimeUnit.MILLISECONDS);
  }

  private static AsyncCallPolicy quick() {
    ExecutorService pool = Executors.newFixedThreadPool(1, DAEMONS);
    return (phase, call) -> CompletableFuture.supplyAsync(() -> REFUSED, pool);
  }

  private static AsyncCallPolicy forgetful() {
    var asked = new AtomicInteger();
    return (phase, call) -> asked.incrementAndGet() > 500 ? new CompletableFuture<>() : CompletableFuture.completedFuture(REFUSED);
  }

  private static AsyncCallPolicy aThreadEach() {
    var crowd = new CountDownLatch(500);
    return (phase, call) -> {
      var answer = new CompletableFuture<Verdict>();
      if (crowd.getCount() == 0) {
        return CompletableFuture.completedFuture(REFUSED);
      }
      crowd.countDown();
      DAEMONS.newThread(() -> {
        LockSupport.parkNanos(1_000_000_000);
        answer.complete(REFUSED);
      }).start();
      return answer;
    };
  }

  /** Whoever waits is told in time that it takes too long; the work stays in the queue. */
  private static AsyncCallPolicy patientQueue() {
    ExecutorService pool = Executors.newFixedThreadPool(1, DAEMONS);
    return (phase, call) -> {
      var answer = new CompletableFuture<Verdict>();
      pool.execute(() -> {
        LockSupport.parkNanos(50_000_000);
        answer.complete(REFUSED);
      });
      return answer.orTimeout(400, TimeUnit.MILLISECONDS);
    };
  }

  private static AsyncCallPolicyContract later(Supplier<AsyncCallPolicy> policy, AsyncCallPolicy broken) {
    return new AsyncCallPolicyContract() {
      @Override
      protected AsyncCallPolicy policy() {
        return policy.get();
      }

      @Override
      protected AsyncCallPolicy policyThatCannotKnow() {
        return broken;
      }

      @Override
      protected void close(AsyncCallPolicy gone) {
        // what is open stays open
      }

      @Override
      protected Set<Phase> phases() {
        return Set.of(Phase.SCREEN);
      }

      @Override
      Duration patience() {
        return Duration.ofSeconds(3);
      }
    };
  }
}
