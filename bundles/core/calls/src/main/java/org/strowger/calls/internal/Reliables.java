package org.strowger.calls.internal;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipResponse;

/** Reliable provisional responses (RFC 3262) of one callee on their way to the caller, who sees a sequence of ours. Its PRACK finds the way back by it. */
final class Reliables {

  private static final int MOST = 64;

  /** Where a PRACK belongs. */
  record Origin(long rseq, long cseq) {
    String rack() {
      return rseq + " " + cseq + " INVITE";
    }
  }

  private final Map<Long, Origin> byOurs = new LinkedHashMap<>();
  private long last;

  static boolean isReliable(SipResponse response) {
    return response.isProvisional() && response.headers().lists("Require", "100rel") && response.headers().first("RSeq").isPresent();
  }

  /** Our RSeq for theirs; the same again for a retransmission. Empty if it is not well-formed or there are too many. */
  Optional<Long> ours(SipResponse response) {
    Optional<Long> theirs = response.headers().first("RSeq").flatMap(Reliables::number);
    if (theirs.isEmpty() || response.dialog().isEmpty()) {
      return Optional.empty();
    }
    var origin = new Origin(theirs.get(), response.cseq());
    for (Map.Entry<Long, Origin> known : byOurs.entrySet()) {
      if (known.getValue().equals(origin)) {
        return Optional.of(known.getKey());
      }
    }
    if (byOurs.size() >= MOST) {
      return Optional.empty();
    }
    byOurs.put(++last, origin);
    return Optional.of(last);
  }

  /** @param prack of the caller's; its RAck names our RSeq, CSeq, method */
  Optional<Origin> origin(SipHeaders prack) {
    String rack = prack.first("RAck").orElse("");
    return number(rack.trim().split("\\s+", 2)[0]).map(byOurs::get);
  }

  private static Optional<Long> number(String text) {
    String digits = text.trim();
    boolean good = !digits.isEmpty() && digits.length() <= 10 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    return good ? Optional.of(Long.parseLong(digits)) : Optional.empty();
  }
}
