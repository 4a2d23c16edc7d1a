package org.strowger.phone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A SIP phone for tests: strict with what it receives, obedient in what it sends, and it keeps everything. Independent of any SIP
 * library. Several hundred calls at once with two threads (one receives, one keeps the timers). Methods may be called from any
 * thread; functions given to {@link #onCall} and {@link #onRequest} run under the phone's lock and must not wait.
 */
public final class Phone implements AutoCloseable {

  private final Settings settings;
  private final Agent agent;
  private final ArrayDeque<IncomingCall> incoming = new ArrayDeque<>();
  private final ArrayDeque<IncomingCall> untaken = new ArrayDeque<>();
  private final String registrationId = Agent.token();
  private final String registrationTag = Agent.token();
  private long received;
  private long registrationCseq;
  private Function<IncomingCall, Behaviour> script = call -> Behaviour.manual();
  private Function<SipMessage, SipMessage> responder = request -> null;

  private Phone(Settings settings, Transport transport) {
    this.settings = settings;
    this.agent = new Agent(settings, transport, this::newcomer);
  }

  public static Builder builder() {
    return new Builder();
  }

  // registration and other requests

  /** REGISTER of this phone's Contact; answers the final response, whatever it is. Waits at most 64 × T1 and a second. */
  public SipMessage register(Duration expires) {
    SipMessage response = registration(expires, m -> m).await(limit());
    if (response.status() == 200) {
      List<String> ours = response.headers("Contact").stream().filter(c -> c.contains("<" + agent.contactUri() + ">")).toList();
      boolean timed = ours.stream().allMatch(c -> c.toLowerCase(java.util.Locale.ROOT).contains(";expires="));
      if (ours.isEmpty() != expires.isZero() || !timed) {
        agent.run(() -> agent.violation("the 200 to REGISTER lists the bindings there are, each with expires (RFC 3261 10.3)",
            response.headers("Contact").toString(), response));
      }
    }
    return response;
  }

  /** REGISTER with a last change by the test; waits for nothing. All of them have one Call-ID and rising CSeq (RFC 3261 10.2). */
  public Exchange registration(Duration expires, UnaryOperator<SipMessage> edit) {
    String aor = "<sip:" + settings.user() + "@" + domain() + ">";
    return agent.locked(() -> {
      SipMessage request = SipMessage.request("REGISTER", "sip:" + domain()).with("Max-Forwards", "70")
          .with("From", aor + ";tag=" + registrationTag).with("To", aor).with("Call-ID", registrationId)
          .with("Contact", "<" + agent.contactUri() + ">").with("Expires", Long.toString(expires.toSeconds()));
      return new Exchange(agent, false, () -> ++registrationCseq, NOBODY).start(edit.apply(request));
    });
  }

  public SipMessage unregister() {
    return register(Duration.ZERO);
  }

  /** OPTIONS to the server; answers the final response. */
  public SipMessage options() {
    return request("OPTIONS", "sip:" + domain(), m -> m.with("Accept", "application/sdp")).await(limit());
  }

  /** A request outside any dialog; waits for nothing. */
  public Exchange request(String method, String uri, UnaryOperator<SipMessage> edit) {
    return agent.locked(() -> {
      var cseq = new long[1];
      SipMessage request = SipMessage.request(method, uri).with("Max-Forwards", "70").with("From", from() + ";tag=" + Agent.token())
          .with("To", "<" + uri + ">").with("Call-ID", Agent.token()).with("Contact", "<" + agent.contactUri() + ">");
      return new Exchange(agent, false, () -> ++cseq[0], NOBODY).start(edit.apply(request));
    });
  }

  /**
   * Sends a request once more as a new transaction: same credentials (nonce, nc, cnonce, response), but new Via branch and Call-ID.
   * What somebody does who has listened in. A challenge is not answered.
   */
  public Exchange replay(SipMessage request) {
    return agent.locked(() -> {
      var headers = new ArrayList<SipMessage.Header>();
      headers.add(new SipMessage.Header("Via", agent.via()));
      request.headers().stream().filter(h -> !h.name().equalsIgnoreCase("Via")).forEach(headers::add);
      SipMessage copy = new SipMessage(request.method(), request.uri(), 0, null, headers, request.body())
          .withOnly("Call-ID", Agent.token());
      return new Exchange(agent, false, () -> 1, NOBODY).startAsIs(copy);
    });
  }

  /** Sends bytes as they are to the server. */
  public void sendRaw(byte[] bytes) {
    if (settings.server() == null) {
      throw new IllegalStateException("this phone has no server: use sendRaw(bytes, to)");
    }
    sendRaw(bytes, settings.server());
  }

  /** Sends bytes as they are; they are not in the trace, what comes back is. */
  public void sendRaw(byte[] bytes, InetSocketAddress to) {
    try {
      agent.transport().flow(to).send(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final Exchange.Listener NOBODY = new Exchange.Listener() {
    @Override
    public void response(SipMessage response) {
      // the exchange keeps it
    }

    @Override
    public void failed(String why) {
      // the exchange keeps it
    }
  };

  // calls

  /** Calls a user of the server's domain, or a whole URI. */
  public OutgoingCall call(String target) {
    return call(target, CallOptions.standard());
  }

  public OutgoingCall call(String target, CallOptions options) {
    String uri = target.startsWith("sip:") || target.startsWith("sips:") || target.startsWith("tel:") ? target : "sip:" + target + "@" + domain();
    return agent.locked(() -> {
      var call = new OutgoingCall(agent, options);
      call.start(uri, from());
      return call;
    });
  }

  /** What is done with each incoming call; the default is {@link Behaviour#manual()}. */
  public Phone onCall(Function<IncomingCall, Behaviour> behaviour) {
    agent.run(() -> script = behaviour);
    return this;
  }

  public Phone onCall(Behaviour behaviour) {
    return onCall(call -> behaviour);
  }

  /**
   * Answers requests outside dialogs that are no INVITE; null leaves a request to the phone (OPTIONS 200, others 405). The function
   * answers {@code SipMessage.response(status, reason)} with headers and body; Via and the rest are put to it.
   */
  public Phone onRequest(Function<SipMessage, SipMessage> answer) {
    agent.run(() -> responder = answer);
    return this;
  }

  /** Waits for the next incoming call that was not taken yet. */
  public IncomingCall awaitIncoming(Duration limit) {
    return agent.await("an incoming call", limit, untaken::poll);
  }

  /** How many calls came in, those included that are not kept any more. */
  public long received() {
    return agent.locked(() -> received);
  }

  /** How many calls, in and out, are answered and not ended. */
  public long up() {
    return agent.up();
  }

  /** The latest incoming calls, taken or not. */
  public List<IncomingCall> incoming() {
    return agent.locked(() -> List.copyOf(incoming));
  }

  private void newcomer(ServerTransaction transaction) {
    SipMessage request = transaction.request();
    if (settings.server() == null && settings.challenger() != null && !request.method().equals("OPTIONS")
        || settings.server() != null && settings.challenger() != null && request.method().equals("INVITE")) {
      Challenger challenger = settings.challenger();
      if (!challenger.accepts(request)) {
        int status = challenger.status();
        String phrase = status == 401 ? "Unauthorized" : "Proxy Authentication Required";
        transaction.respond(challenger.challenge(transaction.reply(status, phrase, Agent.token())));
        return;
      }
    }
    if (request.method().equals("INVITE")) {
      var call = new IncomingCall(agent, transaction);
      received++;
      keep(incoming, call);
      keep(untaken, call);
      call.play(script.apply(call));
      return;
    }
    respond(transaction, request);
  }

  private void keep(ArrayDeque<IncomingCall> calls, IncomingCall call) {
    if (calls.size() >= settings.keep()) {
      calls.removeFirst();
    }
    calls.add(call);
  }

  private void respond(ServerTransaction transaction, SipMessage request) {
    SipMessage scripted = responder.apply(request);
    if (scripted == null) {
      boolean options = request.method().equals("OPTIONS");
      scripted = SipMessage.response(options ? 200 : 405, options ? "OK" : "Method Not Allowed").with("Allow", Call.ALLOW);
    }
    SipMessage reply = transaction.reply(scripted.status(), scripted.reason(), Agent.token());
    var headers = new ArrayList<>(reply.headers());
    headers.addAll(scripted.headers());
    transaction.respond(new SipMessage(null, null, scripted.status(), scripted.reason(), headers, scripted.body()));
  }

  // what was seen

  /** The latest 5,000 messages. */
  public List<TraceEntry> trace() {
    return agent.journal().entries();
  }

  public String print() {
    return agent.journal().print();
  }

  /** The rules others broke, in all that this phone received. */
  public List<Violation> violations() {
    return agent.journal().violations();
  }

  /** Fails when a rule was broken. */
  public void assertClean() {
    if (!violations().isEmpty()) {
      throw new AssertionError(settings.user() + " saw broken rules: " + violations() + "\n" + print());
    }
  }

  /** How many messages came more than once. */
  public long receivedAgain() {
    return agent.journal().receivedAgain();
  }

  /** How many messages this phone has repeated. */
  public long sentAgain() {
    return agent.journal().sentAgain();
  }

  /** Losing messages on purpose. */
  public Faults faults() {
    return agent.faults();
  }

  /** The address it listens at. */
  public InetSocketAddress local() {
    return agent.transport().local();
  }

  /** The URI of its Contact; another phone can call it directly. */
  public String uri() {
    return agent.contactUri();
  }

  public String user() {
    return settings.user();
  }

  private String from() {
    return "<sip:" + settings.user() + "@" + domain() + ">";
  }

  private String domain() {
    return settings.domain() == null ? agent.hostPort() : settings.domain();
  }

  private Duration limit() {
    return settings.timeout().plusSeconds(1);
  }

  /** Ends threads and sockets; sends nothing: hang up first what should be hung up. */
  @Override
  public void close() {
    agent.close();
  }

  /** Begins with UDP on a free port of 127.0.0.1, T1 500 ms, T2 4 s, retransmission on. */
  public static final class Builder {

    private String user = "phone";
    private String authUser;
    private String password;
    private TransportKind transport = TransportKind.UDP;
    private String local = "127.0.0.1:0";
    private String server;
    private Duration t1 = Duration.ofMillis(500);
    private Duration t2 = Duration.ofSeconds(4);
    private boolean retransmit = true;
    private Digest.Algorithm algorithm;
    private boolean reuseNonce;
    private boolean obeyRetryAfter;
    private boolean rport = true;
    private Challenger challenger;
    private int keep = 5_000;

    private Builder() {}

    public Builder user(String name) {
      user = name;
      return this;
    }

    /** The user name in credentials, when it is another than {@link #user}. */
    public Builder authUser(String name) {
      authUser = name;
      return this;
    }

    /** Without a password challenges are not answered. */
    public Builder password(String secret) {
      password = secret;
      return this;
    }

    public Builder transport(TransportKind kind) {
      transport = kind;
      return this;
    }

    /** host:port to listen at, port 0 for a free one, brackets around an IPv6 address. */
    public Builder local(String hostPort) {
      local = hostPort;
      return this;
    }

    /** host:port of the server; without it requests go to the address of their URI. */
    public Builder server(String hostPort) {
      server = hostPort;
      return this;
    }

    /** Timer T1; a test shortens it to see retransmissions sooner. */
    public Builder t1(Duration value) {
      t1 = value;
      return this;
    }

    /** Timer T2. */
    public Builder t2(Duration value) {
      t2 = value;
      return this;
    }

    /** False: nothing is repeated, so that a lost message shows. */
    public Builder retransmit(boolean on) {
      retransmit = on;
      return this;
    }

    /** Answers only challenges of this algorithm; the default is the first one known (RFC 8760 2.4). */
    public Builder algorithm(Digest.Algorithm chosen) {
      algorithm = chosen;
      return this;
    }

    /** Sends credentials for the last nonce with the next nc at once, without waiting for a challenge. */
    public Builder reuseNonce(boolean on) {
      reuseNonce = on;
      return this;
    }

    /** Sends a request outside of dialogs again after a 503, when its Retry-After is over (RFC 3261 21.5.4). */
    public Builder obeyRetryAfter(boolean on) {
      obeyRetryAfter = on;
      return this;
    }

    /** False: asks for no answers where it sends from (RFC 3581). */
    public Builder rport(boolean on) {
      rport = on;
      return this;
    }

    /** Challenges incoming INVITEs; a phone without a server challenges every request but OPTIONS. */
    public Builder challenger(Challenger asks) {
      challenger = asks;
      return this;
    }

    /** How many calls with their traces are kept, the default is 5,000; the oldest go first. About 30 KB each. */
    public Builder keep(int calls) {
      keep = calls;
      return this;
    }

    public Phone build() {
      try {
        InetSocketAddress at = address(local);
        Transport made = transport == TransportKind.UDP ? new UdpTransport(at) : new TcpTransport(at);
        return new Phone(new Settings(user, authUser == null ? user : authUser, password, server, transport,
            server == null ? null : address(server), t1, t2, retransmit, algorithm, reuseNonce, obeyRetryAfter, rport, challenger, keep),
            made);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot listen at " + local + ": " + e.getMessage(), e);
      }
    }

    private static InetSocketAddress address(String hostPort) throws UnknownHostException {
      try {
        SipUri.HostPort parsed = SipUri.HostPort.parse(hostPort);
        return new InetSocketAddress(InetAddress.getByName(parsed.host()), parsed.port());
      } catch (SipSyntaxException e) {
        throw new IllegalArgumentException("an address is host:port: " + e.getMessage(), e);
      }
    }
  }
}
