package org.strowger.dncl.internal.numbers;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The tagged files of the Canadian and the US registry: {@code <list type='full' level='all' val=''>},
 * in it {@code <ac val='416'>}, in that {@code <ph val='1234567'/>}. The example that the Canadian
 * registry publishes closes {@code <list …/>} at once and again at the end, and its quotation marks are a
 * printer's; both are read. A parser of XML would refuse that, and would bring entities and documents
 * from elsewhere along: this knows tags, attributes and comments, nothing else.
 */
final class TaggedNumbers implements ListReader.Lines {

  private static final int LONGEST_TAG = 512;
  private static final int LONGEST_COMMENT = 4096;
  private static final int AREA = 3;
  private static final int NUMBER = 7;
  private static final byte[] PLAIN = "ph val=".getBytes(StandardCharsets.US_ASCII);

  private final ListReader.Sink sink;
  private final byte[] tag = new byte[LONGEST_TAG];
  private long line = 1;
  private long octets;
  /** -1 outside of a tag. */
  private int length = -1;
  private boolean listOpen;
  private boolean listSelfClosed;
  private boolean listDone;
  private boolean inComment;
  private int commentLength;
  private int dashes;
  /** Null outside of an area. */
  private String area;
  /** The area's first number. */
  private long areaValue;
  private long plainValue;
  private boolean hopeless;

  TaggedNumbers(ListReader.Sink sink) {
    this.sink = sink;
  }

  @Override
  public void take(int octet) {
    if (hopeless) {
      return;
    }
    if (octet < 0) {
      end();
      return;
    }
    octets++;
    if (octet == '\n') {
      line++;
    }
    if (inComment) {
      comment(octet);
    } else if (length < 0) {
      outside(octet);
    } else {
      inside(octet);
    }
  }

  private void outside(int octet) {
    if (octet == '<') {
      length = 0;
    } else if (octet > ' ' && !(octets <= 3 && (octet == 0xef || octet == 0xbb || octet == 0xbf))) {
      giveUp("", "has text between the tags, where none belongs: " + (octet < 127 ? String.valueOf((char) octet) : String.format("0x%02x", octet)));
    }
  }

  private void inside(int octet) {
    if (octet == '>' && area != null && isPlainNumber()) {
      length = -1;
      sink.add(line, areaValue + plainValue, AREA + NUMBER);
    } else if (octet == '>') {
      String text = new String(tag, 0, length, StandardCharsets.UTF_8);
      length = -1;
      tag(text.strip());
    } else if (length == LONGEST_TAG) {
      giveUp("<" + new String(tag, 0, 20, StandardCharsets.US_ASCII), "is a tag of more than " + LONGEST_TAG + " bytes");
    } else {
      tag[length++] = (byte) octet;
      if (length == 3 && tag[0] == '!' && tag[1] == '-' && tag[2] == '-') {
        length = -1;
        inComment = true;
        commentLength = 0;
        dashes = 0;
      }
    }
  }

  /** Whether the tag is {@code ph val='1234567' /} as nearly all are; then its number is in plainValue, and no text was made of it. */
  private boolean isPlainNumber() {
    int from = PLAIN.length;
    if (length < from + NUMBER + 2 || !Arrays.equals(tag, 0, from, PLAIN, 0, from) || tag[from] != '\'' && tag[from] != '"' || tag[from + NUMBER + 1] != tag[from]) {
      return false;
    }
    plainValue = 0;
    for (int i = from + 1; i <= from + NUMBER; i++) {
      if (tag[i] < '0' || tag[i] > '9') {
        return false;
      }
      plainValue = 10 * plainValue + tag[i] - '0';
    }
    for (int i = from + NUMBER + 2; i < length; i++) {
      if (tag[i] != ' ' && tag[i] != '/') {
        return false;
      }
    }
    return true;
  }

  private void comment(int octet) {
    if (octet == '>' && dashes >= 2) {
      inComment = false;
    } else if (++commentLength > LONGEST_COMMENT) {
      giveUp("<!--", "is a comment of more than " + LONGEST_COMMENT + " bytes");
    }
    dashes = octet == '-' ? dashes + 1 : 0;
  }

