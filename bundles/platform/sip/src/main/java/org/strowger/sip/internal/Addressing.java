package org.strowger.sip.internal;

import gov.nist.javax.sip.address.AddressImpl;
import gov.nist.javax.sip.header.AddressParametersHeader;
import gov.nist.javax.sip.header.Contact;
import gov.nist.javax.sip.header.ContactList;
import gov.nist.javax.sip.header.Via;
import gov.nist.javax.sip.header.ViaList;
import gov.nist.javax.sip.parser.ContactParser;
import gov.nist.javax.sip.parser.FromParser;
import gov.nist.javax.sip.parser.ViaParser;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.strowger.kernel.InvalidInput;
import org.strowger.sip.api.ContactAddr;
import org.strowger.sip.api.NameAddr;
import org.strowger.sip.api.SipUri;

/** Address headers, read with JAIN-SIP's parsers into our records, and printed. */
final class Addressing {

  private static final int LAST_PORT = 65_535;

  private Addressing() {}

  static Via via(String value) throws BadMessage {
    Via via;
    try {
      via = (Via) ((ViaList) new ViaParser("Via: " + value + "\n").parse()).getFirst();
    } catch (ParseException | RuntimeException e) {
      throw new BadMessage(400, "Bad Via");
    }
    if (via.getPort() > LAST_PORT) {
      // the parser lets it pass; answers go there
      throw new BadMessage(400, "Bad Via");
    }
    return via;
  }

  /** @param header From or To, for the phrase only: both have one grammar */
  static NameAddr nameAddr(String header, String value) throws BadMessage {
    PlainAddress plain = PlainAddress.of(value);
    if (plain != null && (plain.rest().isEmpty() || plain.tag() != null)) {
      return new NameAddr("", plain.uri(), Optional.ofNullable(plain.tag()));
    }
    angles(value, header);
    try {
      var read = (AddressParametersHeader) new FromParser("From: " + value + "\n").parse();
      var address = (AddressImpl) read.getAddress();
      return new NameAddr(display(address), uri(address).withoutHeaders(), Optional.ofNullable(read.getParameter("tag")).filter(tag -> !tag.isEmpty()));
    } catch (ParseException | RuntimeException e) {
      throw new BadMessage(400, "Bad " + header);
    }
  }

  /** No blanks inside of angle brackets (RFC 4475 3.1.2.14). */
  private static void angles(String value, String header) throws BadMessage {
    int quote = value.lastIndexOf('"');
    int open = value.indexOf('<', Math.max(0, quote));
    int close = open < 0 ? -1 : value.indexOf('>', open);
    if (close > open + 1 && (value.charAt(open + 1) <= ' ' || value.charAt(close - 1) <= ' ')) {
      throw new BadMessage(400, "Bad " + header);
    }
  }

  static List<ContactAddr> contacts(List<String> values) throws BadMessage {
    if (values.isEmpty()) {
      return List.of();
    }
    var all = new ArrayList<ContactAddr>(values.size());
    for (String value : values) {
      all.add(contact(value));
    }
    return all;
  }

  private static ContactAddr contact(String value) throws BadMessage {
    if (value.trim().equals("*")) {
      return new ContactAddr(null, "", Map.of());
    }
    PlainAddress plain = PlainAddress.of(value);
    if (plain != null && plain.rest().isEmpty()) {
      return new ContactAddr(plain.uri(), "", Map.of());
    }
    angles(value, "Contact");
    if (value.indexOf('<') < 0 && value.indexOf('?') >= 0) {
      // RFC 3261 20.10: a URI with headers needs angle brackets
      throw new BadMessage(400, "Bad Contact");
    }
    try {
      var read = (Contact) ((ContactList) new ContactParser("Contact: " + value + "\n").parse()).getFirst();
      var address = (AddressImpl) read.getAddress();
      var parameters = new LinkedHashMap<String, String>();
      for (Iterator<String> names = read.getParameterNames(); names.hasNext(); ) {
        String name = names.next();
        String found = read.getParameter(name);
        parameters.put(name.toLowerCase(Locale.ROOT), found == null ? "" : found);
      }
      return new ContactAddr(uri(address), display(address), parameters);
    } catch (ParseException | RuntimeException e) {
      throw new BadMessage(400, "Bad Contact");
    }
  }

  /** The URI of a Route, Record-Route or Path value. */
  static SipUri routeUri(String value) throws BadMessage {
    int open = value.indexOf('<');
    int close = value.indexOf('>', open + 1);
    try {
      return SipUri.parse(open >= 0 && close > open ? value.substring(open + 1, close) : value.trim()).withoutHeaders();
    } catch (InvalidInput e) {
      throw new BadMessage(400, "Bad Route");
    }
  }

  private static SipUri uri(AddressImpl address) {
    return SipUri.parse(address.getURI().toString());
  }

  private static String display(AddressImpl address) {
    String name = address.getDisplayName();
    if (name == null || name.isEmpty()) {
      return "";
    }
    String bare = name.length() > 1 && name.charAt(0) == '"' && name.endsWith("\"") ? name.substring(1, name.length() - 1) : name.trim();
    if (bare.indexOf('\\') < 0) {
      return bare;
    }
    var out = new StringBuilder(bare.length());
    for (int i = 0; i < bare.length(); i++) {
      if (bare.charAt(i) == '\\' && i + 1 < bare.length()) {
        i++;
      }
      out.append(bare.charAt(i));
    }
    return out.toString();
  }

  /** {@code "Name" <uri>} with that tag, or none if it is null. */
  static String print(NameAddr address, String tag) {
    var out = new StringBuilder(80);
    display(address.displayName(), out);
    out.append('<').append(address.uri().withoutHeaders()).append('>');
    if (tag != null) {
      out.append(";tag=").append(tag);
    }
    return out.toString();
  }

  static String print(ContactAddr contact) {
    if (contact.isStar()) {
      return "*";
    }
    var out = new StringBuilder(80);
    display(contact.displayName(), out);
    out.append('<').append(contact.uri()).append('>');
    contact.parameters().forEach((name, value) -> {
      out.append(';').append(name);
      if (!value.isEmpty()) {
        boolean plain = value.chars().allMatch(c -> c > ' ' && c < 127 && "\"<>;,=:/?@[]{}()\\".indexOf(c) < 0);
        if (plain) {
          out.append('=').append(value);
        } else {
          out.append("=\"");
          escape(value, out);
          out.append('"');
        }
      }
    });
    return out.toString();
  }

  private static void display(String name, StringBuilder out) {
    if (!name.isEmpty()) {
      out.append('"');
      escape(name, out);
      out.append("\" ");
    }
  }

  private static void escape(String text, StringBuilder out) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\');
      }
      // a line end in a name must never become a header of its own
      out.append(c < ' ' ? ' ' : c);
    }
  }

  /** Splits at commas that are neither quoted nor in angle brackets. */
  static void split(String value, List<String> into) {
    int from = 0;
    boolean quoted = false;
    boolean angle = false;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (quoted) {
        if (c == '\\') {
          i++;
        } else if (c == '"') {
          quoted = false;
        }
      } else if (c == '"') {
        quoted = true;
      } else if (c == '<') {
        angle = true;
      } else if (c == '>') {
        angle = false;
      } else if (c == ',' && !angle) {
        into.add(value.substring(from, i).trim());
        from = i + 1;
      }
    }
    into.add(value.substring(from).trim());
  }
}
