package org.strowger.calls.api;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** The items of a {@link TranslationRule}: how they are read, and how each works. */
record TranslationItems(List<Item> all) {

  sealed interface Item {}

  record Literal(String number) implements Item {}

  record Substitution(Pattern match, String replacement, boolean everywhere) implements Item {}

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
    Pattern pattern = compile(match, start);
    items.add(new Substitution(pattern, javaReplacement(replace, pattern, start), everywhere));
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

  private static Pattern compile(String match, int start) {
    try {
      return Pattern.compile(PythonDialect.toJava(match));
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException("expression of the item at character " + (start + 1) + " is broken: " + e.getDescription() + " near character " + (e.getIndex() + 1) + " of '" + match + "'");
    } catch (StackOverflowError e) {
      throw new IllegalArgumentException("expression of the item at character " + (start + 1) + " is nested too deeply");
    }
  }

  /** {@code \1} and {@code \g<1>} become groups; everything else stands for itself. */
  private static String javaReplacement(String python, Pattern pattern, int start) {
    int groups = pattern.matcher("").groupCount();
    var java = new StringBuilder();
    for (int i = 0; i < python.length(); i++) {
      char c = python.charAt(i);
      if (c != '\\') {
        java.append(Matcher.quoteReplacement(String.valueOf(c)));
        continue;
      }
      if (i + 1 >= python.length()) {
        throw new IllegalArgumentException("replacement of the item at character " + (start + 1) + " ends with a backslash");
      }
      char next = python.charAt(++i);
      if (!Character.isDigit(next)) {
        java.append(Matcher.quoteReplacement(String.valueOf(next)));
        continue;
      }
      int group = next - '0';
      if (group == 0 || group > groups) {
        throw new IllegalArgumentException("replacement of the item at character " + (start + 1) + " names group \\" + group + ", the expression has " + groups);
      }
      // A backslash keeps a digit that follows out of the group: \1 then 5 would be read as \15.
      java.append("$").append(group).append(followedByDigit(python, i) ? "\\" : "");
    }
    return java.toString();
  }

  private static boolean followedByDigit(String text, int i) {
    return i + 1 < text.length() && Character.isDigit(text.charAt(i + 1));
  }

  String apply(String number) {
    if (all.isEmpty()) {
      return number;
    }
    String current = number;
    for (Item item : all) {
      current = item instanceof Literal literal ? literal.number : substitute((Substitution) item, current);
    }
    return current;
  }

  private static String substitute(Substitution item, String number) {
    if (number.length() > TranslationRule.MAX_INPUT) {
      throw new TranslationRule.TooHard("number of " + number.length() + " characters is longer than " + TranslationRule.MAX_INPUT + ", which translation takes");
    }
    Matcher matcher = item.match.matcher(new CountedText(number, new CountedText.Steps(TranslationRule.MAX_STEPS)));
    try {
      return item.everywhere ? matcher.replaceAll(item.replacement) : matcher.replaceFirst(item.replacement);
    } catch (StackOverflowError e) {
      throw new TranslationRule.TooHard("translation item nests too deeply for this number");
    }
  }
}