  private void tag(String text) {
    if (text.startsWith("!")) {
      giveUp("<" + shortened(text) + ">", "document types, entities and CDATA are not read: remove it");
      return;
    }
    if (text.startsWith("?")) {
      return;
    }
    boolean selfClosed = text.endsWith("/");
    String inner = selfClosed ? text.substring(0, text.length() - 1).stripTrailing() : text;
    int space = firstSpace(inner);
    String name = inner.substring(0, space);
    Map<String, String> attributes = attributes(inner.substring(space));
    switch (name) {
      case "list" -> list(attributes, selfClosed);
      case "/list" -> close();
      case "ac" -> openArea(attributes.get("val"), selfClosed);
      case "/ac" -> {
        if (area == null) {
          giveUp("</ac>", "closes no <ac>");
        }
        area = null;
      }
      case "ph" -> number(attributes.get("val"));
      case "/ph" -> { }
      default -> giveUp("<" + shortened(text) + ">", "is none of <list>, <ac> and <ph>");
    }
  }

  private void list(Map<String, String> attributes, boolean selfClosed) {
    String type = attributes.getOrDefault("type", "full");
    if (listOpen) {
      giveUp("<list>", "is there twice: put one list into one file");
    } else if (!type.equals("full")) {
      giveUp("<list type='" + shortened(type) + "'>", "is no full list: download the full one, not the changes");
    }
    listOpen = true;
    listSelfClosed = selfClosed;
  }

  private void close() {
    if (!listOpen || listDone || area != null) {
      giveUp("</list>", area == null ? "closes no <list>" : "comes before </ac>");
    }
    listDone = true;
  }

  private void openArea(String value, boolean selfClosed) {
    if (!listOpen || listDone || area != null) {
      giveUp("<ac val='" + shortened(String.valueOf(value)) + "'>", "stands outside of a <list>, or in another <ac>");
    } else if (!isDigits(value, AREA)) {
      giveUp("<ac val='" + shortened(String.valueOf(value)) + "'>", "has no area code of " + AREA + " digits in val");
    } else if (!selfClosed) {
      area = value;
      areaValue = 10_000_000L * Long.parseLong(value);
    }
  }

  private void number(String value) {
    if (area == null) {
      giveUp("<ph val='" + shortened(String.valueOf(value)) + "'>", "stands outside of an <ac>");
    } else if (!isDigits(value, NUMBER)) {
      sink.faults.add(line, "<ph val='" + shortened(String.valueOf(value)) + "'>", "has no number of " + NUMBER + " digits in val");
    } else {
      sink.add(line, Long.parseLong(area + value), AREA + NUMBER);
    }
  }

  /** Whether the file came to its end: one that was cut would let numbers pass. */
  private void end() {
    boolean empty = listOpen && listSelfClosed && area == null && !listDone && sink.isEmpty();
    if (length >= 0 || inComment || area != null || !listDone && !empty) {
      sink.faults.add(line, "", "the file ends before " + (area == null ? "</list>" : "</ac>") + ": it was cut; get it again");
    }
  }

  private void giveUp(String what, String rule) {
    if (!hopeless) {
      sink.faults.add(line, what, rule);
    }
    hopeless = true;
  }

  private static boolean isDigits(String value, int count) {
    return value != null && value.length() == count && value.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static int firstSpace(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isWhitespace(text.charAt(i))) {
        return i;
      }
    }
    return text.length();
  }

  /** {@code name='value'} pairs; quotation marks straight or printed. */
  private static Map<String, String> attributes(String text) {
    var found = new LinkedHashMap<String, String>();
    int at = 0;
    while (true) {
      int equals = text.indexOf('=', at);
      int open = equals < 0 ? -1 : quote(text, equals + 1);
      int close = open < 0 ? -1 : quote(text, open + 1);
      if (close < 0) {
        return found;
      }
      found.put(text.substring(at, equals).strip(), text.substring(open + 1, close).strip());
      at = close + 1;
    }
  }

  private static int quote(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      if ("'\"\u2018\u2019\u201c\u201d".indexOf(text.charAt(i)) >= 0) {
        return i;
      }
    }
    return -1;
  }

  private static String shortened(String text) {
    String plain = text.replaceAll("[^ -~]", "?");
    return plain.length() <= 40 ? plain : plain.substring(0, 40) + "…";
  }
}
