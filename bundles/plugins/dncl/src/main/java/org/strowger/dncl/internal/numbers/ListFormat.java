package org.strowger.dncl.internal.numbers;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.strowger.kernel.InvalidInput;

/** How a file writes numbers down. */
public enum ListFormat {
  /** One number a line; punctuation is dropped. */
  TEXT,
  /** {@code 416,1234567} a line: the flat files of the Canadian and the US registry. */
  AREA_NUMBER,
  /** {@code <list><ac val='416'><ph val='1234567'/>…}: the tagged files of the same. */
  XML;

  /** @throws InvalidInput naming the key */
  public static ListFormat of(String key, String word) {
    try {
      return valueOf(word.trim().toUpperCase(Locale.ROOT).replace('-', '_'));
    } catch (IllegalArgumentException e) {
      throw new InvalidInput(key, word, "is one of " + Arrays.stream(values()).map(ListFormat::toString).collect(Collectors.joining(", ")));
    }
  }

  /** As it is written in the configuration. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
