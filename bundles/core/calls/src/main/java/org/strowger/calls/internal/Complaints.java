package org.strowger.calls.internal;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.kernel.OncePerMinute;
import org.strowger.kernel.Time;

/** One WARN per cause and minute: what goes wrong in one call goes wrong in thousands. */
final class Complaints {

  private static final Logger LOG = LoggerFactory.getLogger("org.strowger.calls");
  private static final OncePerMinute COMPLAINTS = new OncePerMinute(Time.SYSTEM);

  private Complaints() {}

  static void warn(String what) {
    if (COMPLAINTS.due(what)) {
      LOG.warn(what);
    }
  }

  static void warn(String what, Throwable cause) {
    if (COMPLAINTS.due(what + " " + cause.getClass().getName())) {
      LOG.warn(what, cause);
    }
  }
}
