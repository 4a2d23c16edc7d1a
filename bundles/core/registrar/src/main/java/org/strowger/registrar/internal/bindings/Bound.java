package org.strowger.registrar.internal.bindings;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.strowger.calls.api.Locations.Binding;
import org.strowger.sip.api.ContactAddr;
import org.strowger.sip.api.Flow;
import org.strowger.sip.api.SipUri;

/**
 * A contact of an account, with what RFC 3261 10.3 needs to judge the next REGISTER.
 *
 * @param parameters of the Contact that are kept and given back: q, +sip.instance, reg-id and further ones
 * @param refreshed when it was last registered
 */
public record Bound(
    SipUri contact,
    String displayName,
    Map<String, String> parameters,
    List<SipUri> path,
    Flow flow,
    int qThousandths,
    Instant expires,
    Instant refreshed,
    String callId,
    long cseq,
    String userAgent) {

  public Bound {
    parameters = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    path = List.copyOf(path);
  }

  /** Names it within its account. */
  public String key() {
    return contact.toString();
  }

  public boolean isLive(Instant now) {
    return now.isBefore(expires);
  }

  /** RFC 5626: the same device over the same of its flows, whatever its address is now. */
  boolean sameDevice(Map<String, String> others) {
    String instance = parameters.get("+sip.instance");
    return instance != null && instance.equals(others.get("+sip.instance"))
        && parameters.getOrDefault("reg-id", "").equals(others.getOrDefault("reg-id", ""));
  }

  public Binding binding() {
    return new Binding(contact, path, flow, expires, qThousandths, userAgent);
  }

  /** As the 200 lists it: whole seconds left, never none while it lives. */
  ContactAddr listed(Instant now) {
    var all = new LinkedHashMap<>(parameters);
    long left = (java.time.Duration.between(now, expires).toMillis() + 999) / 1000;
    all.put("expires", Long.toString(left));
    return new ContactAddr(contact, displayName, all);
  }
}
