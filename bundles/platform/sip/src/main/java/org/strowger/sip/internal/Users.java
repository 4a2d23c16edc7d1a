package org.strowger.sip.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.strowger.sip.spi.SipUser;

/** Who takes which method. A replaced taker is bound before the old one is unbound; the newest wins. */
final class Users {

  /** Without these the switch is no switch: the ports stay closed, or answer 503. */
  static final Set<String> MANDATORY = Set.of("INVITE", "REGISTER");

  private final List<SipUser> bound = new ArrayList<>();
  private volatile Map<String, SipUser> byMethod = Map.of();

  synchronized void bind(SipUser user) {
    bound.add(user);
    index();
  }

  synchronized void unbind(SipUser user) {
    bound.removeIf(one -> one == user);
    index();
  }

  private void index() {
    var next = new HashMap<String, SipUser>();
    for (SipUser user : bound) {
      user.methods().forEach(method -> next.put(method, user));
    }
    byMethod = Map.copyOf(next);
  }

  Optional<SipUser> of(String method) {
    return Optional.ofNullable(byMethod.get(method));
  }

  boolean ready() {
    return byMethod.keySet().containsAll(MANDATORY);
  }

  /** What is missing, for a person. */
  Set<String> missing() {
    var missing = new java.util.TreeSet<>(MANDATORY);
    missing.removeAll(byMethod.keySet());
    return missing;
  }
}
