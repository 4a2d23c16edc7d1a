package org.strowger.plugins.internal;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.strowger.plugins.api.Asker;
import org.strowger.plugins.api.Guarded;
import org.strowger.plugins.api.Plugin;
import org.strowger.plugins.internal.Ward.Admission;

/**
 * A question whose answer comes later. Whoever takes the asker answers it: the stage, the watchdog, or the
 * thread that asked. The stage keeps this, so nothing of the plugin or the call is kept here after that.
 */
final class Pending<R> implements Asker<CompletionStage<? extends R>>, BiConsumer<R, Throwable> {

  /** Who waits, and for whom. */
  record Waiting<R>(Plugin<?> plugin, Running running, Asker<R> asker, Admission admission, long start) {}

  final Admission admission;
  final long start;
  private final Guard guard;
  private final Ward ward;
  private final AtomicReference<Waiting<R>> waiting;
  /** Whose thread asks; null once it is back, or lost. */
  private volatile Asker<R> home;
  /** The watchdog gave up on it. */
  private volatile boolean overdue;
  /** The watchdog gave up the thread that asked: what comes of its question now, perhaps because it was interrupted, counts no more. */
  private volatile boolean lost;

  Pending(Guard guard, Waiting<R> waiting) {
    this.guard = guard;
    this.admission = waiting.admission();
    this.start = waiting.start();
    this.ward = waiting.running().ward;
    this.home = waiting.asker();
    this.waiting = new AtomicReference<>(waiting);
  }

  /** Null if it has been answered. */
  Waiting<R> look() {
    return waiting.get();
  }

  /** @return null if somebody else was earlier */
  Waiting<R> take() {
    Waiting<R> last = waiting.getAndSet(null);
    if (last != null) {
      guard.forget(this, ward);
    }
    return last;
  }

  void overdue() {
    overdue = true;
  }

  /** The stage is complete. Threads: any, the plugin's most likely. */
  @Override
  public void accept(R value, Throwable failure) {
    Waiting<R> last = lost ? null : take();
    if (last != null) {
      Guarded<R> answer = guard.judge(last, value, failure);
      last.asker().later(() -> last.asker().answered(answer));
    } else if (overdue) {
      overdue = false;
      ward.completed();
    }
  }

  /** The plugin has returned its stage, or failed to. */
  @Override
  public void answered(Guarded<CompletionStage<? extends R>> stage) {
    home = null;
    if (stage instanceof Guarded.Failed<CompletionStage<? extends R>> failed) {
      Waiting<R> last = take();
      if (last != null) {
        last.asker().answered(new Guarded.Failed<>(failed.why(), failed.onFailure(), failed.took()));
      }
    }
  }

  @Override
  public void later(Runnable then) {
    throw new IllegalStateException("the stage itself is asked for at once");
  }

  @Override
  public void lost(Thread stuck, Runnable then) {
    lost = true;
    home.lost(stuck, then);
  }
}
