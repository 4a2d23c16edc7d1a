package org.strowger.kernel.data;

import org.strowger.kernel.InvalidInput;

/** What a text from outside may consist of: what every database, log and terminal after us can take and show. */
public final class Texts {

  private Texts() {}

  /**
   * @return {@code text}, which may be null, as it is
   * @throws InvalidInput naming {@code where} if it holds a control character other than tab and line break, or half a surrogate pair; the value is
   *     shown with {@code \\uXXXX} in its place
   */
  public static String sound(String where, String text) {
    return checked(where, text, true);
  }

  /** The same for a text that is one line. */
  static String oneLine(String where, String text) {
    return checked(where, text, false);
  }

  private static String checked(String where, String text, boolean lines) {
    if (text != null) {
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        if (Character.isISOControl(c) && !(c == '\t' || lines && (c == '\n' || c == '\r'))) {
          throw new InvalidInput(where, escaped(text), lines ? "holds no control characters but tab and line break" : "is one line without control characters");
        }
        if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
          i++;
        } else if (Character.isSurrogate(c)) {
          throw new InvalidInput(where, escaped(text), "holds whole characters only, no half of a surrogate pair");
        }
      }
    }
    return text;
  }

  static String escaped(String text) {
    var shown = new StringBuilder();
    text.chars().limit(100).forEach(c -> {
      if (Character.isISOControl(c) || Character.isSurrogate((char) c)) {
        shown.append(String.format("\\u%04x", c));
      } else {
        shown.append((char) c);
      }
    });
    return shown.toString();
  }
}
