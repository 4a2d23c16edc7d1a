package org.strowger.calls.api;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.PatternSyntaxException;
import org.strowger.calls.api.Expression.Again;
import org.strowger.calls.api.Expression.Choice;
import org.strowger.calls.api.Expression.Edge;
import org.strowger.calls.api.Expression.Group;
import org.strowger.calls.api.Expression.Look;
import org.strowger.calls.api.Expression.Node;
import org.strowger.calls.api.Expression.One;
import org.strowger.calls.api.Expression.Repeat;
import org.strowger.calls.api.Expression.Sequence;

/**
 * Reads Python's regular expressions (module {@code re}). Of its classes {@code \d \w \s} know ASCII only: numbers are dialled, not
 * written. Not read: flags other than {@code (?i)} at the start, conditions {@code (?(1)…)}, possessive and atomic repeats.
 */
final class ExpressionParser {

  private static final int MAX_DEPTH = 100;
  private static final int MAX_REPEAT = 65_535;

  private final String text;
  private int at;
  private int depth;
  private boolean anyCase;
  private int groups;
  private final Map<String, Integer> names = new HashMap<>();
  private final Set<Integer> closed = new HashSet<>();

  private ExpressionParser(String text) {
    this.text = text;
  }

  /** @throws PatternSyntaxException that says what is wrong, and where */
  static Expression parse(String text) {
    var parser = new ExpressionParser(text);
    if (parser.take("(?i)")) {
      parser.anyCase = true;
    }
    Node root = parser.choice();
    if (parser.at < text.length()) {
      throw parser.broken("unbalanced parenthesis");
    }
    return new Expression(root, parser.groups, Map.copyOf(parser.names));
  }

  private PatternSyntaxException broken(String why) {
    return new PatternSyntaxException(why, text, at);
  }

  private boolean take(String token) {
    boolean there = text.startsWith(token, at);
    at += there ? token.length() : 0;
    return there;
  }

  private Node choice() {
    if (++depth > MAX_DEPTH) {
      throw broken("nested too deeply");
    }
    var alternatives = new ArrayList<Node>();
    do {
      alternatives.add(sequence());
    } while (take("|"));
    depth--;
    return alternatives.size() == 1 ? alternatives.get(0) : new Choice(List.copyOf(alternatives));
  }

  private Node sequence() {
    var parts = new ArrayList<Node>();
    while (at < text.length() && text.charAt(at) != '|' && text.charAt(at) != ')') {
      int start = at;
      Node atom = atom();
      if (atom != null) {
        parts.add(repeated(atom, start));
      }
    }
    return parts.size() == 1 ? parts.get(0) : new Sequence(List.copyOf(parts));
  }

  private Node repeated(Node atom, int start) {
    int before = at;
    int[] bounds = bounds();
    if (bounds == null) {
      return atom;
    }
    if (atom instanceof Edge) {
      at = start;
      throw broken("nothing to repeat");
    }
    if (bounds[0] > bounds[1]) {
      at = before;
      throw broken("min repeat greater than max repeat");
    }
    boolean lazy = take("?");
    before = at;
    if (bounds() != null) {
      at = before;
      throw broken("multiple repeat");
    }
    return new Repeat(atom, bounds[0], bounds[1], lazy);
  }

  /** Of the quantifier that stands here; null, and nothing read, if none does: a brace may be only a brace. */
  private int[] bounds() {
    if (take("*")) {
      return new int[] {0, Expression.ENDLESS};
    } else if (take("+")) {
      return new int[] {1, Expression.ENDLESS};
    } else if (take("?")) {
      return new int[] {0, 1};
    }
    int before = at;
    if (take("{")) {
      String low = digits();
      boolean comma = take(",");
      String high = comma ? digits() : low;
      if (take("}") && (comma || !low.isEmpty())) {
        return new int[] {low.isEmpty() ? 0 : count(low), high.isEmpty() ? Expression.ENDLESS : count(high)};
      }
      at = before;
    }
    return null;
  }

  private String digits() {
    int from = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    return text.substring(from, at);
  }

  private int count(String digits) {
    int value = digits.length() > 9 ? Integer.MAX_VALUE : Integer.parseInt(digits);
    if (value > MAX_REPEAT) {
      throw broken("repeats more than " + MAX_REPEAT + " times");
    }
    return value;
  }

  /** Null for a comment. */
  private Node atom() {
    int start = at;
    if (bounds() != null) {
      at = start;
      throw broken("nothing to repeat");
    }
    char c = text.charAt(at++);
    return switch (c) {
      case '^' -> Edge.BEGIN;
      case '$' -> Edge.END;
      case '.' -> new One(new Characters("\n\n", true, false));
      case '[' -> set(start);
      case '(' -> parenthesis(start);
      case '\\' -> escape();
      default -> new One(Characters.one(c, anyCase));
    };
  }

