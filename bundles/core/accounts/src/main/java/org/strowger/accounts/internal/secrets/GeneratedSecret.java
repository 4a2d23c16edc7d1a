package org.strowger.accounts.internal.secrets;

import java.security.SecureRandom;

/** Passwords that the switch makes: letters and digits that nobody mixes up when reading them aloud. */
public final class GeneratedSecret {

  private static final String LETTERS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ";
  private static final String ALPHABET = LETTERS + "23456789";
  /** 16 of 56 characters: 92 random bits. */
  private static final int LENGTH = 16;
  private static final SecureRandom RANDOM = new SecureRandom();

  private GeneratedSecret() {}

  /** Holds a letter and a digit, as the default password policy asks (spec A.45). */
  public static String next() {
    String secret;
    do {
      secret = RANDOM.ints(LENGTH, 0, ALPHABET.length()).mapToObj(i -> ALPHABET.substring(i, i + 1)).collect(java.util.stream.Collectors.joining());
    } while (secret.chars().noneMatch(Character::isDigit) || secret.chars().noneMatch(Character::isLetter));
    return secret;
  }
}
