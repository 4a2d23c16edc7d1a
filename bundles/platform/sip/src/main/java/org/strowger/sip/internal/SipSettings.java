package org.strowger.sip.internal;

import static org.strowger.kernel.InvalidInput.range;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.strowger.kernel.HostPort;
import org.strowger.kernel.InvalidInput;
import org.strowger.sip.api.Transport;

/**
 * The configuration, checked.
 *
 * @param advertised host that peers reach us by, empty: the listening address
 * @param workers threads that handle messages; one Call-ID always meets the same one
 * @param t1 round trip estimate of RFC 3261 17.1.1.1, from which every timer follows
 */
record SipSettings(
    List<Listen> listen,
    String advertised,
    String realm,
    List<String> algorithms,
    List<String> firstAlgorithmOnly,
    Duration nonceLifetime,
    Duration t1,
    int maxMessage,
    String serverName,
    int workers) {

  /** One listening point. */
  record Listen(Transport transport, HostPort at) {
    @Override
    public String toString() {
      return transport.name().toLowerCase(Locale.ROOT) + ":" + at;
    }
  }

  SipSettings {
    listen = List.copyOf(listen);
    algorithms = List.copyOf(algorithms);
    firstAlgorithmOnly = List.copyOf(firstAlgorithmOnly);
  }

  static SipSettings of(SipConfig config) {
    if (config.sip_realm().isBlank() || config.sip_realm().indexOf('"') >= 0) {
      throw new InvalidInput("sip.realm", config.sip_realm(), "is a name without quotes such as sip.example.org");
    }
    return new SipSettings(
        listen(config.sip_listen()),
        config.sip_advertised().trim(),
        config.sip_realm().trim(),
        algorithms(config.sip_digest_algorithms()),
        Arrays.stream(config.sip_digest_firstOnly().split(",")).map(String::trim).filter(one -> !one.isEmpty()).toList(),
        Duration.ofSeconds(range("sip.digest.nonceSeconds", config.sip_digest_nonceSeconds(), 5, 3600)),
        Duration.ofMillis(range("sip.t1Millis", config.sip_t1Millis(), 20, 5000)),
        range("sip.maxMessageBytes", config.sip_maxMessageBytes(), 1500, 65535),
        config.sip_serverName().trim(),
        Math.max(2, Math.min(8, Runtime.getRuntime().availableProcessors())));
  }

  /** 64 * T1: timers B, D, F, H, J, L, M of RFC 3261 and RFC 6026. */
  long t64Millis() {
    return t1.toMillis() * 64;
  }

  /** T2, the longest pause between retransmissions. */
  long t2Millis() {
    return t1.toMillis() * 8;
  }

  private static List<Listen> listen(String text) {
    var points = Arrays.stream(text.split(",")).map(String::trim).filter(one -> !one.isEmpty()).map(SipSettings::point).toList();
    if (points.isEmpty()) {
      throw new InvalidInput("sip.listen", text, "names at least one listening point such as udp:127.0.0.1:5060");
    }
    return points;
  }

  private static Listen point(String text) {
    int colon = text.indexOf(':');
    String transport = colon < 0 ? "" : text.substring(0, colon).toLowerCase(Locale.ROOT);
    if (!transport.equals("udp") && !transport.equals("tcp")) {
      throw new InvalidInput("sip.listen", text, "is udp:ADDRESS:PORT or tcp:ADDRESS:PORT");
    }
    try {
      return new Listen(Transport.valueOf(transport.toUpperCase(Locale.ROOT)), HostPort.parse(bracketed(text.substring(colon + 1)), 5060));
    } catch (InvalidInput e) {
      throw new InvalidInput("sip.listen", text, "is udp:ADDRESS:PORT or tcp:ADDRESS:PORT, an IPv6 address in brackets: udp:[2001:db8::7]:5060");
    }
  }

  /**
   * The shipped setting puts host and port together, whatever the host is: after an IPv6 address without brackets the last number is the port. Where it can as
   * well be the address's own it must look like a port of SIP: four digits or more.
   */
  private static String bracketed(String address) {
    int last = address.lastIndexOf(':');
    if (address.startsWith("[") || address.indexOf(':') == last) {
      return address;
    }
    String host = address.substring(0, last);
    String port = address.substring(last + 1);
    boolean whole = isV6(address);
    if (whole && (!isV6(host) || !port.chars().allMatch(c -> c >= '0' && c <= '9'))) {
      return address;
    }
    if (!isV6(host) || whole && port.length() < 4) {
      throw new InvalidInput("address", address, "is an IPv6 address in brackets, and a port");
    }
    return "[" + host + "]:" + port;
  }

  private static boolean isV6(String address) {
    int zone = address.indexOf('%');
    String digits = zone < 0 ? address : address.substring(0, zone);
    if (digits.indexOf(':') < 0 || !digits.chars().allMatch(c -> c == ':' || c == '.' || Character.digit(c, 16) >= 0)) {
      return false;
    }
    try {
      // With a colon it is never looked up.
      return InetAddress.getByName(digits) != null;
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static List<String> algorithms(String text) {
    var all = Arrays.stream(text.split(",")).map(one -> one.trim().toUpperCase(Locale.ROOT)).filter(one -> !one.isEmpty()).distinct().toList();
    if (all.isEmpty() || !List.of("MD5", "SHA-256").containsAll(all)) {
      throw new InvalidInput("sip.digest.algorithms", text, "is an ordered list of MD5 and SHA-256");
    }
    return all;
  }
}
