package org.strowger.kernel.data;

import java.util.Locale;

/** Whether an unknown field may be a secret under a wrong name: then its value is not answered. */
final class MistypedSecret {

  private static final int LETTERS = 2;

  private MistypedSecret() {}

  /** Within two letters of a secret's name, whatever the case, or something that is called a password. */
  static boolean is(Schema schema, String name) {
    String given = name.toLowerCase(Locale.ROOT);
    return given.contains("pass") || given.contains("pwd") || given.contains("secret")
        || schema.fields().stream().filter(FieldSchema::secret).anyMatch(field -> apart(given, field.name().toLowerCase(Locale.ROOT)) <= LETTERS);
  }

  /** How many letters must be put in, taken out or changed (Levenshtein); more than two if the lengths say so already. */
  private static int apart(String one, String other) {
    if (Math.abs(one.length() - other.length()) > LETTERS) {
      return LETTERS + 1;
    }
    int[] above = new int[other.length() + 1];
    for (int j = 0; j < above.length; j++) {
      above[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int[] row = new int[above.length];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int changed = above[j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(changed, 1 + Math.min(above[j], row[j - 1]));
      }
      above = row;
    }
    return above[other.length()];
  }
}
