package org.strowger.sip.api;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.strowger.kernel.HostPort;
import org.strowger.kernel.InvalidInput;

/** Reads and prints {@link SipUri}. */
final class SipUriText {

  private static final int LONGEST = 1024;
  /** RFC 3261 25.1: unreserved and user-unreserved. */
  private static final String PLAIN_IN_USER = "-_.!~*'()&=+$,;?/";

  private SipUriText() {}

  static String print(SipUri uri) {
    var out = new StringBuilder(48).append(uri.scheme()).append(':');
    if (uri.hostPort() == null) {
      out.append(uri.user());
    } else {
      if (!uri.user().isEmpty()) {
        escape(uri.user(), out);
        out.append('@');
      }
      HostPort at = uri.hostPort();
      out.append(at.isV6() ? "[" + at.host() + "]" : at.host());
      if (at.port() != 0) {
        out.append(':').append(at.port());
      }
    }
    uri.parameters().forEach((name, value) -> {
      out.append(';').append(name);
      if (!value.isEmpty()) {
        out.append('=').append(value);
      }
    });
    if (!uri.headers().isEmpty()) {
      out.append('?').append(uri.headers());
    }
    return out.toString();
  }

  static SipUri parse(String text) {
    if (text == null || text.length() > LONGEST || holdsDelimiter(text)) {
      throw invalid(text);
    }
    int colon = text.indexOf(':');
    String scheme = colon < 0 ? "" : text.substring(0, colon).toLowerCase(Locale.ROOT);
    String rest = text.substring(colon + 1);
    return switch (scheme) {
      case "tel" -> tel(text, rest);
      case "sip", "sips" -> sip(text, scheme, rest);
      default -> throw invalid(text);
    };
  }

  private static boolean holdsDelimiter(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c == '<' || c == '>' || c == '"' || c == 127) {
        return true;
      }
    }
    return false;
  }

  private static SipUri tel(String text, String rest) {
    int semicolon = rest.indexOf(';');
    String number = semicolon < 0 ? rest : rest.substring(0, semicolon);
    if (number.isEmpty()) {
      throw invalid(text);
    }
    return new SipUri("tel", number, null, semicolon < 0 ? Map.of() : parameters(rest.substring(semicolon + 1)));
  }

  private static SipUri sip(String text, String scheme, String rest) {
    int at = rest.lastIndexOf('@');
    String user = at < 0 ? "" : rest.substring(0, at);
    int password = user.indexOf(':');
    String name = password < 0 ? user : user.substring(0, password);
    String after = rest.substring(at + 1);
    int question = after.indexOf('?');
    String noHeaders = question < 0 ? after : after.substring(0, question);
    int semicolon = noHeaders.indexOf(';');
    String host = semicolon < 0 ? noHeaders : noHeaders.substring(0, semicolon);
    String headers = question < 0 ? "" : after.substring(question + 1);
    if (host.isEmpty()) {
      throw invalid(text);
    }
    try {
      return new SipUri(scheme, unescape(text, name), HostPort.parse(host, 0), semicolon < 0 ? Map.of() : parameters(noHeaders.substring(semicolon + 1)), headers);
    } catch (InvalidInput e) {
      throw invalid(text);
    }
  }

  private static Map<String, String> parameters(String text) {
    var found = new LinkedHashMap<String, String>();
    for (String one : text.split(";", -1)) {
      if (!one.isEmpty()) {
        int equals = one.indexOf('=');
        String name = equals < 0 ? one : one.substring(0, equals);
        found.putIfAbsent(name.toLowerCase(Locale.ROOT), equals < 0 ? "" : one.substring(equals + 1));
      }
    }
    return found;
  }

  private static void escape(String user, StringBuilder out) {
    for (byte b : user.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      if (c < 128 && (Character.isLetterOrDigit(c) || PLAIN_IN_USER.indexOf(c) >= 0)) {
        out.append(c);
      } else {
        out.append('%').append(String.format("%02X", (int) c));
      }
    }
  }

  private static String unescape(String whole, String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    var bytes = new ByteArrayOutputStream(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '%') {
        bytes.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
        continue;
      }
      int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
      int low = i + 2 < text.length() ? Character.digit(text.charAt(i + 2), 16) : -1;
      if (high < 0 || low < 0) {
        throw invalid(whole);
      }
      bytes.write(high << 4 | low);
      i += 2;
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static InvalidInput invalid(String text) {
    return new InvalidInput("uri", text, "is a sip, sips or tel URI such as sip:alice@example.org");
  }
}
