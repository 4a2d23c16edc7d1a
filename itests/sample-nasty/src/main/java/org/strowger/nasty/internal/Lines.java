package org.strowger.nasty.internal;

import org.osgi.service.component.annotations.Component;
import org.strowger.calls.api.CallView;
import org.strowger.calls.api.Change;
import org.strowger.calls.api.Phase;
import org.strowger.calls.api.SipStatus;
import org.strowger.calls.api.Verdict;
import org.strowger.calls.spi.CallPolicy;

/** Who dials {@code lines-3-bob} has three lines and takes one of them. Well behaved: whether lines come back when others are not shows with it. */
@Component(property = {"plugin.id=nasty-lines", "call.phase=SCREEN", "on.failure=closed"})
public final class Lines implements CallPolicy {

  private static final String ORDER = "lines-";
  private static final SipStatus BUSY = new SipStatus(486, "Busy Here");

  @Override
  public Verdict decide(Phase phase, CallView call) {
    return call.tags().stream().filter(tag -> tag.startsWith(ORDER)).findFirst()
        .map(tag -> Verdict.proceed(new Change.Hold("nasty-lines:" + call.caller().id(), Integer.parseInt(tag.substring(ORDER.length())), BUSY)))
        .orElseGet(Verdict::proceed);
  }
}
