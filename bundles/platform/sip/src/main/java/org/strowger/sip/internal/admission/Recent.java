package org.strowger.sip.internal.admission;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * A table that never grows past its bound: what nobody asked for while half of it was filled anew is gone. Two
 * generations instead of a list in order of use, because strangers fill it faster than they can be sorted. Threads: any.
 */
final class Recent<V> {

  private final int half;
  private Map<String, V> young = new HashMap<>();
  private Map<String, V> old = new HashMap<>();

  Recent(int most) {
    half = Math.max(1, most / 2);
  }

  /** Null if there is none. */
  synchronized V find(String key) {
    V found = young.get(key);
    if (found == null) {
      found = old.remove(key);
      if (found != null) {
        put(key, found);
      }
    }
    return found;
  }

  synchronized V get(String key, Supplier<V> fresh) {
    V found = find(key);
    if (found == null) {
      found = fresh.get();
      put(key, found);
    }
    return found;
  }

  private void put(String key, V value) {
    if (young.size() >= half) {
      old = young;
      young = new HashMap<>();
    }
    young.put(key, value);
  }

  synchronized void remove(String key) {
    young.remove(key);
    old.remove(key);
  }

  synchronized void removeIf(Predicate<V> gone) {
    young.values().removeIf(gone);
    old.values().removeIf(gone);
  }

  synchronized Map<String, V> all() {
    var all = new HashMap<>(old);
    all.putAll(young);
    return all;
  }

  synchronized int size() {
    return young.size() + old.size();
  }
}
