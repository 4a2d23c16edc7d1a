package org.strowger.calls.spi;

import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;
import org.strowger.calls.api.CallView;
import org.strowger.calls.api.Phase;
import org.strowger.calls.api.Verdict;

/**
 * A decision about calls that needs I/O. Registered and asked as a {@link CallPolicy} is, with the same properties, and in one
 * order with them; the call waits for the answer and holds no thread meanwhile.
 *
 * <p>{@link #decide} itself runs on a call worker and must return its stage at once (50 ms); the stage must be complete
 * 500 ms after the question, on a thread of the plugin's own. A verdict that comes later is ignored: the failure policy has
 * answered. The plugin bounds what it has under way, and ends its threads when it goes.
 */
@ConsumerType
public interface AsyncCallPolicy {

  /** Never null, nor completed with null; completed exceptionally, or throwing, the failure policy answers. */
  CompletionStage<Verdict> decide(Phase phase, CallView call);
}
