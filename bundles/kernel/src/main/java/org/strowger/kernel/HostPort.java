package org.strowger.kernel;

import java.util.regex.Pattern;

/**
 * An address and a port, IPv4, IPv6 (without brackets in {@link #host()}) or a name.
 *
 * @param port 0 to 65535; 0 means "the default" or "any free one", as the place of use says
 */
public record HostPort(String host, int port) {

  private static final Pattern V6 = Pattern.compile("[0-9A-Fa-f:.]+(%[A-Za-z0-9._-]+)?");

  public HostPort {
    if (host == null || host.isBlank()) {
      throw new InvalidInput("host", host, "is an address or a name");
    }
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    if (port < 0 || port > 65535) {
      throw new InvalidInput("port", port, "is 0 to 65535");
    }
  }

  /** Reads {@code host}, {@code host:port}, {@code [v6]:port} or a bare IPv6 address. */
  public static HostPort parse(String text, int defaultPort) {
    if (text == null || text.isBlank()) {
      throw new InvalidInput("address", text, "is host:port, [IPv6]:port or a host alone");
    }
    String t = text.trim();
    int close = t.startsWith("[") ? t.indexOf(']') : -1;
    if (close > 0) {
      String rest = t.substring(close + 1);
      return new HostPort(t.substring(1, close), rest.isEmpty() ? defaultPort : port(t, rest));
    }
    int colon = t.indexOf(':');
    if (colon >= 0 && colon != t.lastIndexOf(':') && !V6.matcher(t).matches()) {
      throw new InvalidInput("address", text, "is host:port, [IPv6]:port or a host alone");
    }
    if (colon < 0 || colon != t.lastIndexOf(':')) {
      return new HostPort(t, defaultPort);
    }
    return new HostPort(t.substring(0, colon), port(t, t.substring(colon)));
  }

  private static int port(String whole, String colonAndPort) {
    String digits = colonAndPort.substring(1);
    if (!colonAndPort.startsWith(":") || digits.isEmpty() || digits.length() > 5 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new InvalidInput("address", whole, "is host:port, [IPv6]:port or a host alone");
    }
    return Integer.parseInt(digits);
  }

  public boolean isV6() {
    return host.indexOf(':') >= 0;
  }

  @Override
  public String toString() {
    return (isV6() ? "[" + host + "]" : host) + ":" + port;
  }
}
