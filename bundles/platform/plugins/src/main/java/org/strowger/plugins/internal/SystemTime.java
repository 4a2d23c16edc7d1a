package org.strowger.plugins.internal;

import java.time.Instant;
import org.osgi.service.component.annotations.Component;
import org.strowger.kernel.Time;

/** The clocks of this machine as the service everybody asks. */
@Component(service = Time.class)
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
