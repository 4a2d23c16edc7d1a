package org.strowger.soap.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.Violation;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;
import org.xml.sax.helpers.DefaultHandler;

/** Turns what a validator says (its codes are those of XML Schema 1.0, appendix C) into field, value and rule. One for each message. */
final class SchemaWords extends DefaultHandler {

  private static final int MOST = 20;
  private static final int LONGEST_VALUE = 100;
  private static final Pattern EXPECTED = Pattern.compile("\"" + Pattern.quote(org.strowger.soap.internal.xml.Names.NAMESPACE) + "\":([A-Za-z]+)");
  private static final Pattern QUOTED = Pattern.compile("'([^']*)'");
  private static final Pattern CHOICE = Pattern.compile("\\[([A-Z_, ]+)]");

  private final Deque<String> path = new ArrayDeque<>();
  private final StringBuilder text = new StringBuilder();
  private final List<Violation> violations = new ArrayList<>();

  void enter(String element) {
    path.addLast(element);
    text.setLength(0);
  }

  void text(char[] from, int start, int length) {
    text.append(from, start, Math.min(length, Math.max(0, LONGEST_VALUE - text.length())));
  }

  void leave() {
    path.removeLast();
    text.setLength(0);
  }

  /** @throws Refused if there was something */
  void complain() {
    if (!violations.isEmpty()) {
      throw Refused.message(new InvalidInput(violations));
    }
  }

  @Override
  public void error(SAXParseException said) {
    String message = String.valueOf(said.getMessage());
    String code = message.split(":", 2)[0];
    switch (code) {
      case "cvc-complex-type.2.4.a" -> note(field(), null, "does not stand here; what may is " + String.join(", ", others(message)));
      case "cvc-complex-type.2.4.b", "cvc-complex-type.2.4.i", "cvc-complex-type.2.4.j" -> missing(expected(message));
      case "cvc-complex-type.2.4.c", "cvc-complex-type.2.4.d", "cvc-complex-type.2.4.e", "cvc-complex-type.2.4.f" -> note(field(), null, "is not known here");
      case "cvc-complex-type.2.3" -> note(field(), null, "has elements, not text");
      case "cvc-complex-type.3.2.2", "cvc-type.3.1.1" -> note(field(), null, "has no such attribute");
      case "cvc-type.3.1.2" -> note(field(), null, "has text, not elements");
      case "cvc-elt.3.1", "cvc-elt.3.2.1" -> note(field(), null, "can't be nil");
      case "cvc-datatype-valid.1.2.1", "cvc-datatype-valid.1.2.3" -> note(field(), value(), form(quoted(message, 1)));
      case "cvc-maxInclusive-valid" -> note(field(), value(), "is at most " + quoted(message, 2));
      case "cvc-minInclusive-valid" -> note(field(), value(), "is at least " + quoted(message, 2));
      case "cvc-enumeration-valid" -> note(field(), value(), choice(message));
      default -> note(field(), value(), "has the form that the WSDL gives it");
    }
  }

  @Override
  public void fatalError(SAXParseException said) throws SAXException {
    throw said;
  }

  /** Of one element the first fault is the one that says most. */
  private void note(String field, String value, String rule) {
    if (violations.size() < MOST && violations.stream().noneMatch(other -> other.field().equals(field))) {
      violations.add(new Violation(field, value, rule));
    }
  }

  private void missing(List<String> expected) {
    String inside = path.isEmpty() ? "" : field() + ".";
    if (expected.size() == 1) {
      note(inside + expected.get(0), null, "is missing");
    } else {
      note(field(), null, "is not complete: one of " + String.join(", ", expected) + " is missing");
    }
  }

  private String field() {
    return path.isEmpty() ? "message" : String.join(".", path);
  }

  /** Whatever may hold a password or PIN is not said back. */
  private String value() {
    String field = field();
    return field.toLowerCase(java.util.Locale.ROOT).contains("password") || field.startsWith("setting.") ? null : text.toString();
  }

  private static List<String> expected(String message) {
    return EXPECTED.matcher(message).results().map(found -> found.group(1)).distinct().toList();
  }

  private List<String> others(String message) {
    return expected(message).stream().filter(name -> !name.equals(path.peekLast())).toList();
  }

  /** @param fromEnd the value, which stands first, may hold quotes too */
  private static String quoted(String message, int fromEnd) {
    List<String> all = new ArrayList<>();
    Matcher matcher = QUOTED.matcher(message);
    while (matcher.find()) {
      all.add(matcher.group(1));
    }
    return all.size() < fromEnd ? "" : all.get(all.size() - fromEnd);
  }

  private static String choice(String message) {
    Matcher choice = CHOICE.matcher(message);
    String last = null;
    while (choice.find()) {
      last = choice.group(1);
    }
    return last == null ? form("") : "is one of " + last;
  }

  private static String form(String type) {
    return switch (type) {
      case "int", "integer", "long" -> "is a whole number";
      case "decimal" -> "is a plain decimal number";
      case "boolean" -> "is true or false";
      case "dateTime" -> "is a time such as 2026-11-21T12:00:00Z";
      default -> "has the form that the WSDL gives it";
    };
  }
}
