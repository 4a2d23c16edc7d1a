package org.strowger.kernel;

final class Ids {

  private Ids() {}

  static void requirePositive(String what, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(what + " must be positive, not " + value);
    }
  }
}
