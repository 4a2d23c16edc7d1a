package org.strowger.nasty.internal;

import org.osgi.service.component.annotations.Component;
import org.strowger.calls.api.CallView;
import org.strowger.calls.api.Phase;
import org.strowger.calls.api.Verdict;
import org.strowger.calls.spi.CallPolicy;

/** Misbehaves as it is told to; its failure policy is open. */
@Component(property = {"plugin.id=nasty-open", "call.phase=SCREEN", "on.failure=open"})
public final class OpenPolicy implements CallPolicy {

  @Override
  public Verdict decide(Phase phase, CallView call) {
    return Behaviour.of("open", call);
  }
}
