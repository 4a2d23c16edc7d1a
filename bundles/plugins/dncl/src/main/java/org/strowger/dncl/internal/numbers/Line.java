package org.strowger.dncl.internal.numbers;

/** The start of a line, for the person who has to find it. */
final class Line {

  private static final int SHOWN = 40;

  private final StringBuilder text = new StringBuilder(SHOWN + 1);
  long number = 1;

  void take(int octet) {
    if (text.length() < SHOWN) {
      text.append(octet >= ' ' && octet < 127 ? (char) octet : '?');
    } else if (text.length() == SHOWN) {
      text.append('…');
    }
  }

  void next() {
    number++;
    text.setLength(0);
  }

  String text() {
    return text.toString().strip();
  }
}
