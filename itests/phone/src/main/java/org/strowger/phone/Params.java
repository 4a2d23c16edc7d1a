package org.strowger.phone;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Splitting of header values, aware of quotes and angle brackets. */
final class Params {

  private Params() {}

  /** Splits at a separator outside quotes and angle brackets; the pieces are trimmed. */
  static List<String> split(String text, char separator) {
    var pieces = new ArrayList<String>();
    var piece = new StringBuilder();
    boolean quoted = false;
    boolean angled = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quoted && c == '\\' && i + 1 < text.length()) {
        piece.append(c).append(text.charAt(++i));
        continue;
      }
      if (c == '"') {
        quoted = !quoted;
      } else if (!quoted && c == '<') {
        angled = true;
      } else if (!quoted && c == '>') {
        angled = false;
      }
      if (c == separator && !quoted && !angled) {
        pieces.add(piece.toString().trim());
        piece.setLength(0);
      } else {
        piece.append(c);
      }
    }
    pieces.add(piece.toString().trim());
    return pieces;
  }

  /** Parameters by lower-case name; a parameter without a value has the empty string. Quotes around values are taken off. */
  static Map<String, String> parse(List<String> pieces) {
    var params = new LinkedHashMap<String, String>();
    for (String piece : pieces) {
      if (piece.isEmpty()) {
        continue;
      }
      int equals = piece.indexOf('=');
      String name = (equals < 0 ? piece : piece.substring(0, equals)).trim().toLowerCase(Locale.ROOT);
      params.put(name, equals < 0 ? "" : unquote(piece.substring(equals + 1).trim()));
    }
    return params;
  }

  static String unquote(String text) {
    if (text.length() < 2 || text.charAt(0) != '"' || text.charAt(text.length() - 1) != '"') {
      return text;
    }
    return text.substring(1, text.length() - 1).replaceAll("\\\\(.)", "$1");
  }

  static String print(Map<String, String> params) {
    var text = new StringBuilder();
    params.forEach((name, value) -> text.append(';').append(name).append(value.isEmpty() ? "" : "=" + value));
    return text.toString();
  }
}
