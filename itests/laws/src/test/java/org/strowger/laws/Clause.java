package org.strowger.laws;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One clause of a manifest header: {@code org.x;version="1.0";uses:="a,b"} is a name with attributes. */
record Clause(String name, Map<String, String> attributes) {

  static List<Clause> parse(String header) {
    var clauses = new ArrayList<Clause>();
    for (String clause : split(header == null ? "" : header, ',')) {
      List<String> parts = split(clause, ';');
      var attributes = new TreeMap<String, String>();
      for (String part : parts.subList(1, parts.size())) {
        int equals = part.indexOf('=');
        attributes.put(part.substring(0, equals).replaceAll(":$", ""), part.substring(equals + 1).replace("\"", ""));
      }
      clauses.add(new Clause(parts.get(0), attributes));
    }
    return clauses;
  }

  private static List<String> split(String text, char separator) {
    var parts = new ArrayList<String>();
    boolean quoted = false;
    int begin = 0;
    for (int i = 0; i <= text.length(); i++) {
      if (i == text.length() || (text.charAt(i) == separator && !quoted)) {
        if (!text.substring(begin, i).isBlank()) {
          parts.add(text.substring(begin, i).strip());
        }
        begin = i + 1;
      } else if (text.charAt(i) == '"') {
        quoted = !quoted;
      }
    }
    return parts;
  }
}
