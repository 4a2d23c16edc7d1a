package org.strowger.shell.api;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;

/** One thing and its fields, a line each, or one JSON object. Nested plain data is indented. */
public final class Details {

  private final Map<String, Object> fields;

  private Details(Map<String, Object> fields) {
    this.fields = fields;
  }

  public static Details of(Map<String, Object> fields) {
    return new Details(new LinkedHashMap<>(fields));
  }

  public void print(PrintStream out, boolean json) {
    if (json) {
      out.println(Json.print(fields));
    } else {
      print(out, fields, "");
    }
  }

  private static void print(PrintStream out, Map<?, ?> map, String indent) {
    int width = map.keySet().stream().mapToInt(key -> key.toString().length()).max().orElse(0);
    map.forEach((key, value) -> {
      String name = key + " ".repeat(width - key.toString().length());
      if (value instanceof Map<?, ?> nested && !nested.isEmpty()) {
        out.println(indent + key);
        print(out, nested, indent + "  ");
      } else {
        out.println((indent + name + "  " + (value == null ? "" : value.toString().replaceAll("\\p{Cntrl}", "?"))).stripTrailing());
      }
    });
  }
}
