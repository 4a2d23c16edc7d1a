package org.strowger.rating.internal.store;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * What is stored, as far as it can be read: another release or another program may have written it.
 *
 * @param problem what cannot be read, in words that name it; null if all can
 */
public record Stored<T>(T value, String problem) {

  /** Reads fields one by one; what cannot be read is null and remembered. */
  static final class Reading {
    private final List<String> unread = new ArrayList<>();

    <V> V field(String name, String text, Function<String, V> read) {
      try {
        return read.apply(text);
      } catch (RuntimeException e) {
        unread.add(name + " '" + text + "' cannot be read");
        return null;
      }
    }

    String problem(String what) {
      return unread.isEmpty() ? null : what + ": " + String.join(", ", unread);
    }
  }
}
