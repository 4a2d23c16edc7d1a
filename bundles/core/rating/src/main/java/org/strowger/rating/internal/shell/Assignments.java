package org.strowger.rating.internal.shell;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.strowger.kernel.InvalidInput;

/** {@code field=value} words of a command line as plain data. */
final class Assignments {

  private Assignments() {}

  /** @param words null for none */
  static Map<String, Object> of(List<String> words) {
    var data = new LinkedHashMap<String, Object>();
    for (String word : words == null ? List.<String>of() : words) {
      int equals = word.indexOf('=');
      if (equals < 1) {
        throw new InvalidInput("settings", word, "is field=value");
      }
      data.put(word.substring(0, equals), word.substring(equals + 1));
    }
    return data;
  }
}
