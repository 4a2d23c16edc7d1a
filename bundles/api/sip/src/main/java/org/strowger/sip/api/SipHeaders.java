package org.strowger.sip.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The headers that the stack does not own, in order, values unparsed: everything but Via, From, To,
 * Call-ID, CSeq, Max-Forwards, Contact, Route, Record-Route, Content-Length, Content-Type,
 * Authorization and the challenges. Names compare without case; compact forms are given long.
 * Immutable.
 */
public record SipHeaders(List<Header> all) {

  public static final SipHeaders NONE = new SipHeaders(List.of());

  /** One header line, the value without CR and LF. */
  public record Header(String name, String value) {
    public Header {
      if (value.indexOf('\r') >= 0 || value.indexOf('\n') >= 0 || !name.chars().allMatch(c -> c > ' ' && c < 127 && c != ':')) {
        throw new IllegalArgumentException("a header is one line: " + name);
      }
    }
  }

  public SipHeaders {
    all = List.copyOf(all);
  }

  public static SipHeaders of(String name, String value) {
    return NONE.with(name, value);
  }

  public Optional<String> first(String name) {
    return all.stream().filter(h -> h.name().equalsIgnoreCase(name)).map(Header::value).findFirst();
  }

  public List<String> values(String name) {
    return all.stream().filter(h -> h.name().equalsIgnoreCase(name)).map(Header::value).toList();
  }

  /** Whether a comma-separated header such as Supported or Require holds {@code token}. */
  public boolean lists(String name, String token) {
    return values(name).stream().flatMap(v -> java.util.Arrays.stream(v.split(","))).anyMatch(v -> v.trim().toLowerCase(Locale.ROOT).equals(token));
  }

  /** These and one more. */
  public SipHeaders with(String name, String value) {
    var more = new ArrayList<>(all);
    more.add(new Header(name, value));
    return new SipHeaders(more);
  }

  /** These, with every header of that name replaced by one. */
  public SipHeaders set(String name, String value) {
    return without(name).with(name, value);
  }

  public SipHeaders without(String name) {
    return new SipHeaders(all.stream().filter(h -> !h.name().equalsIgnoreCase(name)).toList());
  }

  /** Only those of these names. */
  public SipHeaders only(java.util.Collection<String> names) {
    return new SipHeaders(all.stream().filter(h -> names.stream().anyMatch(n -> n.equalsIgnoreCase(h.name()))).toList());
  }
}
