package org.strowger.sip.api;

import org.strowger.kernel.HostPort;

/**
 * The pair of addresses a message came by, as seen by us: behind NAT {@code remote} is the outside of
 * the NAT, whatever Via and Contact say.
 */
public record Flow(Transport transport, HostPort local, HostPort remote) {

  /** {@code udp 127.0.0.1:5070} */
  @Override
  public String toString() {
    return transport.name().toLowerCase(java.util.Locale.ROOT) + " " + remote;
  }
}
