package org.strowger.sip.api;

import org.strowger.kernel.HostPort;

/**
 * The pair of addresses a message came by, as seen by us: behind NAT {@code remote} is the outside of
 * the NAT, whatever Via and Contact say.
 *
 * @param symmetric whether its sender takes messages where he sends them from: by TCP, or by UDP if he asked for that
 *     (rport, RFC 3581); of what we were not told by a request, true
 */
public record Flow(Transport transport, HostPort local, HostPort remote, boolean symmetric) {

  public Flow(Transport transport, HostPort local, HostPort remote) {
    this(transport, local, remote, true);
  }

  /** {@code udp 127.0.0.1:5070} */
  @Override
  public String toString() {
    return transport.name().toLowerCase(java.util.Locale.ROOT) + " " + remote;
  }
}
