package org.strowger.kernel;

import java.time.Duration;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A service that may be replaced and whose memory stays true for a moment after it has left, as nobody can change what it is about before its
 * successor is there: {@link Live#ask} asks it until then, for {@link #MOMENT} at most. What it needs its store for it cannot answer any
 * more. Whoever could change what it knows must need the successor: no change is possible before it is bound by those who ask.
 */
@ProviderType
public interface Lingers {

  /** For so long at most what has left is asked, and kept. */
  Duration MOMENT = Duration.ofSeconds(2);

  /** Whether it leaves only to be replaced, or for good, and not because what it knows is not true any more. Asked when it is unbound. */
  boolean lingers();
}
