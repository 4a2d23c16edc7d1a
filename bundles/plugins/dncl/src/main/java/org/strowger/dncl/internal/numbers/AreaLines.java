package org.strowger.dncl.internal.numbers;

/** {@code 416,1234567} a line and nothing else: what stands there besides would be a change list. */
final class AreaLines implements ListReader.Lines {

  private static final int AREA = 3;
  private static final int NUMBER = 7;

  private final ListReader.Sink sink;
  private final Line line = new Line();
  private int length;
  private long value;
  private int digits;
  private int commas;
  private boolean broken;

  AreaLines(ListReader.Sink sink) {
    this.sink = sink;
  }

  @Override
  public void take(int octet) {
    if (octet == '\n' || octet < 0) {
      end();
      return;
    }
    if (octet == '\r') {
      return;
    }
    length++;
    line.take(octet);
    if (octet >= '0' && octet <= '9') {
      value = digits < NumberList.MOST_DIGITS ? 10 * value + octet - '0' : value;
      digits++;
    } else if (octet == ',' && digits == AREA) {
      commas++;
    } else {
      broken = true;
    }
  }

  private void end() {
    if (length > 0) {
      if (!broken && commas == 1 && digits == AREA + NUMBER) {
        sink.add(line.number, value, digits);
      } else {
        sink.faults.add(line.number, line.text(), "is no area,number: three digits, a comma, seven digits, without a byte order mark; download the full list, not the changes");
      }
    }
    line.next();
    length = 0;
    value = 0;
    digits = 0;
    commas = 0;
    broken = false;
  }
}
