package org.strowger.calls.api;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;
import org.strowger.kernel.CallId;

/** The calls that are up, and why calls did what they did. Threads: any but SIP and call workers; may block. */
@ProviderType
public interface CallService {

  List<ActiveCall> active();

  /** Ends a call with BYE to both legs, or refuses it if it is not answered. @return false if there is no such call */
  boolean disconnect(CallId call, String by);

  /** The trace of a call that is up or was; kept as long as its CDRs. */
  Optional<CallTrace> explain(CallId call);

  /** Runs policies, routing, rating and the question whether the money suffices, for a call that never happens: nothing is held, sent or written. */
  CallTrace simulate(Simulation call);

  /** From now on new calls get 503 with Retry-After; those that are up go on. {@code active()} tells when the last has ended. */
  void drain();

  /** Takes new calls again. */
  void resume();

  boolean draining();
}
