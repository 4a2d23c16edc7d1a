package org.strowger.sip.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.strowger.sip.spi.SipUser;

/** Who takes which method. A replaced taker is bound before the old one is unbound; the newest wins. */
final class Users {

  /** Without these the switch is no switch: the ports stay closed, or answer 503. */
  static final Set<String> MANDATORY = Set.of("INVITE", "REGISTER");

  private final Supplier<Set<String>> plugins;
  private final List<SipUser> bound = new ArrayList<>();
  private volatile boolean taken;
  private volatile Map<String, SipUser> byMethod = Map.of();

  Users() {
    this(Set::of);
  }

  /** @param plugins the ids of mandatory plugins that are not there */
  Users(Supplier<Set<String>> plugins) {
    this.plugins = plugins;
  }

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
    taken = next.keySet().containsAll(MANDATORY);
  }

  Optional<SipUser> of(String method) {
    return Optional.ofNullable(byMethod.get(method));
  }

  boolean ready() {
    return taken && plugins.get().isEmpty();
  }

  /** Whether all that is missing is plugins. */
  boolean waitsForPlugins() {
    return taken && !plugins.get().isEmpty();
  }

  /** What is missing, for a person. */
  String missing() {
    var missing = new ArrayList<String>();
    var methods = new TreeSet<>(MANDATORY);
    methods.removeAll(byMethod.keySet());
    methods.forEach(method -> missing.add("a taker of " + method));
    new TreeSet<>(plugins.get()).forEach(plugin -> missing.add("plugin " + plugin));
    return String.join(", ", missing);
  }
}
