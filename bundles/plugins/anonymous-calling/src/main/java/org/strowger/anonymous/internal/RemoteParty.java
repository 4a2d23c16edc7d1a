package org.strowger.anonymous.internal;

import java.util.Locale;
import java.util.Set;
import org.strowger.sip.api.SipHeaders;

/** What draft-ietf-sip-privacy-04 says of the caller's anonymity: {@code Remote-Party-ID} and {@code RPID-Privacy}. */
final class RemoteParty {

  private static final Set<String> PRIVATE = Set.of("full", "uri", "name");

  private RemoteParty() {}

  /** Whether a Remote-Party-ID of the calling party says {@code privacy=full}. */
  static boolean isFull(SipHeaders headers) {
    for (String value : headers.values("Remote-Party-ID")) {
      for (String one : value.split(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)")) {
        String party = parameter(one, "party");
        if ((party.isEmpty() || party.equals("calling")) && words(parameter(one, "privacy"), Set.of("full"))) {
          return true;
        }
      }
    }
    return false;
  }

  /** Whether RPID-Privacy says {@code full}, {@code uri} or {@code name}, bare or as {@code privacy=}. */
  static boolean isPrivate(SipHeaders headers) {
    for (String value : headers.values("RPID-Privacy")) {
      for (String one : value.split("[;,]")) {
        String word = one.substring(one.indexOf('=') + 1);
        boolean about = one.indexOf('=') < 0 || one.substring(0, one.indexOf('=')).trim().equalsIgnoreCase("privacy");
        if (about && words(word, PRIVATE)) {
          return true;
        }
      }
    }
    return false;
  }

  /** {@code full}, {@code full-network} and {@code "name,uri"} alike. */
  private static boolean words(String value, Set<String> wanted) {
    for (String word : value.replace("\"", "").split(",")) {
      if (wanted.contains(word.trim().split("-", 2)[0].toLowerCase(Locale.ROOT))) {
        return true;
      }
    }
    return false;
  }

  /** Of a name-addr's header parameters, lower case; what stands in the display name or in the URI is none. */
  private static String parameter(String value, String name) {
    int at = afterAddress(value);
    while (at < value.length() && (at = value.indexOf(';', at)) >= 0) {
      int end = endOfParameter(value, at + 1);
      String[] parts = value.substring(at + 1, end).split("=", 2);
      if (parts.length == 2 && parts[0].trim().equalsIgnoreCase(name)) {
        return parts[1].trim().toLowerCase(Locale.ROOT);
      }
      at = end;
    }
    return "";
  }

  private static int afterAddress(String value) {
    int open = outsideQuotes(value, '<', 0);
    int close = open < 0 ? -1 : value.indexOf('>', open);
    return close < 0 ? 0 : close + 1;
  }

  private static int endOfParameter(String value, int from) {
    int end = outsideQuotes(value, ';', from);
    return end < 0 ? value.length() : end;
  }

  private static int outsideQuotes(String value, char wanted, int from) {
    boolean quoted = false;
    for (int i = from; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '\\' && quoted) {
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == wanted && !quoted) {
        return i;
      }
    }
    return -1;
  }
}
