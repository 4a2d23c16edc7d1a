package org.strowger.phone;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Session descriptions (RFC 4566, RFC 3264) of one audio stream, and the rules for received ones. */
public final class Sdp {

  /** Which way the audio goes, seen from whoever wrote the description. */
  public enum Flow {
    SENDRECV, SENDONLY, RECVONLY, INACTIVE;

    String token() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }

    Flow mirrored() {
      return switch (this) {
        case SENDONLY -> RECVONLY;
        case RECVONLY -> SENDONLY;
        default -> this;
      };
    }
  }

  private Sdp() {}

  /**
   * An audio description.
   *
   * @param host where audio is wanted, an IPv4 or IPv6 address
   * @param payloads payload types in order of preference; 101 is telephone-event
   */
  public static String audio(String host, int port, long session, long version, Flow flow, List<Integer> payloads) {
    return audio("phone", host, port, session, version, flow, payloads);
  }

  /** The same of somebody else. @param user as o= names it */
  static String audio(String user, String host, int port, long session, long version, Flow flow, List<Integer> payloads) {
    String kind = host.indexOf(':') >= 0 ? "IP6 " : "IP4 ";
    var text = new StringBuilder("v=0\r\no=").append(user).append(' ').append(session).append(' ').append(version).append(" IN ").append(kind).append(host)
        .append("\r\ns=-\r\nc=IN ").append(kind).append(host).append("\r\nt=0 0\r\nm=audio ").append(port).append(" RTP/AVP");
    payloads.forEach(payload -> text.append(' ').append(payload));
    text.append("\r\n");
    payloads.forEach(payload -> text.append(map(payload)));
    return text.append("a=").append(flow.token()).append("\r\n").toString();
  }

  private static String map(int payload) {
    return switch (payload) {
      case 0 -> "a=rtpmap:0 PCMU/8000\r\n";
      case 3 -> "a=rtpmap:3 GSM/8000\r\n";
      case 8 -> "a=rtpmap:8 PCMA/8000\r\n";
      case 18 -> "a=rtpmap:18 G729/8000\r\n";
      case 101 -> "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n";
      default -> "";
    };
  }

  /** The direction of a description, sendrecv when it says none. */
  public static Flow flow(String sdp) {
    for (Flow flow : Flow.values()) {
      if (sdp.lines().anyMatch(("a=" + flow.token())::equals)) {
        return flow;
      }
    }
    return Flow.SENDRECV;
  }

  /** The payload types of the first audio stream. */
  public static List<Integer> payloads(String sdp) {
    var payloads = new ArrayList<Integer>();
    sdp.lines().filter(line -> line.startsWith("m=audio ")).findFirst().ifPresent(line -> {
      String[] words = line.split(" ");
      for (int i = 3; i < words.length; i++) {
        if (words[i].matches("\\d{1,3}")) {
          payloads.add(Integer.parseInt(words[i]));
        }
      }
    });
    return payloads;
  }

  /** The value of the first line of this type, {@code 'c'} for the connection. */
  public static Optional<String> line(String sdp, char type) {
    return sdp.lines().filter(line -> line.startsWith(type + "=")).map(line -> line.substring(2)).findFirst();
  }

  /** The version in its o= line; -1 when there is none. */
  static long version(String sdp) {
    String[] origin = line(sdp, 'o').orElse("").split(" ");
    return origin.length == 6 && origin[2].matches("\\d{1,18}") ? Long.parseLong(origin[2]) : -1;
  }

  /** What is wrong with a description; empty when nothing is. */
  static Optional<String> fault(String sdp) {
    if (!sdp.startsWith("v=0")) {
      return Optional.of("the first line is v=0");
    }
    for (char type : new char[] {'o', 's', 'c', 't', 'm'}) {
      if (line(sdp, type).isEmpty()) {
        return Optional.of("line " + type + "= is absent");
      }
    }
    return line(sdp, 'o').orElseThrow().split(" ").length == 6 ? Optional.empty() : Optional.of("o= has six fields");
  }
}
