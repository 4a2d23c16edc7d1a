package org.strowger.dncl.internal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The threads on which lists of other bundles are asked, and the clock that says when a list is late. Threads: any. */
class Lanes implements AutoCloseable {

  private final ScheduledThreadPoolExecutor clock;

  Lanes() {
    clock = new ScheduledThreadPoolExecutor(1, work -> {
      var thread = new Thread(null, work, "dncl-clock", 0, false);
      thread.setDaemon(true);
      thread.setContextClassLoader(Lanes.class.getClassLoader());
      return thread;
    });
    clock.setRemoveOnCancelPolicy(true);
    // Now: later it could be a list's code that is under way where it is first needed, and a thread keeps who made it.
    clock.prestartCoreThread();
  }

  /** For one list. */
  Lane open(String name) {
    return new Lane(this, name);
  }

  void start(Lane lane) {
    execute(lane::begin);
  }

  /** Runs something brief soon. */
  void execute(Runnable brief) {
    try {
      clock.execute(brief);
    } catch (RejectedExecutionException e) {
      // All is over: nobody waits for it.
    }
  }

  /** Runs something brief after so long, unless it is cancelled; at once if all is over. */
  Future<?> after(int millis, Runnable brief) {
    try {
      return clock.schedule(brief, millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      brief.run();
      return CompletableFuture.completedFuture(null);
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
