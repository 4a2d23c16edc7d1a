package org.strowger.sip.internal;

import java.util.Locale;
import org.strowger.kernel.HostPort;
import org.strowger.sip.api.Flow;
import org.strowger.sip.api.SipUri;
import org.strowger.sip.api.Transport;

/** Whether a peer is where its Contact says (RFC 3261 12.2.1.1), or where it was heard from. */
final class Reach {

  private Reach() {}

  /** Where a URI leads (RFC 3261 19.1.1): its maddr, if it has one, else its host; null if it names none. */
  static HostPort at(SipUri uri) {
    HostPort at = uri.hostPort();
    String maddr = at == null ? "" : uri.parameter("maddr").orElse("").trim();
    return maddr.isEmpty() ? at : new HostPort(maddr, at.port());
  }

  /**
   * Whether requests to a Contact go over the flow instead, because it cannot be meant as it stands: it is what a phone behind NAT believes of itself, or
   * names a way that we do not have. Whether an address that it does mean may be used is for {@link Targets} to say.
   *
   * @param flow by which the peer was heard
   * @param symmetric see {@link Flow#symmetric}. Of who is not, only a private address that comes from a public one is not meant
   * @param rewritten whether there may be a NAT that gives the peer another port, so that the port of its Contact says nothing
   */
  static boolean overFlow(SipUri contact, Flow flow, boolean symmetric, boolean rewritten) {
    HostPort at = at(contact);
    if (at == null) {
      return true;
    }
    HostPort from = flow.remote();
    boolean there = Addresses.same(at.host(), from.host());
    boolean hidden = !there && Addresses.isPrivate(at.host());
    if (!symmetric) {
      return hidden && !Addresses.isPrivate(from.host());
    }
    Transport transport = transport(contact, flow.transport());
    if (transport == null || hidden) {
      return true;
    }
    if (flow.transport() == Transport.TCP) {
      return there && transport == Transport.TCP;
    }
    return there && transport == Transport.UDP && rewritten && port(at) != from.port();
  }

  /** Where a peer listens, should the connection be gone by which it was heard; null if nobody knows, as behind NAT. */
  static HostPort otherwise(SipUri contact, Flow flow) {
    HostPort at = flow.transport() == Transport.TCP && transport(contact, Transport.TCP) == Transport.TCP ? at(contact) : null;
    return at != null && Addresses.same(at.host(), flow.remote().host()) ? new HostPort(flow.remote().host(), port(at)) : null;
  }

  /** What the URI names, else the other; null for one that we do not have. */
  static Transport transport(SipUri uri, Transport unnamed) {
    String named = uri.parameter("transport").orElse("").toLowerCase(Locale.ROOT);
    Transport transport = named.isEmpty() ? unnamed : named.equals("udp") ? Transport.UDP : named.equals("tcp") ? Transport.TCP : null;
    return uri.scheme().equals("sips") || transport == Transport.TLS ? null : transport;
  }

  private static int port(HostPort at) {
    return at.port() == 0 ? 5060 : at.port();
  }
}
