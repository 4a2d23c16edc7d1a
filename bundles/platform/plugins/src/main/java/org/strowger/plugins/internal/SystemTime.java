package org.strowger.plugins.internal;

import java.time.Instant;
import org.osgi.service.component.annotations.Component;
import org.strowger.kernel.Time;

/** This machine's clocks as the switch's {@link Time} service. */
@Component
public final class SystemTime implements Time {

  @Override
  public Instant now() {
    return SYSTEM.now();
  }

  @Override
  public long ticks() {
    return SYSTEM.ticks();
  }
}
