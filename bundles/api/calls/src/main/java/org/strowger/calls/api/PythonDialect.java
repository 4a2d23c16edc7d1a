package org.strowger.calls.api;

import java.util.regex.PatternSyntaxException;

/**
 * Python's regular expressions as Java's: the same but for named groups, and for what Java reads more
 * into: {@code [a&&b]}, nested sets, possessive quantifiers, {@code \Q}, {@code \p}.
 */
final class PythonDialect {

  private PythonDialect() {}

  static String toJava(String python) {
    var java = new StringBuilder(python.length() + 8);
    boolean inSet = false;
    int setStart = -1;
    for (int i = 0; i < python.length(); i++) {
      char c = python.charAt(i);
      if (c == '\\') {
        if (i + 1 >= python.length()) {
          throw new PatternSyntaxException("ends with a backslash", python, i);
        }
        char next = python.charAt(++i);
        if (Character.isLetter(next) && "bBdDsSwWnrtfAZ".indexOf(next) < 0) {
          throw new PatternSyntaxException("\\" + next + " is no escape of this dialect", python, i);
        }
        java.append(next == 'Z' ? "\\z" : "\\" + next);
      } else if (inSet) {
        if (c == ']' && i > setStart + 1 && !(i == setStart + 2 && python.charAt(setStart + 1) == '^')) {
          inSet = false;
          java.append(c);
        } else {
          java.append(c == '[' || c == '&' || c == ']' ? "\\" + c : String.valueOf(c));
        }
      } else if (c == '[') {
        inSet = true;
        setStart = i;
        java.append(c);
      } else if (python.startsWith("(?P<", i)) {
        java.append("(?<");
        i += 3;
      } else if (c == '+' && i > 0 && "*+?}".indexOf(python.charAt(i - 1)) >= 0 && !escaped(python, i - 1)) {
        throw new PatternSyntaxException("multiple repeat", python, i);
      } else {
        java.append(c);
      }
    }
    return java.toString();
  }

  private static boolean escaped(String text, int at) {
    int backslashes = 0;
    while (at - 1 - backslashes >= 0 && text.charAt(at - 1 - backslashes) == '\\') {
      backslashes++;
    }
    return backslashes % 2 == 1;
  }
}
