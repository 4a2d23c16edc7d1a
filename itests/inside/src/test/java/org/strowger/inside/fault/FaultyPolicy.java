package org.strowger.inside.fault;

import org.strowger.calls.api.CallView;
import org.strowger.calls.api.Phase;
import org.strowger.calls.api.Verdict;
import org.strowger.calls.spi.CallPolicy;

/** A policy whose component cannot be activated. */
public final class FaultyPolicy implements CallPolicy {

  public static final String ID = "faulty";
  public static final String FAULT = "this policy fails in the middle of its activation";

  public void activate() {
    throw new IllegalStateException(FAULT);
  }

  @Override
  public Verdict decide(Phase phase, CallView call) {
    return Verdict.proceed();
  }
}
