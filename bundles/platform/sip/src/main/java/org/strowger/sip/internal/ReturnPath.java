package org.strowger.sip.internal;

import java.util.Locale;
import org.strowger.kernel.HostPort;
import org.strowger.sip.api.Flow;
import org.strowger.sip.api.Transport;

/** Where an answer goes: RFC 3261 18.2.1 and 18.2.2, RFC 3581 4. */
final class ReturnPath {

  private static final int DEFAULT_PORT = 5060;

  private ReturnPath() {}

  /**
   * The way of an answer to what came by {@code flow}.
   *
   * @param rport whether the first Via has it
   * @param port of the first Via, 0 or less for none
   */
  static Flow of(Flow flow, boolean rport, int port) {
    return flow.transport() != Transport.UDP || rport ? flow : new Flow(flow.transport(), flow.local(), new HostPort(flow.remote().host(), port(port)));
  }

  static int port(int port) {
    return port <= 0 ? DEFAULT_PORT : port;
  }

  /** Whether the first Via names the address that it came from. @param host as it stands there, IPv6 in brackets; null for none */
  static boolean names(HostPort source, String host) {
    return host != null && host.equals(source.isV6() ? "[" + source.host() + "]" : source.host());
  }

  /**
   * The first Via as it goes back: it says where it came from, if that was asked for or is elsewhere, and nothing that its sender said of it.
   *
   * @param via one value
   */
  static String marked(String via, HostPort source, String host, boolean rport) {
    if (!rport && names(source, host)) {
      return via;
    }
    var out = new StringBuilder(via.length() + 40);
    int from = 0;
    for (int i = 0; i <= via.length(); i++) {
      if (i == via.length() || via.charAt(i) == ';') {
        String part = via.substring(from, i).trim();
        String name = part.split("=", 2)[0].trim().toLowerCase(Locale.ROOT);
        if (!name.equals("rport") && !name.equals("received") && !part.isEmpty()) {
          out.append(from == 0 ? "" : ";").append(part);
        }
        from = i + 1;
      }
    }
    out.append(";received=").append(source.host());
    if (rport) {
      out.append(";rport=").append(source.port());
    }
    return out.toString();
  }
}
