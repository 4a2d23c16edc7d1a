package org.strowger.phone;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;

/**
 * A SIP URI, as far as a phone has to look into it.
 *
 * @param scheme sip, sips or tel
 * @param user empty when there is none
 * @param host without the brackets of IPv6
 * @param port 0 when none is given
 */
public record SipUri(String scheme, String user, String host, int port, Map<String, String> params) {

  /** @throws SipSyntaxException naming the part that is wrong */
  public static SipUri parse(String text) throws SipSyntaxException {
    int colon = text.indexOf(':');
    if (colon < 1) {
      throw new SipSyntaxException("a URI begins with its scheme: '" + text + "'");
    }
    String scheme = text.substring(0, colon).toLowerCase(java.util.Locale.ROOT);
    String rest = text.substring(colon + 1);
    if (scheme.equals("tel")) {
      List<String> pieces = Params.split(rest, ';');
      return new SipUri(scheme, pieces.get(0), "", 0, Params.parse(pieces.subList(1, pieces.size())));
    }
    if (!scheme.equals("sip") && !scheme.equals("sips")) {
      throw new SipSyntaxException("a URI of SIP has scheme sip, sips or tel: '" + text + "'");
    }
    int at = rest.indexOf('@');
    String user = at < 0 ? "" : rest.substring(0, at);
    String tail = at < 0 ? rest : rest.substring(at + 1);
    int question = tail.indexOf('?');
    List<String> pieces = Params.split(question < 0 ? tail : tail.substring(0, question), ';');
    HostPort hostPort = HostPort.parse(pieces.get(0));
    int password = user.indexOf(':');
    return new SipUri(scheme, password < 0 ? user : user.substring(0, password), hostPort.host(), hostPort.port(),
        Params.parse(pieces.subList(1, pieces.size())));
  }

  /** Where a request to this URI goes; no SRV or NAPTR look-up, tests use addresses. */
  InetSocketAddress address() throws SipSyntaxException {
    try {
      String where = params.getOrDefault("maddr", host);
      return new InetSocketAddress(InetAddress.getByName(where), port == 0 ? 5060 : port);
    } catch (UnknownHostException e) {
      throw new SipSyntaxException("host '" + host + "' has no address");
    }
  }

  /** Same scheme, user, host and port (with the default); parameters are not compared. */
  boolean sameTarget(SipUri other) {
    return scheme.equals(other.scheme) && user.equals(other.user) && sameHost(host, other.host)
        && (port == 0 ? 5060 : port) == (other.port == 0 ? 5060 : other.port);
  }

  /** Equal hosts; IPv6 addresses have many spellings. */
  static boolean sameHost(String a, String b) {
    if (a.equalsIgnoreCase(b)) {
      return true;
    }
    try {
      return a.indexOf(':') >= 0 && b.indexOf(':') >= 0 && InetAddress.getByName(a).equals(InetAddress.getByName(b));
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /** A host and a port, 0 when absent; understands the brackets of IPv6. */
  record HostPort(String host, int port) {

    static HostPort parse(String text) throws SipSyntaxException {
      String host;
      String port;
      if (text.startsWith("[")) {
        int close = text.indexOf(']');
        if (close < 0) {
          throw new SipSyntaxException("an IPv6 address ends with ']': '" + text + "'");
        }
        host = text.substring(1, close);
        String rest = text.substring(close + 1).trim();
        if (!rest.isEmpty() && !rest.startsWith(":")) {
          throw new SipSyntaxException("only a port may follow the host: '" + text + "'");
        }
        port = rest.isEmpty() ? "" : rest.substring(1).trim();
      } else {
        int colon = text.indexOf(':');
        host = (colon < 0 ? text : text.substring(0, colon)).trim();
        port = colon < 0 ? "" : text.substring(colon + 1).trim();
        if (colon >= 0 && port.isEmpty()) {
          throw new SipSyntaxException("a colon is followed by a port: '" + text + "'");
        }
      }
      if (host.isEmpty() || host.indexOf(' ') >= 0) {
        throw new SipSyntaxException("the host is empty or has a space: '" + text + "'");
      }
      if (!port.isEmpty() && (!port.matches("\\d{1,5}") || Integer.parseInt(port) > 65535)) {
        throw new SipSyntaxException("a port is a number up to 65535: '" + text + "'");
      }
      return new HostPort(host, port.isEmpty() ? 0 : Integer.parseInt(port));
    }
  }
}
