package org.strowger.calls.internal;

/** Who waits for a phase to be decided, and how it goes on when the answer comes on another thread. */
interface Desk {

  /** Whether it still waits: a call may be cancelled while a policy thinks. Asked on the desk's own row of events. */
  boolean waits();

  /** Runs this in order with its other events. Threads: any; never blocks. */
  void later(Runnable then);

  /** Its worker is stuck: runs this on another one, before its other events. Threads: the guard's watchdog; never blocks. */
  void lost(Thread stuck, Runnable then);
}
