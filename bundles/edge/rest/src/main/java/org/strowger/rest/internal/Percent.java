package org.strowger.rest.internal;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the encoded parts of a URI (RFC 3986), strictly: what is not UTF-8 is refused, not guessed. */
final class Percent {

  private Percent() {}

  /** @param path raw, with or without the slash at its start; one at its end is passed over */
  static List<String> segments(String path) {
    var segments = new ArrayList<String>();
    String inner = path.startsWith("/") ? path.substring(1) : path;
    inner = inner.endsWith("/") ? inner.substring(0, inner.length() - 1) : inner;
    if (!inner.isEmpty()) {
      for (String segment : inner.split("/", -1)) {
        segments.add(decode("path", segment, false));
      }
    }
    return segments;
  }

  /** @param query raw; null if there is none */
  static Map<String, String> query(String query) {
    var parameters = new LinkedHashMap<String, String>();
    if (query == null || query.isEmpty()) {
      return parameters;
    }
    for (String pair : query.split("&")) {
      int equals = pair.indexOf('=');
      String name = decode("query", equals < 0 ? pair : pair.substring(0, equals), true);
      String value = equals < 0 ? "" : decode(name, pair.substring(equals + 1), true);
      if (!pair.isEmpty() && parameters.put(name, value) != null) {
        throw Refusal.invalid(name, value, "is given once");
      }
    }
    return parameters;
  }

  private static String decode(String field, String text, boolean plusIsSpace) {
    if (text.indexOf('%') < 0 && text.indexOf('+') < 0) {
      return text;
    }
    var bytes = new ByteArrayOutputStream(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%') {
        int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
        int low = high < 0 ? -1 : Character.digit(text.charAt(i + 2), 16);
        if (low < 0) {
          throw Refusal.invalid(field, text, "is percent-encoded UTF-8");
        }
        bytes.write(high << 4 | low);
        i += 2;
      } else {
        byte[] plain = String.valueOf(c == '+' && plusIsSpace ? ' ' : c).getBytes(StandardCharsets.UTF_8);
        bytes.write(plain, 0, plain.length);
      }
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
    } catch (CharacterCodingException e) {
      throw Refusal.invalid(field, text, "is percent-encoded UTF-8");
    }
  }
}
