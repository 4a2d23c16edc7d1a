package org.strowger.sip.api;

import java.util.List;
import java.util.Optional;

/**
 * A request of ours outside of dialogs. The stack makes Via, Call-ID (never one that came from a
 * peer), CSeq, From tag, Contact, Max-Forwards as given, and answers digest challenges itself if
 * {@code login} is given.
 *
 * @param uri Request-URI
 * @param route Path of a registration or an outbound proxy, first hop first
 * @param flow send over this very flow (a registration over TCP or behind NAT)
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

  /** Credentials that a carrier gave us. Never printed. */
  public record Login(String username, String password) {
    @Override
    public String toString() {
      return "login " + username;
    }
  }
}
