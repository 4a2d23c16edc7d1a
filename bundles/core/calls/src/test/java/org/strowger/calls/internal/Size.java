package org.strowger.calls.internal;

/** How much a scenario does: small in {@code strowger test}, full in {@code strowger soak} ({@code -Dstrowger.size=full}). */
final class Size {

  static final boolean FULL = "full".equals(System.getProperty("strowger.size"));

  private Size() {}

  static int of(int small, int full) {
    return FULL ? full : small;
  }
}
