package org.strowger.nasty.internal;

import org.osgi.service.component.annotations.Component;
import org.strowger.calls.api.CallView;
import org.strowger.calls.api.Phase;
import org.strowger.calls.api.Verdict;
import org.strowger.calls.spi.CallPolicy;

/** Misbehaves as it is told to; its failure policy is closed. */
@Component(property = {"plugin.id=nasty-closed", "call.phase=SCREEN", "on.failure=closed"})
public final class ClosedPolicy implements CallPolicy {

  @Override
  public Verdict decide(Phase phase, CallView call) {
    return Behaviour.of("closed", call);
  }
}
