package org.strowger.dncl.internal.numbers;

/** One number a line: digits, and punctuation that is dropped. Letters, byte order marks and wildcards are refused. */
final class TextLines implements ListReader.Lines {

  private static final int LONGEST = 256;
  private static final String WILDCARDS = "*?%#_[]^$|\\";

  private final ListReader.Sink sink;
  private final Line line = new Line();
  private int length;
  private long value;
  private int digits;
  private String fault;

  TextLines(ListReader.Sink sink) {
    this.sink = sink;
  }

  @Override
  public void take(int octet) {
    if (octet == '\n' || octet < 0) {
      end();
      return;
    }
    length++;
    if (octet >= '0' && octet <= '9') {
      line.take(octet);
      // More digits than a number has are counted, no longer kept.
      value = digits < NumberList.MOST_DIGITS ? 10 * value + octet - '0' : value;
      digits++;
    } else if (octet != '\r') {
      line.take(octet);
      other(octet);
    }
  }

  private void other(int octet) {
    if (fault != null) {
      return;
    }
    if (octet >= 'A' && octet <= 'Z' || octet >= 'a' && octet <= 'z') {
      fault = "has the letter " + (char) octet + "; a number is digits: remove it, or choose the format that the file has";
    } else if (line.number == 1 && length == 1 && (octet == 0xef || octet == 0xfe || octet == 0xff)) {
      fault = "starts with a byte order mark: save the file as plain text without BOM";
    } else if (octet >= 127 || octet < ' ' && octet != '\t') {
      fault = "has the byte " + String.format("0x%02x", octet) + "; a list is plain ASCII: save it so";
    } else if (WILDCARDS.indexOf(octet) >= 0) {
      fault = "has the character " + (char) octet + "; there are no wildcards: write every number out";
    }
  }

  private void end() {
    if (fault == null && length > LONGEST) {
      fault = "is longer than " + LONGEST + " characters";
    }
    if (fault == null && digits == 0 && !line.text().isEmpty()) {
      fault = "has no digit";
    }
    if (fault == null && digits > NumberList.MOST_DIGITS) {
      fault = "has " + digits + " digits; a number has at most " + NumberList.MOST_DIGITS;
    }
    if (fault != null) {
      sink.faults.add(line.number, line.text(), fault);
    } else if (digits > 0) {
      sink.add(line.number, value, digits);
    }
    line.next();
    length = 0;
    value = 0;
    digits = 0;
    fault = null;
  }
}
