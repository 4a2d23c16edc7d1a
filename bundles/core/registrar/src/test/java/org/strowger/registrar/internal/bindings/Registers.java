package org.strowger.registrar.internal.bindings;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.strowger.kernel.HostPort;
import org.strowger.sip.api.ContactAddr;
import org.strowger.sip.api.DigestCredentials;
import org.strowger.sip.api.Flow;
import org.strowger.sip.api.NameAddr;
import org.strowger.sip.api.SipBody;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipRequest;
import org.strowger.sip.api.SipUri;
import org.strowger.sip.api.TransactionId;
import org.strowger.sip.api.Transport;

/** REGISTERs for tests: {@code register("1001").contact("sip:1001@10.0.0.1", "expires=120").header("Expires", "60").request()}. */
public final class Registers {

  public static final Flow NAT = new Flow(Transport.UDP, new HostPort("192.0.2.1", 5060), new HostPort("203.0.113.9", 40001));

  private final String user;
  private final List<ContactAddr> contacts = new ArrayList<>();
  private final List<SipUri> path = new ArrayList<>();
  private SipHeaders headers = SipHeaders.NONE;
  private String callId = "one@phone";
  private Flow flow = NAT;
  private long cseq = 1;
  private String login;
  private String response = "right";

  private Registers(String user) {
    this.user = user;
  }

  public static Registers register(String user) {
    return new Registers(user);
  }

  public Registers contact(String uri, String... parameters) {
    var named = new TreeMap<String, String>();
    for (String parameter : parameters) {
      String[] parts = parameter.split("=", 2);
      named.put(parts[0], parts.length == 1 ? "" : parts[1]);
    }
    contacts.add(new ContactAddr(uri.equals("*") ? null : SipUri.parse(uri), "", named));
    return this;
  }

  public Registers header(String name, String value) {
    headers = headers.with(name, value);
    return this;
  }

  public Registers path(String uri) {
    path.add(SipUri.parse(uri));
    return this;
  }

  public Registers callId(String id, long sequence) {
    callId = id;
    cseq = sequence;
    return this;
  }

  public Registers by(Flow way) {
    flow = way;
    return this;
  }

  public Registers login(String name, String answer) {
    login = name;
    response = answer;
    return this;
  }

  public SipRequest request() {
    SipUri aor = SipUri.parse("sip:" + user + "@switch.example");
    var credentials = new DigestCredentials(login == null ? user : login, "switch", "nonce", "sip:switch.example", response, "MD5", "auth", 1, "00000001", "c", "REGISTER");
    return new SipRequest(new TransactionId(callId + " " + cseq), "REGISTER", SipUri.parse("sip:switch.example"), NameAddr.of(aor), NameAddr.of(aor), callId, cseq, 70,
        contacts, headers, SipBody.NONE, Optional.empty(), Optional.of(credentials), path, flow, 0);
  }

  /** The bindings after a REGISTER that has to be accepted. */
  static List<Bound> accepted(Registration.Outcome outcome) {
    if (outcome instanceof Registration.Accepted accepted) {
      return accepted.bindings();
    }
    throw new AssertionError("refused: " + outcome);
  }

  static Map<String, Integer> expiresByContact(List<ContactAddr> contacts) {
    var expires = new TreeMap<String, Integer>();
    contacts.forEach(contact -> expires.put(contact.uri().toString(), Integer.valueOf(contact.parameters().get("expires"))));
    return expires;
  }
}
