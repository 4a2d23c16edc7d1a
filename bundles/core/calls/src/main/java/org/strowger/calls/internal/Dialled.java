package org.strowger.calls.internal;

import java.util.regex.Pattern;

/**
 * The user part of a URI as a number. People write separators into numbers that networks do not see (RFC 3966 5.1.1); whoever prices or refuses by
 * prefix must not see them either: {@code 1-900} is {@code 1900}.
 */
final class Dialled {

  private static final Pattern SEPARATORS = Pattern.compile("[-.() ]");
  private static final Pattern NUMBER = Pattern.compile("\\+?[0-9*#]+");
  /** What rates and routes have prefixes for. Letters count as written; a separator within would hide the prefix. */
  private static final Pattern PRICEABLE = Pattern.compile("\\+?[0-9A-Za-z*#]+|[A-Za-z][0-9A-Za-z+*#._-]*");

  private Dialled() {}

  /** What is wrong with it at first sight, before anybody is asked; null if nothing is. */
  static String flaw(String what, String user) {
    return user.chars().anyMatch(Character::isISOControl) ? "a control character in the " + what : null;
  }

  /** Without a control character: what is kept and shown of a message that is refused. */
  static String shown(String user) {
    return flaw("", user) == null ? user : user.codePoints().map(c -> Character.isISOControl(c) ? '?' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
  }

  /** Without parameters of the user part, RFC 3261 19.1.6: no name and no number has any. */
  static String name(String user) {
    int parameters = user.indexOf(';');
    return parameters < 0 ? user : user.substring(0, parameters);
  }

  /** Without separators, if that is a number; else as it is. */
  static String number(String name) {
    String bare = SEPARATORS.matcher(name).replaceAll("");
    return bare.length() < name.length() && NUMBER.matcher(bare).matches() ? bare : name;
  }

  /** Whether a price by prefix is the price of what will be dialled. */
  static boolean isPriceable(String cld) {
    return PRICEABLE.matcher(cld).matches();
  }
}
