package org.strowger.calls.internal;

import java.util.concurrent.Executor;

/** Who works calls off. */
interface Crew extends Executor {

  /** This worker is stuck in a plugin: another one takes its place, and it ends if it ever comes back. Must not block. */
  default void lose(Thread stuck) {}

  /** Nanoseconds that the first one waits which nobody has begun with. */
  default long backlogNanos() {
    return 0;
  }
}
