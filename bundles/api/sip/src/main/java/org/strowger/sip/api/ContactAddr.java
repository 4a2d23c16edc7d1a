package org.strowger.sip.api;

import java.util.Map;

/**
 * One Contact.
 *
 * @param uri null for {@code *}
 * @param parameters names lower case: expires, q, +sip.instance, reg-id …
 */
public record ContactAddr(SipUri uri, String displayName, Map<String, String> parameters) {

  public ContactAddr {
    parameters = Map.copyOf(parameters);
  }

  public boolean isStar() {
    return uri == null;
  }
}
