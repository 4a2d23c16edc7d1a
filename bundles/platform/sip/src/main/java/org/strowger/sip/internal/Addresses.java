package org.strowger.sip.internal;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import org.strowger.kernel.HostPort;

/** Between sockets' addresses and ours. Never asks a name server. */
final class Addresses {

  private Addresses() {}

  static HostPort of(InetSocketAddress socket) {
    return new HostPort(text(socket.getAddress()), socket.getPort());
  }

  /** Without a scope id. */
  static String text(InetAddress address) {
    String text = address.getHostAddress();
    int scope = text.indexOf('%');
    return scope < 0 ? text : text.substring(0, scope);
  }

  /** @param at whose host is an address, not a name */
  static InetSocketAddress socket(HostPort at) throws UnknownHostException {
    if (!isLiteral(at.host())) {
      throw new UnknownHostException(at.host());
    }
    return new InetSocketAddress(InetAddress.getByName(at.host()), at.port());
  }

  /** Whether this is an address rather than a name. */
  static boolean isLiteral(String host) {
    if (host.indexOf(':') >= 0) {
      return true;
    }
    int dots = 0;
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      if (c == '.') {
        dots++;
      } else if (c < '0' || c > '9') {
        return false;
      }
    }
    return dots == 3;
  }

  /** Null for a name, and for digits that are no address. Asks no name server. */
  static InetAddress literal(String host) {
    int zone = host.indexOf('%');
    String text = zone < 0 ? host : host.substring(0, zone);
    try {
      if (text.indexOf(':') >= 0) {
        return text.chars().allMatch(c -> c == ':' || c == '.' || Character.digit(c, 16) >= 0) ? InetAddress.getByName(text) : null;
      }
      if (!isLiteral(text)) {
        return null;
      }
      String[] parts = text.split("\\.", -1);
      byte[] bytes = new byte[4];
      for (int i = 0; i < 4; i++) {
        int part = parts[i].isEmpty() || parts[i].length() > 3 ? -1 : Integer.parseInt(parts[i]);
        if (part < 0 || part > 255) {
          return null;
        }
        bytes[i] = (byte) part;
      }
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      return null;
    }
  }

  /** One spelling for every address, and for every name. */
  static String plain(String host) {
    InetAddress address = literal(host);
    return address != null ? text(address) : host.endsWith(".") ? host.substring(0, host.length() - 1).toLowerCase(Locale.ROOT) : host.toLowerCase(Locale.ROOT);
  }

  /** RFC 1918, RFC 6598 (carrier NAT), loopback, link-local, unique local. */
  static boolean isPrivate(String host) {
    InetAddress address = literal(host);
    if (address == null) {
      return false;
    }
    byte[] b = address.getAddress();
    return address.isSiteLocalAddress() || address.isLoopbackAddress() || address.isLinkLocalAddress() || address.isAnyLocalAddress()
        || (b.length == 4 && b[0] == 100 && (b[1] & 0xc0) == 64)
        || (b.length == 16 && (b[0] & 0xfe) == 0xfc);
  }

  /** The same address, however it is written; of names the same name. */
  static boolean same(String one, String other) {
    if (one.equalsIgnoreCase(other)) {
      return true;
    }
    try {
      return one.indexOf(':') >= 0 && other.indexOf(':') >= 0 && InetAddress.getByName(one).equals(InetAddress.getByName(other));
    } catch (UnknownHostException e) {
      return false;
    }
  }

  static boolean isWildcard(String host) {
    return host.equals("0.0.0.0") || host.equals("::") || host.equals("0:0:0:0:0:0:0:0");
  }
}
