package org.strowger.rest.door;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Why a request is refused for the way it came, before anybody asks who sent it: a browser sends the
 * password it remembers along with whatever a page of another site makes it send.
 */
public enum UnsafeWay {

  /** Passwords don't travel in the clear: plain HTTP is for this machine alone. */
  NEEDS_HTTPS("plain HTTP is served on loopback only; give the switch a key store (etc/org.ops4j.pax.web.cfg) and use https://"),

  /** Fetch Metadata ({@code Sec-Fetch-Site}), and for browsers that don't send it {@code Origin} (RFC 6454). */
  OTHER_SITE("a browser sent this for a page of another site");

  private final String detail;

  UnsafeWay(String detail) {
    this.detail = detail;
  }

  /** For the caller. */
  public String detail() {
    return detail;
  }

  /**
   * @param secure whether it came by HTTPS
   * @param localAddress address, not name, at which it came in; null if unknown
   * @param header value of the first header of a name; null if there is none
   * @return empty if nothing is wrong with the way
   */
  public static Optional<UnsafeWay> of(boolean secure, String localAddress, UnaryOperator<String> header) {
    if (!secure && !isLoopback(localAddress)) {
      return Optional.of(NEEDS_HTTPS);
    }
    String site = header.apply("Sec-Fetch-Site");
    boolean own = site == null ? isOwn(header.apply("Origin"), header.apply("Host")) : site.equals("same-origin") || site.equals("none");
    return own ? Optional.empty() : Optional.of(OTHER_SITE);
  }

  private static boolean isOwn(String origin, String host) {
    return origin == null || host != null && origin.toLowerCase(Locale.ROOT).endsWith("://" + host.toLowerCase(Locale.ROOT));
  }

  private static boolean isLoopback(String address) {
    try {
      // An address, never a name: nothing is looked up.
      return address != null && InetAddress.getByName(address.replaceAll("%.*", "")).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
