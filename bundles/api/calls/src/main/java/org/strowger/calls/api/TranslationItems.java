package org.strowger.calls.api;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.PatternSyntaxException;

/** The items of a {@link TranslationRule}: how they are read, and how each works. */
record TranslationItems(List<Item> all) {

  sealed interface Item {}

  record Literal(String number) implements Item {}

  record Substitution(Expression match, List<Piece> replacement, boolean everywhere) implements Item {}

  /** Of a replacement: text, or where that is null what a group captured. */
  record Piece(String text, int group) {}

  static TranslationItems parse(String text) {
    String rest = unquote(text.trim());
    var items = new ArrayList<Item>();
    int at = 0;
    while (at < rest.length()) {
      while (at < rest.length() && (rest.charAt(at) == ' ' || rest.charAt(at) == ';')) {
        at++;
      }
      if (at >= rest.length()) {
        break;
      }
      at = rest.startsWith("s/", at) ? substitution(rest, at, items) : literal(rest, at, items);
    }
    return new TranslationItems(List.copyOf(items));
  }

  /** Some examples of the vendor wrap the list in single quotes. */
  private static String unquote(String text) {
    boolean quoted = text.length() >= 2 && text.startsWith("'") && text.endsWith("'");
    return quoted ? text.substring(1, text.length() - 1) : text;
  }

  private static int literal(String text, int at, List<Item> items) {
    int semicolon = text.indexOf(';', at);
    int end = semicolon < 0 ? text.length() : semicolon;
    String number = text.substring(at, end).trim();
    if (number.chars().anyMatch(c -> c == '/' || c == '\\' || c <= ' ')) {
      throw new IllegalArgumentException("item at character " + (at + 1) + " is neither s/match/replace/ nor a literal number: '" + number + "'");
    }
    items.add(new Literal(number));
    return end;
  }

  private static int substitution(String text, int start, List<Item> items) {
    int matchEnd = slash(text, start + 2);
    int replaceEnd = matchEnd < 0 ? -1 : slash(text, matchEnd + 1);
    if (replaceEnd < 0) {
      throw new IllegalArgumentException("item at character " + (start + 1) + " lacks a slash: s/match/replace/");
    }
    int end = replaceEnd + 1;
    boolean everywhere = end < text.length() && text.charAt(end) == 'g';
    if (everywhere) {
      end++;
    }
    int next = end;
    while (next < text.length() && text.charAt(next) == ' ') {
      next++;
    }
    if (next < text.length() && text.charAt(next) != ';') {
      throw new IllegalArgumentException("after the item at character " + (start + 1) + " stands '" + text.charAt(next) + "' where ; or the end is expected");
    }
    String match = text.substring(start + 2, matchEnd).replace("\\/", "/");
    String replace = text.substring(matchEnd + 1, replaceEnd).replace("\\/", "/");
    Expression expression = compile(match, start);
    items.add(new Substitution(expression, pieces(replace, expression, start), everywhere));
    return next;
  }

  /** Index of the next slash that no backslash escapes. */
  private static int slash(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '/') {
        return i;
      }
    }
    return -1;
  }

  private static Expression compile(String match, int start) {
    try {
      return ExpressionParser.parse(match);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException("expression of the item at character " + (start + 1) + " is broken: " + e.getDescription() + " near character " + (e.getIndex() + 1) + " of '" + match + "'");
    }
  }

  /** {@code \1}, {@code \12}, {@code \g<1>}, {@code \g<name>} and, for the whole match, {@code \g<0>} become groups; everything else stands for itself. */
  private static List<Piece> pieces(String python, Expression expression, int start) {
    var pieces = new ArrayList<Piece>();
    for (int i = 0; i < python.length(); i++) {
      char c = python.charAt(i);
      if (c != '\\') {
        pieces.add(new Piece(String.valueOf(c), 0));
        continue;
      }
      if (i + 1 >= python.length()) {
        throw new IllegalArgumentException("replacement of the item at character " + (start + 1) + " ends with a backslash");
      }
      char next = python.charAt(++i);
      int close = python.startsWith("g<", i) ? python.indexOf('>', i) : -1;
      if (close > 0) {
        pieces.add(new Piece(null, group(python.substring(i + 2, close), expression, start)));
        i = close;
      } else if (isDigit(python, i)) {
        int end = isDigit(python, i + 1) ? i + 2 : i + 1;
        pieces.add(new Piece(null, numbered(python.substring(i, end), python.substring(i, isDigit(python, end) ? end + 1 : end), expression, start)));
        i = end - 1;
      } else {
        pieces.add(new Piece(String.valueOf(next), 0));
      }
    }
    return List.copyOf(pieces);
  }

  private static boolean isDigit(String text, int at) {
    return at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9';
  }

  /**
   * As Python reads a number after a backslash: two digits are one group, and a zero first or three octal digits are a character.
   *
   * @param three the digits with the next one, if there is a third
   */
  private static int numbered(String digits, String three, Expression expression, int start) {
    if (digits.startsWith("0") || three.matches("[0-7]{3}")) {
      throw new IllegalArgumentException("replacement of the item at character " + (start + 1) + " has \\" + three
          + ", which is the octal code of a character to Python; for a group with digits behind it write \\g<1>");
    }
    return group(digits, expression, start);
  }

  private static int group(String name, Expression expression, int start) {
    Integer number = name.matches("[0-9]{1,3}") ? Integer.valueOf(name) : expression.names().get(name);
    if (number == null || number > expression.groups()) {
      throw new IllegalArgumentException("replacement of the item at character " + (start + 1) + " names group \\" + name + ", the expression has " + expression.groups()
          + "; before a digit write \\g<1>");
    }
    return number;
  }

  String apply(String number) {
    var steps = new ExpressionMatch.Steps();
    String current = number;
    for (Item item : all) {
      if (item instanceof Substitution substitution) {
        current = substitute(substitution, bounded("number", current), steps);
      } else {
        current = ((Literal) item).number;
      }
    }
    return all.isEmpty() ? current : bounded("translated number", current);
  }

  private static String bounded(String what, String number) {
    if (number.length() > TranslationRule.MAX_INPUT) {
      throw new TranslationRule.TooHard(what + " of " + number.length() + " characters is longer than " + TranslationRule.MAX_INPUT + ", which translation takes");
    }
    return number;
  }

  private static String substitute(Substitution item, String number, ExpressionMatch.Steps steps) {
    var match = new ExpressionMatch(item.match, number, steps);
    var translated = new StringBuilder();
    int copied = 0;
    boolean empty = false;
    try {
      while (match.find(copied, empty)) {
        translated.append(number, copied, match.start());
        for (Piece piece : item.replacement) {
          steps.take(1);
          translated.append(piece.text != null ? piece.text : match.group(piece.group));
        }
        copied = match.end();
        empty = match.start() == match.end();
        if (!item.everywhere) {
          break;
        }
      }
    } catch (StackOverflowError e) {
      throw new TranslationRule.TooHard("translation item nests too deeply for this number");
    }
    return translated.append(number, copied, number.length()).toString();
  }
}
