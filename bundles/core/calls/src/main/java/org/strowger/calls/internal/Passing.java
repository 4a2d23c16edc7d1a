package org.strowger.calls.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipHeaders.Header;

/** Which headers of one leg the other leg gets to see: only those listed here. Everything else stays where it came from. */
final class Passing {

  /** Methods that we take and pass on. */
  static final String ALLOW = "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, PRACK, INFO";

  private static final Set<String> METHODS = Set.of(ALLOW.split(", "));
  private static final Set<String> PLAIN = Set.of("accept", "subject", "p-early-media", "content-disposition", "content-encoding", "content-language", "mime-version");
  private static final Set<String> SDP = Set.of("application/sdp", "application/*", "*/*");
  private static final Set<String> DTMF = Set.of("application/dtmf-relay", "application/dtmf", "application/vnd.nortelnetworks.digits");

  private Passing() {}

  /** Of an INVITE, UPDATE or a response, to the other side. */
  static SipHeaders of(SipHeaders in, boolean reliableProvisionals) {
    var out = new ArrayList<Header>(in.all().size() + 2);
    for (Header header : in.all()) {
      String name = header.name().toLowerCase(Locale.ROOT);
      if (PLAIN.contains(name)) {
        out.add(header);
      } else if (name.equals("allow")) {
        String both = both(header.value());
        if (!both.isEmpty()) {
          out.add(new Header("Allow", both));
        }
      }
    }
    out.add(new Header("Supported", reliableProvisionals && in.lists("Supported", "100rel") ? "timer, 100rel" : "timer"));
    return new SipHeaders(out);
  }

  /** Of a BYE or CANCEL: why. */
  static SipHeaders reason(SipHeaders in) {
    List<Header> reasons = in.all().stream().filter(h -> h.name().equalsIgnoreCase("Reason")).limit(4).toList();
    return reasons.isEmpty() ? SipHeaders.NONE : new SipHeaders(reasons);
  }

  /** What an INFO may carry through. */
  static boolean isDtmf(String contentType) {
    return DTMF.contains(contentType.split(";", 2)[0].trim().toLowerCase(Locale.ROOT));
  }

  /** Whether SDP may be answered: without Accept it may (RFC 3261 20.1), and nobody can call who does not take it (RFC 4475 3.3.15). */
  static boolean takesSdp(SipHeaders invite) {
    List<String> accepted = invite.values("Accept");
    return accepted.isEmpty() || accepted.stream().flatMap(value -> Stream.of(value.split(","))).map(range -> range.split(";", 2)[0].trim().toLowerCase(Locale.ROOT))
        .anyMatch(SDP::contains);
  }

  /** What the other side allows and we pass on. */
  private static String both(String theirs) {
    var both = new ArrayList<String>();
    for (String method : theirs.split(",")) {
      String name = method.trim().toUpperCase(Locale.ROOT);
      if (METHODS.contains(name)) {
        both.add(name);
      }
    }
    return String.join(", ", both);
  }

  /** The option tags of Require that we can't meet, comma-separated; empty if we meet all. */
  static String unsupported(SipHeaders request) {
    var unmet = new ArrayList<String>();
    for (String value : request.values("Require")) {
      for (String tag : value.split(",")) {
        String name = tag.trim().toLowerCase(Locale.ROOT);
        if (!name.isEmpty() && !name.equals("100rel") && !name.equals("timer")) {
          unmet.add(tag.trim());
        }
      }
    }
    return String.join(", ", unmet);
  }
}
