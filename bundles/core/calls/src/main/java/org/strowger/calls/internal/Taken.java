package org.strowger.calls.internal;

import java.util.ArrayList;
import java.util.List;
import org.strowger.calls.api.Change;

/**
 * What a phase has taken of limits for one call. When it is asked again nothing is taken twice: a policy that wants the same once more has it.
 * Belongs to the call's key.
 */
final class Taken {

  private record What(Class<? extends Change> kind, String policy, String key) {}

  private final List<What> all = new ArrayList<>(0);
  /** Of those, what nobody has asked for since the phase began again. */
  private List<What> unclaimed = List.of();

  /** The phase begins again. */
  void again() {
    unclaimed = new ArrayList<>(all);
  }

  /** @return whether the policy took this before the phase began again; then once less from here on */
  boolean claim(Change change, String policy, String key) {
    return !unclaimed.isEmpty() && unclaimed.remove(new What(change.getClass(), policy, key));
  }

  void add(Change change, String policy, String key) {
    all.add(new What(change.getClass(), policy, key));
  }
}
