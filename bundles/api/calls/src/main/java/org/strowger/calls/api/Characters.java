package org.strowger.calls.api;

/**
 * A set of characters: ranges, from and to (inclusive) in turn.
 *
 * @param negated all others instead
 * @param anyCase whether a letter stands for its other case too
 */
record Characters(String ranges, boolean negated, boolean anyCase) {

  static final String DIGITS = "09";
  static final String WORD = "azAZ09__";
  static final String SPACE = "  \t\r";

  static Characters one(char c, boolean anyCase) {
    return new Characters("" + c + c, false, anyCase);
  }

  boolean has(char c) {
    boolean in = within(c) || anyCase && (within(Character.toLowerCase(c)) || within(Character.toUpperCase(c)));
    return in != negated;
  }

  private boolean within(char c) {
    for (int i = 0; i < ranges.length(); i += 2) {
      if (c >= ranges.charAt(i) && c <= ranges.charAt(i + 1)) {
        return true;
      }
    }
    return false;
  }

  /** The ranges of every character that these do not have. */
  static String others(String ranges) {
    var others = new StringBuilder();
    int from = 0;
    while (from <= Character.MAX_VALUE) {
      int next = Character.MAX_VALUE + 1;
      int beyond = -1;
      for (int i = 0; i < ranges.length(); i += 2) {
        int start = ranges.charAt(i);
        int end = ranges.charAt(i + 1);
        if (start <= from && end >= from) {
          beyond = Math.max(beyond, end);
        } else if (start > from) {
          next = Math.min(next, start);
        }
      }
      if (beyond < 0) {
        others.append((char) from).append((char) (next - 1));
        from = next;
      } else {
        from = beyond + 1;
      }
    }
    return others.toString();
  }

  static boolean isWord(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_';
  }
}
