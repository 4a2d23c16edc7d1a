package org.strowger.sip.internal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.strowger.kernel.HostPort;
import org.strowger.sip.api.Flow;
import org.strowger.sip.api.SipUri;
import org.strowger.sip.internal.admission.Admission;

/**
 * Where a registered phone may be called. A phone says itself where it is; believed, it could say a carrier that trusts our address, and calls to it would be calls
 * out that nobody pays for, or any machine that we reach and it does not. So it is called at the host that its REGISTER came from, at any port; at another one only if
 * that is a proxy of the operator's, and then never at an address more inward than its own. A trunk's address and our own are never called as a phone's.
 */
final class Targets {

  /** From the innermost on: from each one may be led to itself and outward. */
  private enum Kind { LOOPBACK, LINK, PRIVATE, PUBLIC }

  private final TrunkHosts trunks;
  private final Admission admission;
  private final String advertised;
  private final Supplier<Ports> ports;

  /** @param ports null while closed */
  Targets(TrunkHosts trunks, Admission admission, String advertised, Supplier<Ports> ports) {
    this.trunks = trunks;
    this.admission = admission;
    this.advertised = advertised;
    this.ports = ports;
  }

  /** See {@link org.strowger.sip.api.SipStack#unfit}. The Contact counts behind a Path too: a proxy sends on to it. */
  Optional<String> unfit(SipUri contact, List<SipUri> path, Flow from) {
    String why = unfit("Contact", contact, from);
    for (int i = 0; i < path.size() && why == null; i++) {
      why = unfit("Path", path.get(i), from);
    }
    HostPort first = path.isEmpty() ? null : Reach.at(path.get(0));
    if (why == null && first != null && Addresses.isLiteral(first.host()) && !sameHost(first, from) && !isProxy(from)) {
      why = "Path Leads Elsewhere";
    }
    if (why == null && isTrunk(from.remote(), from)) {
      why = "Registered Through A Carrier";
    }
    return Optional.ofNullable(why);
  }

  private String unfit(String what, SipUri uri, Flow from) {
    for (HostPort at : named(uri)) {
      if (Addresses.isLiteral(at.host()) && isOurs(at)) {
        return what + " Is Our Own Address";
      }
      if (isTrunk(at, from)) {
        return what + " Is A Carrier's Address";
      }
    }
    return null;
  }

  /** Its host, and where its maddr leads: who sends it on may go by either. */
  private static List<HostPort> named(SipUri uri) {
    var all = new ArrayList<HostPort>(2);
    if (uri.hostPort() != null) {
      all.add(uri.hostPort());
      HostPort at = Reach.at(uri);
      if (!at.equals(uri.hostPort())) {
        all.add(at);
      }
    }
    return all;
  }

  /**
   * Whether a request to a phone may go to this address, which its Contact or Path led to.
   *
   * @param from the flow that its REGISTER came by
   */
  boolean mayCall(HostPort at, Flow from) {
    if (!isInward(at, from) && !isOurs(at) && !isTrunk(at, from)) {
      return sameHost(at, from) || isProxy(from);
    }
    return false;
  }

  /** Whether this is an address that whoever was heard by that flow has no business to name: nobody's, or more inward than his own. */
  boolean isInward(HostPort at, Flow from) {
    Kind there = kind(at.host());
    Kind here = kind(from.remote().host());
    return there == null || here != null && there.compareTo(here) < 0;
  }

  private boolean isProxy(Flow from) {
    return admission.isProxy(from.remote().host());
  }

  private static boolean sameHost(HostPort at, Flow from) {
    return Addresses.plain(at.host()).equals(Addresses.plain(from.remote().host()));
  }

  /** At the host of a trunk every port is the trunk's; but who is there himself (an office behind one address) may name another than that which we call. */
  private boolean isTrunk(HostPort at, Flow from) {
    Set<Integer> there = trunks.portsAt(at.host());
    return !there.isEmpty() && (!sameHost(at, from) || there.contains(port(at)) && !isProxy(from));
  }

  private boolean isOurs(HostPort at) {
    Ports open = ports.get();
    if (open == null) {
      return false;
    }
    boolean named = !advertised.isEmpty() && Addresses.plain(advertised).equals(Addresses.plain(at.host()));
    for (Flow point : open.points()) {
      HostPort local = point.local();
      if (local.port() == port(at) && (named || (Addresses.isWildcard(local.host()) ? isHere(at.host()) : Addresses.plain(local.host()).equals(Addresses.plain(at.host()))))) {
        return true;
      }
    }
    return false;
  }

  /** Whether it is an address of this machine. */
  private static boolean isHere(String host) {
    InetAddress address = Addresses.literal(host);
    try {
      return address != null && (address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null);
    } catch (IOException e) {
      return false;
    }
  }

  private static int port(HostPort at) {
    return at.port() == 0 ? 5060 : at.port();
  }

  /** Null for a name, and for what is no single machine's address. */
  private static Kind kind(String host) {
    InetAddress address = Addresses.literal(host);
    if (address == null || address.isAnyLocalAddress() || address.isMulticastAddress()) {
      return null;
    }
    byte[] b = address.getAddress();
    if (b.length == 4 && (b[0] == 0 || (b[0] & 0xf0) == 0xf0)) {
      return null;
    }
    return address.isLoopbackAddress() ? Kind.LOOPBACK : address.isLinkLocalAddress() ? Kind.LINK : Addresses.isPrivate(host) ? Kind.PRIVATE : Kind.PUBLIC;
  }
}
