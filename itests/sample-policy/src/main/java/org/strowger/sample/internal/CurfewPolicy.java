package org.strowger.sample.internal;

import static org.strowger.sample.internal.CurfewSettings.SETTINGS;

import org.osgi.service.component.annotations.Component;
import org.strowger.calls.api.CallView;
import org.strowger.calls.api.Phase;
import org.strowger.calls.api.SipStatus;
import org.strowger.calls.api.Verdict;
import org.strowger.calls.spi.CallPolicy;

/** Refuses the calls of accounts that are under curfew: a call policy and its setting, whole. */
@Component(property = {"plugin.id=curfew", "call.phase=SCREEN", "on.failure=closed"})
public final class CurfewPolicy implements CallPolicy {

  private static final SipStatus CURFEW = new SipStatus(403, "Curfew");

  @Override
  public Verdict decide(Phase phase, CallView call) {
    return SETTINGS.of(call.caller()).refuseCalls() ? Verdict.reject(CURFEW, "account is under curfew") : Verdict.proceed();
  }
}
