package org.strowger.registrar.internal;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.strowger.accounts.api.Account;
import org.strowger.calls.api.CallView;
import org.strowger.calls.api.Phase;
import org.strowger.calls.api.SipStatus;
import org.strowger.calls.api.Verdict;
import org.strowger.calls.spi.CallPolicy;

/**
 * The older meaning of Allow Registration (spec A.31), if the operator wants it: switched off, it
 * refuses calls with digest too, and only callers known by address get through.
 */
@Component(configurationPid = "org.strowger.registrar", property = {"plugin.id=registration", "call.phase=SCREEN", "on.failure=open"})
public final class RegistrationPolicy implements CallPolicy {

  private volatile boolean stopsCalls;

  @Activate
  public RegistrationPolicy(RegistrarConfig config) {
    modified(config);
  }

  @Modified
  void modified(RegistrarConfig config) {
    stopsCalls = config.regAllowedStopsCalls();
  }

  @Override
  public Verdict decide(Phase phase, CallView call) {
    boolean refused = stopsCalls && call.digestUser().isPresent() && call.callingAccount().filter(RegistrationPolicy::mayNotRegister).isPresent();
    return refused ? Verdict.reject(SipStatus.FORBIDDEN, "account may not register, so it may not call with digest either") : Verdict.proceed();
  }

  private static boolean mayNotRegister(Account account) {
    return !RegistrationSettings.SETTINGS.of(account).regAllowed();
  }
}
