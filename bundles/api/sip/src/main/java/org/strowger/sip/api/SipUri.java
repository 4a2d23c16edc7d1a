package org.strowger.sip.api;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.strowger.kernel.HostPort;

/**
 * A sip, sips or tel URI, RFC 3261 19.1 and RFC 3966. Escapes in the user part are decoded here and
 * made again when printed.
 *
 * @param scheme {@code sip}, {@code sips} or {@code tel}, lower case
 * @param user decoded user part, empty if there is none; for tel the number
 * @param hostPort port 0 if none is given; null for tel
 * @param parameters in order, names lower case, a parameter without value maps to ""
 * @param headers what stands behind the {@code ?}, escapes as they came, such as {@code Route=%3Csip:edge.example.org%3E}; empty if
 *     there is none, and for tel. A registered Contact keeps them and is given back with them (RFC 4475 3.3.14). They are no part
 *     of a Request-URI, and nothing that a peer asks for by them is done (RFC 3261 19.1.5)
 */
public record SipUri(String scheme, String user, HostPort hostPort, Map<String, String> parameters, String headers) {

  public SipUri {
    scheme = scheme.toLowerCase(Locale.ROOT);
    parameters = parameters.isEmpty() ? Map.of() : java.util.Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
  }

  /** Without headers. */
  public SipUri(String scheme, String user, HostPort hostPort, Map<String, String> parameters) {
    this(scheme, user, hostPort, parameters, "");
  }

  public static SipUri of(String user, HostPort hostPort) {
    return new SipUri("sip", user, hostPort, Map.of());
  }

  public Optional<String> parameter(String name) {
    return parameters.isEmpty() ? Optional.empty() : Optional.ofNullable(parameters.get(name.toLowerCase(Locale.ROOT)));
  }

  public SipUri withUser(String other) {
    return new SipUri(scheme, other, hostPort, parameters, headers);
  }

  public SipUri withParameter(String name, String value) {
    var more = new LinkedHashMap<>(parameters);
    more.put(name.toLowerCase(Locale.ROOT), value);
    return new SipUri(scheme, user, hostPort, more, headers);
  }

  /** As it may stand in a request line, From, To or Route. */
  public SipUri withoutHeaders() {
    return headers.isEmpty() ? this : new SipUri(scheme, user, hostPort, parameters, "");
  }

  /** Empty for tel. */
  public String host() {
    return hostPort == null ? "" : hostPort.host();
  }

  @Override
  public String toString() {
    return SipUriText.print(this);
  }

  /** @throws org.strowger.kernel.InvalidInput if the text is no such URI */
  public static SipUri parse(String text) {
    return SipUriText.parse(text);
  }
}
