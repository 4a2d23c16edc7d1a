package org.strowger.phone;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One Via value (RFC 3261 20.42, RFC 3581).
 *
 * @param transport in upper case
 * @param port 0 when none is given
 */
public record Via(String transport, String host, int port, Map<String, String> params) {

  static final String COOKIE = "z9hG4bK";

  static Via parse(String text) throws SipSyntaxException {
    List<String> pieces = Params.split(text, ';');
    String[] words = pieces.get(0).replaceAll("\\s*/\\s*", "/").trim().split("\\s+", 2);
    String[] protocol = words[0].split("/");
    if (words.length != 2 || protocol.length != 3 || !protocol[0].equalsIgnoreCase("SIP") || !protocol[1].equals("2.0")) {
      throw new SipSyntaxException("Via is 'SIP/2.0/TRANSPORT host[:port]': '" + text + "'");
    }
    SipUri.HostPort sentBy = SipUri.HostPort.parse(words[1]);
    return new Via(protocol[2].toUpperCase(Locale.ROOT), sentBy.host(), sentBy.port(), Params.parse(pieces.subList(1, pieces.size())));
  }

  /** The branch, or the empty string. */
  public String branch() {
    return params.getOrDefault("branch", "");
  }

  int portOrDefault() {
    return port == 0 ? 5060 : port;
  }

  @Override
  public String toString() {
    return "SIP/2.0/" + transport + " " + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + (port == 0 ? "" : ":" + port)
        + Params.print(params);
  }
}
