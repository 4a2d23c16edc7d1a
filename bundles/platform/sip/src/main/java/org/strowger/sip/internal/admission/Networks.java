package org.strowger.sip.internal.admission;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import org.strowger.kernel.InvalidInput;

/** A list of networks: {@code 192.0.2.0/24}, {@code 2001:db8::/32}, or single addresses. */
record Networks(List<Network> all) {

  static final Networks NONE = new Networks(List.of());

  /** @param address with nothing but zeros behind the first {@code bits} */
  record Network(InetAddress address, int bits) {

    boolean contains(byte[] other) {
      byte[] mine = address.getAddress();
      return mine.length == other.length && Arrays.equals(mine, masked(other, bits));
    }
  }

  Networks {
    all = List.copyOf(all);
  }

  /** @param key of the configuration, for what is said of a wrong one */
  static Networks parse(String key, String text) {
    return new Networks(Arrays.stream(text.split(",")).map(String::trim).filter(one -> !one.isEmpty()).map(one -> network(key, one)).toList());
  }

  private static Network network(String key, String text) {
    int slash = text.indexOf('/');
    try {
      byte[] address = Source.address(slash < 0 ? text : text.substring(0, slash));
      int bits = slash < 0 ? address.length * 8 : Integer.parseInt(text.substring(slash + 1));
      if (bits < 0 || bits > address.length * 8 || !Arrays.equals(address, masked(address, bits))) {
        throw invalid(key, text);
      }
      return new Network(InetAddress.getByAddress(address), bits);
    } catch (UnknownHostException | NumberFormatException e) {
      throw invalid(key, text);
    }
  }

  private static InvalidInput invalid(String key, String text) {
    return new InvalidInput(key, text, "is a list of networks such as 192.0.2.0/24, 2001:db8::/32 or 192.0.2.7, with zeros behind the prefix");
  }

  static byte[] masked(byte[] address, int bits) {
    byte[] masked = address.clone();
    for (int i = 0; i < masked.length; i++) {
      int kept = Math.max(0, Math.min(8, bits - i * 8));
      masked[i] &= (byte) (0xff00 >> kept);
    }
    return masked;
  }

  /** @param host an address, not a name */
  boolean contains(String host) {
    if (all.isEmpty()) {
      return false;
    }
    try {
      byte[] address = Source.address(host);
      return all.stream().anyMatch(network -> network.contains(address));
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
