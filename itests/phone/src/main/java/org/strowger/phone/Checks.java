package org.strowger.phone;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The rules that one message must keep by itself; answers the broken ones. */
final class Checks {

  private static final int MAX_FORWARDS = 255;
  private static final Set<String> TARGETING = Set.of("INVITE", "SUBSCRIBE", "REFER", "UPDATE");

  private Checks() {}

  /** A broken rule and what stood there. */
  record Broken(String rule, String detail) {}

  static List<Broken> message(SipMessage message) {
    var broken = new ArrayList<Broken>();
    for (String name : List.of("Via", "From", "To", "Call-ID", "CSeq")) {
      if (message.header(name).isEmpty()) {
        broken.add(new Broken("header " + name + " is mandatory (RFC 3261 8.1.1)", "absent"));
      }
    }
    if (!broken.isEmpty()) {
      return broken;
    }
    addresses(message, broken);
    if (broken.isEmpty()) {
      if (message.isRequest()) {
        request(message, broken);
      } else {
        response(message, broken);
      }
    }
    if (message.body().length > 0 && message.header("Content-Type").isEmpty()) {
      broken.add(new Broken("a body has a Content-Type (RFC 3261 20.15)", message.body().length + " bytes without"));
    }
    return broken;
  }

  private static void addresses(SipMessage message, List<Broken> broken) {
    for (String name : List.of("From", "To", "Contact", "Route", "Record-Route", "P-Asserted-Identity")) {
      for (String value : message.headers(name)) {
        if (name.equals("Contact") && value.equals("*")) {
          continue;
        }
        attempt(name, value, NameAddr::parse, broken);
      }
    }
    message.headers("Via").forEach(value -> attempt("Via", value, Via::parse, broken));
    message.headers("CSeq").forEach(value -> attempt("CSeq", value, CSeq::parse, broken));
  }

  private interface Parse {
    Object parse(String text) throws SipSyntaxException;
  }

  private static void attempt(String name, String value, Parse parse, List<Broken> broken) {
    try {
      parse.parse(value);
    } catch (SipSyntaxException e) {
      broken.add(new Broken("header " + name + " has its grammar (RFC 3261 25)", e.getMessage()));
    }
  }

  private static void request(SipMessage request, List<Broken> broken) {
    if (!request.cseq().method().equals(request.method())) {
      broken.add(new Broken("CSeq names the request's method (RFC 3261 8.1.1.5)", request.cseq().toString()));
    }
    if (request.from().tag().isEmpty()) {
      broken.add(new Broken("From has a tag (RFC 3261 8.1.1.3)", request.header("From").orElse("")));
    }
    String hops = request.header("Max-Forwards").orElse("absent");
    if (!hops.matches("\\d{1,3}") || Integer.parseInt(hops) > MAX_FORWARDS) {
      broken.add(new Broken("a request has Max-Forwards, 0 to 255 (RFC 3261 8.1.1.6)", hops));
    }
    String branch = request.via().branch();
    if (!branch.startsWith(Via.COOKIE) || branch.length() == Via.COOKIE.length()) {
      broken.add(new Broken("the branch begins with the magic cookie and is longer (RFC 3261 8.1.1.7)", "'" + branch + "'"));
    }
    int contacts = request.headers("Contact").size();
    if (TARGETING.contains(request.method()) && contacts != 1) {
      broken.add(new Broken(request.method() + " has exactly one Contact (RFC 3261 8.1.1.8, 12.2.1.1)", contacts + " contacts"));
    }
    if (request.method().equals("ACK") && request.headers("Require").size() > 0) {
      broken.add(new Broken("ACK has no Require that INVITE had not (RFC 3261 8.2.2.3)", request.headers("Require").toString()));
    }
  }

  private static void response(SipMessage response, List<Broken> broken) {
    if (response.headers("Via").size() != 1) {
      broken.add(new Broken("a response reaches us with our Via only (RFC 3261 8.1.3.3)", response.headers("Via").toString()));
    }
    if (response.status() > 100 && response.to().tag().isEmpty()) {
      broken.add(new Broken("every response but 100 has a To tag (RFC 3261 8.2.6.2)", response.header("To").orElse("")));
    }
    if (!response.method().equals("INVITE")) {
      return;
    }
    boolean success = response.status() / 100 == 2;
    boolean early = response.status() > 100 && response.status() < 200;
    int contacts = response.headers("Contact").size();
    if (success && contacts != 1 || early && response.header("RSeq").isPresent() && contacts != 1) {
      broken.add(new Broken("a response that makes a dialog has one Contact (RFC 3261 12.1.1)", contacts + " contacts"));
    }
    if (response.header("RSeq").isPresent() != (response.lists("Require", "100rel") && early) && early) {
      broken.add(new Broken("a reliable provisional has RSeq and Require: 100rel (RFC 3262 3)", response.headers().toString()));
    }
  }

  /** What a response must repeat of its request. */
  static List<Broken> answer(SipMessage request, SipMessage response) {
    var broken = new ArrayList<Broken>();
    for (String name : List.of("Call-ID", "CSeq")) {
      if (!request.header(name).equals(response.header(name))) {
        broken.add(new Broken("a response repeats " + name + " (RFC 3261 8.2.6.2)",
            response.header(name).orElse("") + " for " + request.header(name).orElse("")));
      }
    }
    if (!request.from().uri().equals(response.from().uri()) || !request.from().tag().equals(response.from().tag())) {
      broken.add(new Broken("a response repeats From (RFC 3261 8.2.6.2)", response.from() + " for " + request.from()));
    }
    String tag = request.to().tag();
    if (!request.to().uri().equals(response.to().uri()) || !tag.isEmpty() && !tag.equals(response.to().tag())) {
      broken.add(new Broken("a response repeats To, with its tag if it had one (RFC 3261 8.2.6.2)",
          response.to() + " for " + request.to()));
    }
    Via sent = request.via();
    Via back = response.via();
    if (!SipUri.sameHost(sent.host(), back.host()) || sent.port() != back.port() || !sent.transport().equals(back.transport())) {
      broken.add(new Broken("a response repeats Via (RFC 3261 8.2.6.2)", back + " for " + sent));
    }
    return broken;
  }
}
