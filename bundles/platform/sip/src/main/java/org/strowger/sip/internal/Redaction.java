package org.strowger.sip.internal;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A message as a trace may show it: without what a password could be guessed from, without passwords in addresses, without keys of media, and
 * without any body but SDP (an INFO carries the digits of a PIN, a MESSAGE what people write). Lines that anybody sent are indented, so
 * that none looks like a line of ours.
 */
final class Redaction {

  private static final String HIDDEN = "***";
  private static final String INDENT = "    ";
  private static final Set<String> AUTHENTICATION = Set.of("authorization", "proxy-authorization", "www-authenticate", "proxy-authenticate", "authentication-info",
      "proxy-authentication-info");
  /** Of digest these are no secrets (RFC 7616 3.4); whatever else stands there is hidden. */
  private static final Set<String> SHOWN = Set.of("username", "realm", "uri", "algorithm", "qop", "nc", "stale", "nonce", "domain", "opaque", "userhash");
  private static final Pattern PARAMETER = Pattern.compile("([A-Za-z0-9_.!%*+`'~-]+)\\s*=\\s*(\"(?:[^\"\\\\]|\\\\.)*+(?:\"|$)|[^,\\s\"]*)");
  private static final Pattern PASSWORD_IN_URI = Pattern.compile("(?i)(sips?:[^@\\s<>\":]*+):[^@\\s<>\"]*+@");
  private static final Pattern LINE = Pattern.compile("\r\n|\n|\r");

  private Redaction() {}

  /** @return lines that end with a line feed each */
  static String of(byte[] message) {
    String text = new String(message, StandardCharsets.UTF_8);
    var out = new StringBuilder(text.length() + 200);
    int body = bodyAt(text);
    List<String> head = unfolded(text.substring(0, body < 0 ? text.length() : body));
    String type = "";
    for (String line : head) {
      String name = name(line);
      if (name.equals("content-type") || name.equals("c")) {
        type = line.substring(line.indexOf(':') + 1).strip();
      }
      print(AUTHENTICATION.contains(name) ? authentication(line) : PASSWORD_IN_URI.matcher(line).replaceAll("$1:" + HIDDEN + "@"), out);
    }
    if (body >= 0 && body < text.length()) {
      print("", out);
      body(type, text.substring(body), out);
    }
    return out.toString();
  }

  /** Behind the empty line; -1 if there is none. */
  private static int bodyAt(String text) {
    var line = LINE.matcher(text);
    int before = -1;
    while (line.find()) {
      if (line.start() == before) {
        return line.end();
      }
      before = line.end();
    }
    return -1;
  }

  /** A line that begins with a blank belongs to the one before (RFC 3261 7.3.1). */
  private static List<String> unfolded(String head) {
    var lines = new ArrayList<String>();
    for (String line : LINE.split(head)) {
      boolean folded = !line.isEmpty() && (line.charAt(0) == ' ' || line.charAt(0) == '\t');
      if (folded && !lines.isEmpty()) {
        lines.set(lines.size() - 1, lines.get(lines.size() - 1) + line);
      } else {
        lines.add(line);
      }
    }
    return lines;
  }

  private static String name(String line) {
    int colon = line.indexOf(':');
    return colon < 0 ? "" : line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
  }

  private static String authentication(String line) {
    int colon = line.indexOf(':');
    String name = line.substring(0, colon + 1);
    String value = line.substring(colon + 1).strip();
    if (name(line).endsWith("-info")) {
      return name + " " + parameters(value);
    }
    String[] words = value.split("\\s+", 2);
    return words.length == 2 && words[0].equalsIgnoreCase("Digest") ? name + " " + words[0] + " " + parameters(words[1]) : name + " " + HIDDEN;
  }

  /** Only what is understood to be no secret is repeated. */
  private static String parameters(String value) {
    var shown = new ArrayList<String>();
    var parameter = PARAMETER.matcher(value);
    while (parameter.find()) {
      boolean secret = !SHOWN.contains(parameter.group(1).toLowerCase(Locale.ROOT));
      shown.add(parameter.group(1) + "=" + (secret ? HIDDEN : parameter.group(2)));
    }
    return shown.isEmpty() ? HIDDEN : String.join(", ", shown);
  }

  private static void body(String type, String body, StringBuilder out) {
    if (!type.toLowerCase(Locale.ROOT).matches("application/sdp\\s*(;.*)?")) {
      print("(" + body.length() + " characters of " + (type.isEmpty() ? "no type" : type) + " are not shown)", out);
      return;
    }
    for (String line : LINE.split(body)) {
      String lower = line.toLowerCase(Locale.ROOT).strip();
      boolean key = lower.startsWith("k=") || lower.startsWith("a=crypto") || lower.startsWith("a=ice-pwd") || lower.startsWith("a=key-mgmt");
      print(key ? line.strip().split("[:=]", 2)[0] + "=" + HIDDEN : line, out);
    }
  }

  private static void print(String line, StringBuilder out) {
    out.append(INDENT);
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      out.append(Character.isISOControl(c) && c != '\t' ? '?' : c);
    }
    out.append('\n');
  }
}
