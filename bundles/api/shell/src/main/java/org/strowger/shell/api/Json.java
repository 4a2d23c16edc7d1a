package org.strowger.shell.api;

import java.util.List;
import java.util.Map;
import org.strowger.kernel.Money;

/** Prints plain data as JSON on one line, and money as REST does: an object of its amount, as a text, and its currency. */
public final class Json {

  private Json() {}

  public static String print(Object data) {
    var out = new StringBuilder();
    append(out, data);
    return out.toString();
  }

  private static void append(StringBuilder out, Object data) {
    if (data == null || data instanceof Boolean || data instanceof Integer || data instanceof Long) {
      out.append(data);
    } else if (data instanceof Map<?, ?> map) {
      String separator = "{";
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        out.append(separator);
        text(out, entry.getKey().toString());
        out.append(':');
        append(out, entry.getValue());
        separator = ",";
      }
      out.append(map.isEmpty() ? "{}" : "}");
    } else if (data instanceof List<?> list) {
      String separator = "[";
      for (Object element : list) {
        out.append(separator);
        append(out, element);
        separator = ",";
      }
      out.append(list.isEmpty() ? "[]" : "]");
    } else if (data instanceof Money money) {
      out.append("{\"amount\":");
      text(out, money.amount().toPlainString());
      out.append(",\"currency\":");
      text(out, money.currency().getCurrencyCode());
      out.append('}');
    } else {
      text(out, data.toString());
    }
  }

  private static void text(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < ' ') {
            out.append(String.format("\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
