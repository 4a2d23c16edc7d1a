package org.strowger.registrar.internal.bindings;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.strowger.sip.api.ContactAddr;
import org.strowger.sip.api.SipRequest;

/**
 * What a REGISTER makes of an account's bindings, RFC 3261 10.3: all of it or nothing. A pure function
 * of both; the same REGISTER again has the same result.
 */
public final class Registration {

  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,10}");
  private static final Pattern Q = Pattern.compile("0(\\.[0-9]{0,3})?|1(\\.0{0,3})?");
  private static final int LONGEST_TEXT = 256;
  private static final int LONGEST_CALL_ID = 512;
  private static final int LONGEST_URI = 1024;

  /** What comes of it. */
  public sealed interface Outcome {}

  /** @param bindings all that are live now, for the 200 */
  public record Accepted(List<Bound> bindings) implements Outcome {
    public Accepted {
      bindings = List.copyOf(bindings);
    }

    /** The contacts of the 200. */
    public List<ContactAddr> contacts(Instant now) {
      return bindings.stream().map(bound -> bound.listed(now)).toList();
    }
  }

  /** @param minExpires for 423, else 0 */
  public record Refused(int status, String reason, int minExpires) implements Outcome {}

  private final SipRequest register;
  private final Limits limits;
  private final Instant now;
  private final List<Bound> bindings = new ArrayList<>();

  private Registration(List<Bound> before, SipRequest register, Limits limits, Instant now) {
    this.register = register;
    this.limits = limits;
    this.now = now;
    before.stream().filter(bound -> bound.isLive(now)).forEach(bindings::add);
  }

  /** @param before bindings of the account, expired ones are passed over */
  public static Outcome of(List<Bound> before, SipRequest register, Limits limits, Instant now) {
    return new Registration(before, register, limits, now).outcome();
  }

  private Outcome outcome() {
    List<ContactAddr> contacts = register.contacts();
    if (register.callId().length() > LONGEST_CALL_ID) {
      return refused(400, "Call-ID Too Long");
    }
    if (contacts.stream().anyMatch(ContactAddr::isStar)) {
      return star(contacts);
    }
    if (contacts.size() > limits.maxContacts()) {
      return refused(400, "Too Many Contacts");
    }
    for (ContactAddr contact : contacts) {
      Refused refused = one(contact);
      if (refused != null) {
        return refused;
      }
    }
    while (bindings.size() > limits.maxContacts()) {
      bindings.remove(bindings.stream().min(Comparator.comparing(Bound::refreshed)).orElseThrow());
    }
    return new Accepted(bindings);
  }

  /** {@code *} stands alone, and only with Expires: 0. */
  private Outcome star(List<ContactAddr> contacts) {
    if (contacts.size() != 1 || !register.headers().first("Expires").map(String::trim).filter("0"::equals).isPresent()) {
      return refused(400, "Contact * Only With Expires 0");
    }
    if (bindings.stream().anyMatch(this::isNewer)) {
      return outOfOrder();
    }
    return new Accepted(List.of());
  }

  private Refused one(ContactAddr contact) {
    if (contact.uri().hostPort() == null || contact.uri().scheme().equals("tel")) {
      return refused(400, "Contact Is No SIP URI");
    }
    if (contact.uri().toString().length() > LONGEST_URI) {
      return refused(400, "Contact Too Long");
    }
    long seconds = seconds(contact);
    if (seconds > 0 && seconds < limits.minExpires()) {
      return new Refused(423, "", limits.minExpires());
    }
    List<Bound> replaced = bindings.stream().filter(bound -> SameUri.same(bound.contact(), contact.uri()) || bound.sameDevice(contact.parameters())).toList();
    if (replaced.stream().anyMatch(this::isNewer)) {
      return outOfOrder();
    }
    bindings.removeAll(replaced);
    if (seconds > 0) {
      bindings.add(bound(contact, Math.min(seconds, limits.maxExpires())));
    }
    return null;
  }

  private Bound bound(ContactAddr contact, long seconds) {
    var kept = new LinkedHashMap<String, String>();
    contact.parameters().entrySet().stream().filter(p -> !p.getKey().equals("expires")).sorted(Map.Entry.comparingByKey())
        .filter(p -> p.getKey().length() + p.getValue().length() <= LONGEST_TEXT).limit(16).forEach(p -> kept.put(p.getKey(), p.getValue()));
    String agent = register.headers().first("User-Agent").orElse("");
    return new Bound(contact.uri(), cut(contact.displayName()), kept, register.path(), register.flow(), q(contact), now.plusSeconds(seconds), now,
        register.callId(), register.cseq(), cut(agent));
  }

  /** Contact's own, else the header's, else the default; a malformed one counts as absent (RFC 3261 10.3, 20.19). */
  private long seconds(ContactAddr contact) {
    String own = contact.parameters().get("expires");
    String asked = own != null ? own : register.headers().first("Expires").orElse("");
    return SECONDS.matcher(asked.trim()).matches() ? Long.parseLong(asked.trim()) : limits.defaultExpires();
  }

  private static int q(ContactAddr contact) {
    String text = contact.parameters().getOrDefault("q", "1").trim();
    if (!Q.matcher(text).matches()) {
      return 1000;
    }
    String[] parts = (text + ".").split("\\.", -1);
    return Integer.parseInt(parts[0]) * 1000 + Integer.parseInt((parts[1] + "000").substring(0, 3));
  }

  /**
   * The binding is of a later REGISTER of the same client. The same CSeq is the same REGISTER again,
   * which changes nothing.
   */
  private boolean isNewer(Bound bound) {
    return bound.callId().equals(register.callId()) && bound.cseq() > register.cseq();
  }

  private static Refused outOfOrder() {
    return refused(400, "CSeq Out Of Order");
  }

  private static Refused refused(int status, String reason) {
    return new Refused(status, reason, 0);
  }

  private static String cut(String text) {
    String clean = text.replaceAll("\\p{Cntrl}", " ");
    return clean.length() > LONGEST_TEXT ? clean.substring(0, LONGEST_TEXT) : clean;
  }
}
