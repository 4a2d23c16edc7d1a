package org.strowger.anonymous.internal;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Names that an operator lists, compared without case. */
record Words(Set<String> all) {

  /** @param text separated by commas; {@code ""} stands for the empty word */
  static Words of(String text) {
    return new Words(Arrays.stream(text.split(",")).map(String::trim).filter(word -> !word.isEmpty())
        .map(word -> word.equals("\"\"") ? "" : word.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet()));
  }

  boolean has(String word) {
    return all.contains(word.toLowerCase(Locale.ROOT));
  }

  boolean hasOrAll(String word) {
    return all.contains("*") || has(word);
  }
}
