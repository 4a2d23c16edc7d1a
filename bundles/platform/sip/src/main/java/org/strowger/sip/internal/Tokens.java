package org.strowger.sip.internal;

import java.security.SecureRandom;

/** Tags, branches and Call-IDs that nobody guesses. Draws random bytes in blocks: one draw costs microseconds. */
final class Tokens {

  private static final char[] LETTERS = "0123456789abcdefghijklmnopqrstuv".toCharArray();
  private final SecureRandom random = new SecureRandom();
  private final byte[] block = new byte[1024];
  private int at = block.length;

  /** {@code length} letters of 5 bits each. */
  synchronized String next(int length) {
    char[] out = new char[length];
    for (int i = 0; i < length; i++) {
      if (at == block.length) {
        random.nextBytes(block);
        at = 0;
      }
      out[i] = LETTERS[block[at++] & 31];
    }
    return new String(out);
  }

  String tag() {
    return next(12);
  }

  String branch() {
    return "z9hG4bK" + next(16);
  }

  String callId() {
    return next(24);
  }
}
