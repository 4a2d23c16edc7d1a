package org.strowger.phone;

import java.util.Optional;

/** Watches the other side's descriptions in one dialog: same session, version up when something changed (RFC 3264 5, 8). */
final class SdpSession {

  private String last;

  String last() {
    return last;
  }

  /** Takes a description; answers what is wrong with it. */
  Optional<String> take(String sdp) {
    Optional<String> fault = Sdp.fault(sdp);
    if (fault.isEmpty() && last != null) {
      fault = compare(origin(last), origin(sdp), last.equals(sdp));
    }
    last = sdp;
    return fault;
  }

  private static String[] origin(String sdp) {
    return Sdp.line(sdp, 'o').orElse("").split(" ");
  }

  private static Optional<String> compare(String[] before, String[] now, boolean same) {
    if (before.length != 6 || now.length != 6 || !now[1].matches("\\d{1,18}") || !now[2].matches("\\d{1,18}") || !before[2].matches("\\d{1,18}")) {
      return Optional.of("o= has numeric session and version");
    }
    if (!before[0].equals(now[0]) || !before[1].equals(now[1])) {
      return Optional.of("o= keeps user and session id: " + before[0] + " " + before[1] + ", then " + now[0] + " " + now[1]);
    }
    long step = Long.parseLong(now[2]) - Long.parseLong(before[2]);
    if (!same && step != 1) {
      return Optional.of("a changed description has the version one higher: " + before[2] + ", then " + now[2]);
    }
    return Optional.empty();
  }
}
