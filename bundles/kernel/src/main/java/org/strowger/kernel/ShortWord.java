package org.strowger.kernel;

/** 64 bits as a word a person can read over the telephone: Crockford base 32, no I, L, O or U. */
final class ShortWord {

  private static final String DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
  private static final int MAX_LENGTH = 13;

  private ShortWord() {}

  static String print(long value) {
    if (value == 0) {
      return "0";
    }
    var word = new StringBuilder(MAX_LENGTH);
    for (long rest = value; rest != 0; rest >>>= 5) {
      word.append(DIGITS.charAt((int) (rest & 31)));
    }
    return word.reverse().toString();
  }

  static long parse(String what, String word) {
    if (word == null || word.isEmpty() || word.length() > MAX_LENGTH) {
      throw new InvalidInput(what, word, "is one short word of letters and digits");
    }
    long value = 0;
    for (int i = 0; i < word.length(); i++) {
      int digit = DIGITS.indexOf(canonical(word.charAt(i)));
      if (digit < 0 || (value >>> 59) != 0) {
        throw new InvalidInput(what, word, "is one short word of letters and digits, without i, l, o or u");
      }
      value = value << 5 | digit;
    }
    return value;
  }

  private static char canonical(char c) {
    return switch (c) {
      case 'o', 'O' -> '0';
      case 'i', 'I', 'l', 'L' -> '1';
      default -> Character.toLowerCase(c);
    };
  }
}
