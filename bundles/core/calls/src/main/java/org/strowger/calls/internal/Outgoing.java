package org.strowger.calls.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.strowger.calls.api.Leg;
import org.strowger.calls.api.Locations.Binding;
import org.strowger.kernel.HostPort;
import org.strowger.sip.api.NameAddr;
import org.strowger.sip.api.OutgoingRequest;
import org.strowger.sip.api.SipBody;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipHeaders.Header;
import org.strowger.sip.api.SipUri;
import org.strowger.sip.api.Transport;

/** Makes the INVITEs of a leg: nothing of the caller's leg is in them but its body and what {@link Passing} lets through. */
final class Outgoing {

  private static final HostPort ANONYMOUS = new HostPort("anonymous.invalid", 0);

  private Outgoing() {}

  static List<OutgoingRequest> of(Call call, LegDraft leg, List<Binding> contacts, int sessionExpires) {
    SipHeaders headers = headers(call, leg, sessionExpires);
    SipBody body = leg.isHidden() ? Veil.over(call.invite.body()) : call.invite.body();
    if (leg.leg instanceof Leg.Carrier carrier) {
      SipUri to = new SipUri(carrier.hop().scheme(), carrier.cld(), carrier.hop().hostPort(), Map.of());
      return List.of(new OutgoingRequest("INVITE", to, from(leg), NameAddr.of(to), call.invite.maxForwards() - 1, List.of(), Optional.empty(),
          Optional.of(carrier.hop()), carrier.transport(), carrier.login(), headers, body));
    }
    var all = new ArrayList<OutgoingRequest>(contacts.size());
    NameAddr from = from(leg);
    for (Binding binding : contacts) {
      NameAddr to = NameAddr.of(SipUri.of(leg.cld(), OutgoingRequest.OUR_HOST));
      Transport transport = binding.flow().transport();
      all.add(new OutgoingRequest("INVITE", binding.contact(), from, to, call.invite.maxForwards() - 1, binding.path(), Optional.of(binding.flow()),
          Optional.empty(), transport, Optional.empty(), headers, body));
    }
    return all;
  }

  private static NameAddr from(LegDraft leg) {
    if (leg.isHidden()) {
      return NameAddr.of("Anonymous", SipUri.of("anonymous", ANONYMOUS));
    }
    return NameAddr.of(leg.displayName, SipUri.of(leg.cli(), OutgoingRequest.OUR_HOST));
  }

  private static SipHeaders passing(Call call, LegDraft leg) {
    SipHeaders all = Passing.of(call.invite.headers(), true);
    return leg.isHidden() ? Veil.over(all) : all;
  }

  private static SipHeaders headers(Call call, LegDraft leg, int sessionExpires) {
    var headers = new ArrayList<>(passing(call, leg).all());
    headers.add(new Header("Session-Expires", Integer.toString(sessionExpires)));
    headers.add(new Header("Min-SE", Integer.toString(call.exchange.settings().minSessionExpires())));
    if (call.invite.headers().lists("Require", "100rel")) {
      headers.add(new Header("Require", "100rel"));
    }
    if (leg.isHidden()) {
      headers.add(new Header("Privacy", "id"));
    }
    if (leg.asserted != null) {
      headers.add(new Header("P-Asserted-Identity", "<" + SipUri.of(leg.asserted, OutgoingRequest.OUR_HOST) + ">"));
    }
    headers.addAll(leg.headers.all());
    return new SipHeaders(headers);
  }
}
