package org.strowger.accounts.internal.store;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Plain data as JSON and back, numbers exact. Reads what PostgreSQL prints of a jsonb value, so it need
 * not be forgiving, and knows no classes, so no plugin's class can stick to it.
 */
final class JsonText {

  private static final int DEEPEST = 64;

  private final String text;
  private int at;

  private JsonText(String text) {
    this.text = text;
  }

  static Map<String, Object> parseObject(String text) {
    var json = new JsonText(text);
    Object value = json.value(0);
    json.blank();
    if (json.at != text.length() || !(value instanceof Map<?, ?>)) {
      throw json.wrong("one object");
    }
    @SuppressWarnings("unchecked")
    var object = (Map<String, Object>) value;
    return object;
  }

  static String print(Object value) {
    var out = new StringBuilder();
    append(out, value);
    return out.toString();
  }

  private static void append(StringBuilder out, Object value) {
    if (value instanceof Map<?, ?> map) {
      String separator = "";
      out.append('{');
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        out.append(separator);
        quote(out, (String) entry.getKey());
        out.append(':');
        append(out, entry.getValue());
        separator = ",";
      }
      out.append('}');
    } else if (value instanceof List<?> list) {
      String separator = "";
      out.append('[');
      for (Object element : list) {
        out.append(separator);
        append(out, element);
        separator = ",";
      }
      out.append(']');
    } else if (value instanceof String s) {
      quote(out, s);
    } else if (value instanceof BigDecimal d) {
      out.append(d.toString());
    } else if (value == null || value instanceof Boolean || value instanceof Long || value instanceof Integer) {
      out.append(value);
    } else {
      throw new IllegalArgumentException("not plain data: " + value.getClass().getName());
    }
  }

  private static void quote(StringBuilder out, String s) {
    out.append('"');
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ') {
        out.append(String.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }

  private Object value(int depth) {
    blank();
    if (at >= text.length() || depth > DEEPEST) {
      throw wrong("a value");
    }
    char c = text.charAt(at);
    return switch (c) {
      case '{' -> object(depth);
      case '[' -> array(depth);
      case '"' -> string();
      case 't' -> word("true", true);
      case 'f' -> word("false", false);
      case 'n' -> word("null", null);
      default -> number();
    };
  }

  private Map<String, Object> object(int depth) {
    var map = new LinkedHashMap<String, Object>();
    at++;
    if (skip('}')) {
      return map;
    }
    do {
      blank();
      String name = string();
      expect(':');
      map.put(name, value(depth + 1));
    } while (skip(','));
    expect('}');
    return map;
  }

  private List<Object> array(int depth) {
    var list = new ArrayList<Object>();
    at++;
    if (skip(']')) {
      return list;
    }
    do {
      list.add(value(depth + 1));
    } while (skip(','));
    expect(']');
    return list;
  }

  private String string() {
    if (at >= text.length() || text.charAt(at) != '"') {
      throw wrong("a string");
    }
    var out = new StringBuilder();
    for (at++; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '"') {
        at++;
        return out.toString();
      }
      out.append(c == '\\' ? escaped() : c);
    }
    throw wrong("the end of a string");
  }

  private char escaped() {
    at++;
    char c = at < text.length() ? text.charAt(at) : 0;
    switch (c) {
      case '"', '\\', '/':
        return c;
      case 'b':
        return '\b';
      case 'f':
        return '\f';
      case 'n':
        return '\n';
      case 'r':
        return '\r';
      case 't':
        return '\t';
      case 'u':
        if (at + 4 < text.length()) {
          at += 4;
          try {
            return (char) Integer.parseInt(text, at - 3, at + 1, 16);
          } catch (NumberFormatException e) {
            throw wrong("four hex digits");
          }
        }
        throw wrong("four hex digits");
      default:
        throw wrong("an escape");
    }
  }

  private Object word(String word, Object value) {
    if (!text.startsWith(word, at)) {
      throw wrong(word);
    }
    at += word.length();
    return value;
  }

  private Object number() {
    int from = at;
    while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    try {
      var number = new BigDecimal(text.substring(from, at));
      boolean whole = number.scale() == 0 && number.precision() < 19;
      return whole ? (Object) number.longValue() : number;
    } catch (NumberFormatException e) {
      throw wrong("a number");
    }
  }

  private void blank() {
    while (at < text.length() && text.charAt(at) <= ' ') {
      at++;
    }
  }

  private boolean skip(char c) {
    blank();
    if (at < text.length() && text.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  private void expect(char c) {
    if (!skip(c)) {
      throw wrong("'" + c + "'");
    }
  }

  private IllegalArgumentException wrong(String expected) {
    return new IllegalArgumentException("no JSON: expected " + expected + " at position " + at);
  }
}
