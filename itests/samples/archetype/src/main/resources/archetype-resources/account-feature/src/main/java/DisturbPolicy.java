package ${package};

import static ${package}.DisturbSettings.SETTINGS;

import org.osgi.service.component.annotations.Component;
import org.strowger.calls.api.CallView;
import org.strowger.calls.api.Phase;
import org.strowger.calls.api.SipStatus;
import org.strowger.calls.api.Verdict;
import org.strowger.calls.spi.CallPolicy;

/** Refuses calls to accounts that do not want to be disturbed. Asked once for each account that is called. */
@Component(property = {"plugin.id=${artifactId}", "call.phase=SCREEN", "call.side=callee", "on.failure=open"})
public final class DisturbPolicy implements CallPolicy {

  @Override
  public Verdict decide(Phase phase, CallView call) {
    DisturbSettings settings = call.callee().map(SETTINGS::of).orElse(SETTINGS.initial());
    boolean refuse = settings.doNotDisturb() && !call.cli().equals(settings.exceptFrom());
    return refuse ? Verdict.reject(SipStatus.TEMPORARILY_UNAVAILABLE, "callee does not want to be disturbed") : Verdict.proceed();
  }
}
