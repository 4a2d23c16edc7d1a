package org.strowger.testkit.postgres;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.strowger.persistence.api.Tx;

/** A transaction that has done its work on a thread of its own, and is committed when the test says so. */
public final class UnderWay {

  private static final long LIMIT_SECONDS = 30;

  private final CountDownLatch done = new CountDownLatch(1);
  private final CountDownLatch commit = new CountDownLatch(1);
  private final CompletableFuture<Void> end;

  private UnderWay(Tx tx, Runnable work) {
    end = CompletableFuture.runAsync(() -> tx.run(() -> {
      work.run();
      done.countDown();
      hang(commit);
    }), task -> new Thread(task, "under-way").start());
  }

  /** Returns when the work is done. */
  public static UnderWay begin(Tx tx, Runnable work) {
    var begun = new UnderWay(tx, work);
    hang(begun.done);
    return begun;
  }

  /** Returns when it is committed, and whoever wanted to be told of it was. */
  public void commit() {
    commit.countDown();
    end.orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join();
  }

  private static void hang(CountDownLatch latch) {
    try {
      if (!latch.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("nothing happened for " + LIMIT_SECONDS + " s");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
