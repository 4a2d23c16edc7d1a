package org.strowger.calls.spi;

import org.osgi.annotation.versioning.ConsumerType;
import org.strowger.calls.api.CallView;
import org.strowger.calls.api.Phase;
import org.strowger.calls.api.Verdict;

/**
 * A decision about calls, a pure function of what it is shown. Registered as a service with properties
 * {@code plugin.id}, {@code call.phase} (one or several {@link Phase} names), {@code on.failure}
 * (open or closed), {@code service.ranking} (higher is asked earlier within a phase) and
 * {@code call.side} for SCREEN ({@code caller}, default; {@code callee}: once per on-net callee).
 *
 * <p>A policy that acts only for accounts that have switched it on should say so: {@code call.setting} names one or several settings of accounts,
 * {@code FEATURE.SETTING}, each a switch that is off initially. It is asked then only if one of them is on, for the account that calls (for the one that is called,
 * where it is the callee's SCREEN). Other calls pay nothing for it, and go on whatever becomes of it, also with {@code on.failure=closed}. It looks at
 * the setting all the same: an earlier Strowger does not know this property.
 *
 * <p>Called on a call worker, never on a SIP thread; 50 ms. Must not block, keep the view, or start
 * threads.
 */
@ConsumerType
public interface CallPolicy {

  /** Never null; may throw: the failure policy answers then. */
  Verdict decide(Phase phase, CallView call);
}
