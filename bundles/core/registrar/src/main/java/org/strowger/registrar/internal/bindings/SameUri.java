package org.strowger.registrar.internal.bindings;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.strowger.sip.api.SipUri;

/** Whether two URIs are the same, RFC 3261 19.1.4. */
final class SameUri {

  /** In one of them but not in the other, these make a difference. */
  private static final String[] TELLING = {"user", "ttl", "method", "maddr", "transport"};

  private SameUri() {}

  static boolean same(SipUri a, SipUri b) {
    if (!a.scheme().equals(b.scheme()) || !a.user().equals(b.user()) || a.hostPort() == null || b.hostPort() == null) {
      return false;
    }
    if (!a.host().equalsIgnoreCase(b.host()) || a.hostPort().port() != b.hostPort().port()) {
      return false;
    }
    if (!headers(a).equals(headers(b))) {
      return false;
    }
    for (String name : TELLING) {
      if (a.parameters().containsKey(name) != b.parameters().containsKey(name)) {
        return false;
      }
    }
    for (Map.Entry<String, String> parameter : a.parameters().entrySet()) {
      String other = b.parameters().get(parameter.getKey());
      if (other != null && !other.equalsIgnoreCase(parameter.getValue())) {
        return false;
      }
    }
    return true;
  }

  /** None is ever ignored; their order is. */
  private static Set<String> headers(SipUri uri) {
    return uri.headers().isEmpty() ? Set.of() : new HashSet<>(List.of(uri.headers().split("&")));
  }
}
