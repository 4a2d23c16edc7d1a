package org.strowger.sip.internal.admission;

import java.util.concurrent.atomic.AtomicLong;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.kernel.InvalidInput;

/**
 * What gets in. Every new setting counts from the next message on, calls or no calls. Asked by the threads
 * that read, for every message: nothing here blocks or grows without bound.
 */
@Component(service = Admission.class, configurationPid = "org.strowger.sip.admission")
@Designate(ocd = AdmissionConfig.class)
public final class Admission {

  private static final Logger LOG = LoggerFactory.getLogger(Admission.class);
  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private final long seed;
  private final AtomicLong draws = new AtomicLong();
  private volatile AdmissionSettings settings;

  @Activate
  public Admission(AdmissionConfig config) {
    this(AdmissionSettings.of(config), new java.security.SecureRandom().nextLong());
  }

  /** @param seed of the spread of Retry-After */
  public Admission(AdmissionSettings settings, long seed) {
    this.settings = settings;
    this.seed = seed;
  }

  @Modified
  void modified(AdmissionConfig config) {
    try {
      settings = AdmissionSettings.of(config);
    } catch (InvalidInput e) {
      LOG.error("SIP admission goes on with its old settings: {}", e.getMessage());
    }
  }

  /** Whether what waits so long waits too long. */
  public boolean isLate(long nanos) {
    return nanos > settings.maxAge().toNanos();
  }

  /** The header line of a 503, with CRLF. Spread, so that those who were refused together do not come back together. */
  public String retryAfter() {
    long mixed = seed + GOLDEN * draws.incrementAndGet();
    mixed = (mixed ^ mixed >>> 30) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
    return "Retry-After: " + (1 + Math.floorMod(mixed ^ mixed >>> 31, settings.retryAfterMost())) + "\r\n";
  }
}
