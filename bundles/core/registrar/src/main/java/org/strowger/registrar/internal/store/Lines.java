package org.strowger.registrar.internal.store;

import java.util.LinkedHashMap;
import java.util.Map;

/** Parameters as lines of {@code name=value}. No header holds a line break, so none needs an escape. */
final class Lines {

  private Lines() {}

  static String join(Map<String, String> parameters) {
    var lines = new StringBuilder();
    parameters.forEach((name, value) -> lines.append(name).append('=').append(value.replaceAll("[\r\n\u0000]", " ")).append('\n'));
    return lines.toString();
  }

  static Map<String, String> split(String lines) {
    var parameters = new LinkedHashMap<String, String>();
    lines.lines().forEach(line -> {
      int equals = line.indexOf('=');
      if (equals > 0) {
        parameters.put(line.substring(0, equals), line.substring(equals + 1));
      }
    });
    return parameters;
  }
}
