package org.strowger.scenarios;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Breaks messages in the ways that broken and ill-meaning peers do; the same seed breaks them in the same way. One thread. */
final class Mutation {

  private static final int MOST_CHANGES = 4;
  private static final int MOST_INSERTED = 3000;
  private static final String[] TOKENS = {"\0", "\r\n", "\r\n\r\n", "\n", "%00", "%", "\"", "<", ">", ";", ",", ":", "@", "sip:", "[::1]", "-1", "0", "2147483648", "4294967296",
    "99999999999999999999", ";lr", ";tag=", ";branch=z9hG4bK", ";received=256.0.0.1", "\u00e9\u4e2d", "\ufeff", "${jndi:ldap://x}", "' or 1=1 --", "\t", " ", "Content-Length: 5\r\n", "Via: x\r\n",
    "m=audio 0 RTP/AVP\r\n", "a=", "c=IN IP6 ::\r\n", "v=0\r\n"};

  private final Random random;

  Mutation(Random random) {
    this.random = random;
  }

  /** One to four changes. @param another what is spliced into it at times */
  byte[] of(byte[] message, byte[] another) {
    byte[] changed = message;
    for (int i = random.nextInt(MOST_CHANGES); i >= 0; i--) {
      changed = change(changed, another);
    }
    return changed;
  }

  /** The same of what follows the head, which it leaves as it is but for the length that it names. */
  byte[] ofBody(byte[] message, byte[] another) {
    String text = new String(message, StandardCharsets.ISO_8859_1);
    int head = text.indexOf("\r\n\r\n") + 4;
    byte[] body = of(Arrays.copyOfRange(message, head, message.length), another);
    String renamed = text.substring(0, head).replaceFirst("(?i)(\r\n(?:Content-Length|l)\\s*: *)\\d+", "$1" + body.length);
    return joined(renamed.getBytes(StandardCharsets.ISO_8859_1), body);
  }

  /** Text of a body. */
  String ofText(String body) {
    return new String(of(body.getBytes(StandardCharsets.ISO_8859_1), body.getBytes(StandardCharsets.ISO_8859_1)), StandardCharsets.ISO_8859_1);
  }

  private byte[] change(byte[] message, byte[] another) {
    if (message.length < 2) {
      return another;
    }
    int at = random.nextInt(message.length);
    int length = 1 + random.nextInt(Math.min(message.length, random.nextBoolean() ? 8 : 400));
    int end = Math.min(message.length, at + length);
    return switch (random.nextInt(12)) {
      case 0, 1 -> flipped(message);
      case 2 -> joined(Arrays.copyOf(message, at), Arrays.copyOfRange(message, end, message.length)); // a part is missing
      case 3 -> joined(Arrays.copyOf(message, end), Arrays.copyOfRange(message, at, message.length)); // a part is there twice
      case 4, 5 -> inserted(message, at, TOKENS[random.nextInt(TOKENS.length)].getBytes(StandardCharsets.UTF_8));
      case 6 -> inserted(message, at, repeated());
      case 7 -> Arrays.copyOf(message, at); // cut
      case 8 -> joined(Arrays.copyOf(message, at), Arrays.copyOfRange(another, random.nextInt(another.length), another.length));
      case 9 -> lines(message);
      case 10 -> number(message);
      default -> new String(message, StandardCharsets.ISO_8859_1).replace("\r\n", random.nextBoolean() ? "\n" : "\r").getBytes(StandardCharsets.ISO_8859_1);
    };
  }

  private byte[] flipped(byte[] message) {
    byte[] copy = message.clone();
    for (int i = random.nextInt(8); i >= 0; i--) {
      copy[random.nextInt(copy.length)] = (byte) random.nextInt(256);
    }
    return copy;
  }

  private byte[] repeated() {
    byte[] run = new byte[random.nextInt(MOST_INSERTED)];
    Arrays.fill(run, (byte) TOKENS[random.nextInt(TOKENS.length)].charAt(0));
    return run;
  }

  private static byte[] inserted(byte[] message, int at, byte[] part) {
    return joined(joined(Arrays.copyOf(message, at), part), Arrays.copyOfRange(message, at, message.length));
  }

  /** One line more, less, or elsewhere. */
  private byte[] lines(byte[] message) {
    List<String> lines = new ArrayList<>(Arrays.asList(new String(message, StandardCharsets.ISO_8859_1).split("\r\n", -1)));
    String line = lines.get(random.nextInt(lines.size()));
    switch (random.nextInt(3)) {
      case 0 -> lines.remove(line);
      case 1 -> lines.add(random.nextInt(lines.size()), line);
      default -> {
        lines.remove(line);
        lines.add(random.nextInt(lines.size() + 1), line);
      }
    }
    return String.join("\r\n", lines).getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Another number in the place of one that is there. */
  private byte[] number(byte[] message) {
    String text = new String(message, StandardCharsets.ISO_8859_1);
    int at = random.nextInt(text.length());
    while (at < text.length() && !Character.isDigit(text.charAt(at))) {
      at++;
    }
    int end = at;
    while (end < text.length() && Character.isDigit(text.charAt(end))) {
      end++;
    }
    String[] others = {"", "-1", "0", "65536", "2147483648", "99999999999999999999", "1e9", "0x10", "0".repeat(300) + "1"};
    return (text.substring(0, at) + others[random.nextInt(others.length)] + text.substring(end)).getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] joined(byte[] one, byte[] other) {
    var all = new ByteArrayOutputStream(one.length + other.length);
    all.writeBytes(one);
    all.writeBytes(other);
    return all.toByteArray();
  }
}
