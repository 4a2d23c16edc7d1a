package org.strowger.calls.internal;

import java.util.Optional;
import org.strowger.calls.api.CallTrace;
import org.strowger.kernel.CallId;

/** Keeps the traces of calls that are over, or up for a while. Threads: any. */
interface Traces {

  /** As it is now, in place of what was kept before. Never blocks; a trace that cannot be stored is counted and forgotten. */
  void keep(CallId call, Trace trace);

  /** May block on the database. */
  Optional<CallTrace> find(CallId call);
}
