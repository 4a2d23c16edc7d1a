package org.strowger.nasty.internal;

import org.osgi.service.component.annotations.Component;
import org.strowger.calls.api.CallView;
import org.strowger.calls.api.Change;
import org.strowger.calls.api.Phase;
import org.strowger.calls.api.Verdict;
import org.strowger.calls.spi.CallPolicy;

/** Takes orders: who dials {@code open-throw-bob} calls bob, and has the policy that fails open throw. */
@Component(property = {"plugin.id=nasty-order", "call.phase=TRANSLATE", "on.failure=closed"})
public final class Order implements CallPolicy {

  @Override
  public Verdict decide(Phase phase, CallView call) {
    String[] parts = call.cld().split("-", 3);
    return parts.length < 3 ? Verdict.proceed() : Verdict.proceed(new Change.Tag(parts[0] + "-" + parts[1]), new Change.Cld(parts[2]));
  }
}