  private Node parenthesis(int start) {
    if (take("?:")) {
      return closing(choice(), start);
    } else if (take("?#")) {
      int end = text.indexOf(')', at);
      at = end < 0 ? text.length() : end;
      return closing(null, start);
    } else if (take("?=")) {
      return new Look(closing(choice(), start), -1, false);
    } else if (take("?!")) {
      return new Look(closing(choice(), start), -1, true);
    } else if (take("?<=")) {
      return behind(start, false);
    } else if (take("?<!")) {
      return behind(start, true);
    } else if (take("?P=")) {
      String name = name(')');
      return new Again(group(names.get(name), "(?P=" + name + ")"));
    } else if (take("?P<")) {
      String name = name('>');
      if (names.putIfAbsent(name, groups + 1) != null) {
        throw broken("group name " + name + " stands twice");
      }
    } else if (take("?")) {
      throw broken("unknown extension (?" + (at < text.length() ? text.charAt(at) : ""));
    }
    int number = ++groups;
    Node body = closing(choice(), start);
    closed.add(number);
    return new Group(number, body);
  }

  private Node behind(int start, boolean negative) {
    Node body = closing(choice(), start);
    int width = Expression.width(body);
    if (width < 0) {
      at = start;
      throw broken("look-behind requires fixed-width pattern");
    }
    return new Look(body, width, negative);
  }

  private Node closing(Node body, int start) {
    if (!take(")")) {
      at = start;
      throw broken("missing ), unterminated subpattern");
    }
    return body;
  }

  private String name(char end) {
    int close = text.indexOf(end, at);
    String name = close < 0 ? "" : text.substring(at, close);
    if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
      throw broken("bad group name '" + name + "'");
    }
    at = close + 1;
    return name;
  }

  private int group(Integer number, String written) {
    if (number == null || !closed.contains(number)) {
      throw broken("no group that " + written + " could repeat");
    }
    return number;
  }

  private Node escape() {
    if (at >= text.length()) {
      throw broken("ends with a backslash");
    }
    char c = text.charAt(at);
    if (c >= '1' && c <= '9') {
      String number = text.substring(at, at + 1);
      at++;
      if (at < text.length() && Character.isDigit(text.charAt(at)) && text.charAt(at) <= '9') {
        number += text.charAt(at++);
      }
      return new Again(group(Integer.valueOf(number), "\\" + number));
    }
    at++;
    return switch (c) {
      case 'A' -> Edge.BEGIN;
      case 'Z' -> Edge.VERY_END;
      case 'b' -> Edge.WORD;
      case 'B' -> Edge.NO_WORD;
      default -> {
        String ranges = ranges(c);
        yield new One(ranges.length() == 2 && ranges.charAt(0) == ranges.charAt(1) ? Characters.one(ranges.charAt(0), anyCase) : new Characters(ranges, false, false));
      }
    };
  }

  /** What an escape stands for, in a set and elsewhere. */
  private String ranges(char c) {
    return switch (c) {
      case 'd' -> Characters.DIGITS;
      case 'D' -> Characters.others(Characters.DIGITS);
      case 'w' -> Characters.WORD;
      case 'W' -> Characters.others(Characters.WORD);
      case 's' -> Characters.SPACE;
      case 'S' -> Characters.others(Characters.SPACE);
      case 'n' -> "\n\n";
      case 'r' -> "\r\r";
      case 't' -> "\t\t";
      case 'f' -> "\f\f";
      default -> {
        if (Character.isLetterOrDigit(c)) {
          throw broken("\\" + c + " is no escape of this dialect");
        }
        yield "" + c + c;
      }
    };
  }

  private Node set(int start) {
    boolean negated = take("^");
    var ranges = new StringBuilder();
    boolean first = true;
    while (at < text.length() && (first || text.charAt(at) != ']')) {
      first = false;
      String low = member();
      boolean range = at + 1 < text.length() && text.charAt(at) == '-' && text.charAt(at + 1) != ']';
      if (!range) {
        ranges.append(low);
        continue;
      }
      at++;
      String high = member();
      if (low.length() != 2 || high.length() != 2 || low.charAt(0) != low.charAt(1) || high.charAt(0) != high.charAt(1) || low.charAt(0) > high.charAt(0)) {
        throw broken("bad character range");
      }
      ranges.append(low.charAt(0)).append(high.charAt(0));
    }
    if (at >= text.length()) {
      at = start;
      throw broken("unterminated character set");
    }
    at++;
    return new One(new Characters(ranges.toString(), negated, anyCase));
  }

  private String member() {
    char c = text.charAt(at++);
    if (c != '\\') {
      return "" + c + c;
    }
    if (at >= text.length()) {
      throw broken("ends with a backslash");
    }
    char escaped = text.charAt(at++);
    return escaped == 'b' ? "\b\b" : ranges(escaped);
  }
}
