package org.strowger.sip.internal.admission;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Whom we count by: an IPv4 address, or the /64 of an IPv6 address, of which every household has as many as it likes. */
final class Source {

  private static final int V6_BITS = 64;

  private Source() {}

  /** @param host an address, not a name */
  static String of(String host) {
    if (host.indexOf(':') < 0) {
      return host;
    }
    try {
      byte[] address = address(host);
      return InetAddress.getByAddress(Networks.masked(address, V6_BITS)).getHostAddress() + "/" + V6_BITS;
    } catch (UnknownHostException e) {
      return host;
    }
  }

  /** Asks no name server. */
  static byte[] address(String text) throws UnknownHostException {
    if (text.isEmpty() || !text.chars().allMatch(c -> Character.digit(c, 16) >= 0 || c == ':' || c == '.') || text.chars().filter(c -> c == '.').count() != 3 && text.indexOf(':') < 0) {
      throw new UnknownHostException(text);
    }
    return InetAddress.getByName(text).getAddress();
  }
}
