package org.strowger.sip.api;

import java.util.List;
import java.util.Optional;
import org.strowger.kernel.HostPort;

/**
 * A request of ours outside of dialogs. The stack makes Via, Call-ID (never one that came from a
 * peer), CSeq, From tag, Contact, Max-Forwards as given, and answers digest challenges itself if
 * {@code login} is given.
 *
 * @param uri Request-URI
 * @param route Path of a registration or an outbound proxy, first hop first
 * @param from with {@link #OUR_HOST} as its host where it is ours; {@code to} and the values of {@code headers} may have it too
 * @param flow by which {@code uri}, a registered Contact, and {@code route}, its Path, came: it goes to the first hop of the Path, else to the Contact; over this flow where
 *     the Contact cannot be meant as it stands (a connection, NAT), and where the address found must not be used: another host's than the flow's, unless that is a
 *     proxy of the operator's, or one that {@link SipStack#unfit} speaks of. Empty: {@code uri} and {@code route} are our own
 * @param hop where to send if neither route nor flow say so; empty: the Request-URI's host and port
 * @param transport for {@code hop} and URIs that name none
 */
public record OutgoingRequest(
    String method,
    SipUri uri,
    NameAddr from,
    NameAddr to,
    int maxForwards,
    List<SipUri> route,
    Optional<Flow> flow,
    Optional<SipUri> hop,
    Transport transport,
    Optional<Login> login,
    SipHeaders headers,
    SipBody body) {

  public OutgoingRequest {
    route = List.copyOf(route);
  }

  /**
   * Stands for ourselves: the stack puts in its place what it is called towards that peer, as in its Via and Contact, without the port.
   */
  public static final HostPort OUR_HOST = new HostPort("switch.invalid", 0);

  /** Credentials that a carrier gave us. Never printed. */
  public record Login(String username, String password) {
    @Override
    public String toString() {
      return "login " + username;
    }
  }
}
