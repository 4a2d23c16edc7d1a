package org.strowger.sip.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.kernel.HostPort;
import org.strowger.kernel.Meter;
import org.strowger.kernel.OncePerMinute;
import org.strowger.kernel.Time;
import org.strowger.sip.api.DialogId;
import org.strowger.sip.api.Flow;
import org.strowger.sip.api.OutgoingRequest;
import org.strowger.sip.api.SipAnswer;
import org.strowger.sip.api.SipBody;
import org.strowger.sip.api.SipClient;
import org.strowger.sip.api.SipClient.Failure;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipStack;
import org.strowger.sip.api.SipUri;
import org.strowger.sip.api.TransactionId;
import org.strowger.sip.api.Transport;
import org.strowger.sip.internal.admission.Admission;
import org.strowger.sip.spi.SipUser;

/**
 * The stack between {@link #open} and {@link #close}: its threads, ports and tables. Every table entry
 * is put by a transaction or dialog and taken out by its own end.
 */
final class Engine implements SipStack {

  private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
  static final long LONGEST_RINGING_MILLIS = 15 * 60_000;
  /** A refused digest is answered so long after its request came, whatever was looked up for it. */
  static final long REFUSAL_NANOS = 300_000_000L;
  /** The same for a login that was wrong from there again and again: who tries one password after the other is slower for it. */
  static final long LATE_REFUSAL_NANOS = 1_200_000_000L;
  private static final long WATCH_MILLIS = 2000;

  final SipSettings settings;
  final Time time;
  final Users users;
  final Tokens tokens = new Tokens();
  final Digests digests;
  final Workers workers;
  final Wheel wheel;
  final Map<DialogId, Dialog> dialogs = new ConcurrentHashMap<>();
  final ServerTable servers;
  final Refusals refusals = new Refusals(this);
  private final Map<String, ClientTx> clients = new ConcurrentHashMap<>();
  private final Map<TransactionId, Outgoing> outgoings = new ConcurrentHashMap<>();
  private final AtomicLong serial = new AtomicLong();
  private final Names names;
  final Intake intake;
  private volatile Thread clock;
  private final Thread watch;
  private final LongAdder reopened;
  private final LongAdder revived;
  final LongAdder lostAcks;
  final LongAdder repeats;
  final LongAdder forksDropped;
  final LongAdder challenges;
  final LongAdder stateless;
  /** Requests whose credentials were made for somebody else. */
  final LongAdder elsewhere;
  /** Requests to phones that went back over the flow, or nowhere, as what they name must not be called. */
  private final LongAdder unfit;
  final OncePerMinute complaints;
  final String server;
  final String userAgent;
  final String allow = "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, REGISTER, UPDATE, PRACK, INFO\r\n";
  /** What a 200 to OPTIONS says. */
  final String abilities = allow + "Accept: application/sdp\r\nSupported: 100rel, timer, path\r\n";
  /** How the To tags of answers begin that leave no state: their ACKs need not be read. No other tag of ours holds a full stop. */
  final String statelessTag = "s." + tokens.next(8);
  final SipTrace trace;
  final Admission admission;
  final Targets targets;
  volatile Ports ports;
  private volatile boolean running = true;

  Engine(SipSettings settings, Time time, Users users, Meter meter, SipTrace trace, Admission admission, TrunkHosts trunks) {
    this.settings = settings;
    this.admission = admission;
    this.targets = new Targets(trunks, admission, settings.advertised(), () -> ports);
    this.servers = new ServerTable(admission, settings.maxMessage());
    this.trace = trace;
    this.time = time;
    this.users = users;
    this.digests = new Digests(settings.realm(), settings.algorithms(), settings.firstAlgorithmOnly(), new Nonces(time, settings.realm(), settings.nonceLifetime()));
    this.lostAcks = meter.counter("ack.lost");
    this.repeats = meter.counter("request.repeated");
    this.forksDropped = meter.counter("fork.dropped");
    this.challenges = meter.counter("challenge.sent");
    this.stateless = meter.counter("answer.stateless");
    this.elsewhere = meter.counter("digest.elsewhere");
    this.unfit = meter.counter("contact.unfit");
    this.complaints = new OncePerMinute(time);
    this.server = settings.serverName().isEmpty() ? "" : "Server: " + Wire.oneLine(settings.serverName()) + "\r\n";
    this.userAgent = settings.serverName().isEmpty() ? "" : "User-Agent: " + Wire.oneLine(settings.serverName()) + "\r\n";
    this.intake = new Intake(this, meter);
    this.workers = new Workers(settings.workers(), time, meter, intake::handle);
    this.wheel = new Wheel(time, workers);
    this.names = new Names(time, (millis, task) -> wheel.in(millis, "", task));
    this.reopened = meter.counter("listener.reopened");
    this.revived = meter.counter("thread.revived");
    this.clock = clock();
    this.watch = new Thread(this::watch, "sip-watch");
    watch.setDaemon(true);
    meter.gauge("dialogs", dialogs::size);
    meter.gauge("transactions.server", servers.byId::size);
    meter.gauge("transactions.server.bytes", servers::bytes);
    meter.gauge("refusals", refusals::size);
    meter.gauge("transactions.client", clients::size);
    meter.gauge("timers", wheel::size);
    meter.gauge("worker.age.ms", () -> TimeUnit.NANOSECONDS.toMillis(workers.age()));
    meter.gauge("connections", () -> ports == null ? 0 : ports.connections());
    meter.gauge("connections.owed.bytes", () -> ports == null ? 0 : ports.owed());
    workers.start();
    clock.start();
    watch.start();
  }

  private Thread clock() {
    var thread = new Thread(this::tick, "sip-clock");
    thread.setDaemon(true);
    return thread;
  }

  private void tick() {
    while (running) {
      try {
        wheel.rest();
        wheel.turn();
      } catch (InterruptedException e) {
        return;
      } catch (Throwable e) {
        Threads.survive(() -> LOG.error("the SIP clock stumbled, going on", e));
      }
    }
  }

  private void watch() {
    while (running) {
      try {
        synchronized (watch) {
          watch.wait(WATCH_MILLIS);
        }
        look();
      } catch (InterruptedException e) {
        return;
      } catch (Throwable e) {
        Threads.survive(() -> LOG.error("the watch over the SIP ports stumbled, going on", e));
      }
    }
  }

  /** Opens ports again that no longer read, and puts new threads in the place of those that ended. */
  void look() {
    Ports open = ports;
    if (open != null) {
      reopened.add(open.look());
    }
    int threads = workers.revive();
    if (running && !clock.isAlive()) {
      clock = clock();
      clock.start();
      threads++;
    }
    if (threads > 0) {
      revived.add(threads);
      LOG.error("{} SIP threads had ended and were replaced", threads);
    }
  }

  /** @throws org.strowger.kernel.StrowgerException naming the port that is taken */
  void open() {
    ports = Ports.open(settings, time, admission, intake::arrived);
  }

  void close() {
    running = false;
    Ports open = ports;
    ports = null;
    if (open != null) {
      open.close();
    }
    watch.interrupt();
    Threads.join(watch);
    clock.interrupt();
    Threads.join(clock);
    workers.stop();
    names.stop();
    wheel.clear();
    refusals.clear();
    servers.clear();
    List.of(dialogs, clients, outgoings).forEach(Map::clear);
  }

  // --- what transactions ask of it

  Optional<SipUser> user(String method) {
    return users.of(method);
  }

  void send(byte[] bytes, Flow flow, Runnable failed) {
    send(bytes, flow, null, failed);
  }

  /** @param otherwise where the peer is to be connected to if its connection is gone; null for where it came from */
  void send(byte[] bytes, Flow flow, HostPort otherwise, Runnable failed) {
    Ports open = ports;
    if (open == null) {
      failed.run();
    } else {
      trace.sent(bytes, flow);
      open.send(bytes, flow, otherwise, failed);
    }
  }

  /** Runs on the worker of that Call-ID, soon. */
  void later(String callId, Runnable task) {
    if (!workers.run(callId, task)) {
      wheel.in(50, callId, task);
    }
  }

  boolean addClient(ClientTx tx) {
    return (clients.size() < servers.most || !tx.isOpening()) && clients.putIfAbsent(tx.key(), tx) == null;
  }

  Optional<ClientTx> client(String key) {
    return Optional.ofNullable(clients.get(key));
  }

  void removeClient(ClientTx tx) {
    clients.remove(tx.key(), tx);
  }

  void removeOutgoing(Outgoing outgoing) {
    outgoings.remove(outgoing.id, outgoing);
  }

  /** The user never answered: that is a fault of ours, and no reason to keep it for ever. */
  void unanswered(ServerTx tx) {
    if (!tx.isFinal()) {
      LOG.warn("nobody answered a {} in time; it gets 500", tx.method);
      respond(tx.id, SipAnswer.of(500));
    }
  }

  String via(Flow flow, String branch) {
    return "Via: SIP/2.0/" + flow.transport() + " " + sentBy(flow) + ";branch=" + branch + ";rport\r\n";
  }

  String contact(Flow flow) {
    return "<sip:" + sentBy(flow) + (flow.transport() == Transport.UDP ? ">" : ";transport=" + flow.transport().name().toLowerCase(Locale.ROOT) + ">");
  }

  /** What we are called towards the peer of this flow. */
  HostPort sentBy(Flow flow) {
    Ports open = ports;
    return open == null ? flow.local() : open.sentBy(flow);
  }

  // --- the contract

  @Override
  public void respond(TransactionId request, SipAnswer answer) {
    ServerTx tx = servers.byId.get(request.value());
    if (tx != null) {
      Answers.respond(this, tx, answer);
    }
  }

  @Override
  public void challenge(TransactionId request, boolean stale) {
    ServerTx tx = servers.byId.get(request.value());
    if (tx != null) {
      if (!stale) {
        guessed(request);
      }
      Answers.refuse(this, tx, stale);
    }
  }

  @Override
  public void guessed(TransactionId request) {
    ServerTx tx = servers.byId.get(request.value());
    if (tx != null && tx.countsAsGuess() && tx.user != null) {
      admission.wrong(tx.source, tx.user);
    }
  }

  @Override
  public DialogId dialogOf(TransactionId invite) {
    ServerTx tx = servers.byId.get(invite.value());
    Dialog dialog = tx == null ? null : tx.dialog;
    return dialog == null ? null : dialog.id;
  }

  @Override
  public DialogId fork(TransactionId invite) {
    ServerTx tx = servers.byId.get(invite.value());
    return tx == null ? null : tx.fork(tokens.tag());
  }

  @Override
  public void respond(TransactionId invite, DialogId in, SipAnswer answer) {
    ServerTx tx = servers.byId.get(invite.value());
    if (tx != null) {
      tx.dialog(in).ifPresent(dialog -> Answers.respond(this, tx, dialog, answer));
    }
  }

  @Override
  public TransactionId send(OutgoingRequest request, SipClient client) {
    var id = new TransactionId("c" + Long.toString(serial.incrementAndGet(), 36));
    String tag = tokens.tag();
    var plan = new Outgoing.Plan(
        request.method(), tokens.callId(), Addressing.print(request.from(), tag), tag, Addressing.print(request.to(), null), request.uri(),
        request.route().stream().map(route -> "<" + route + ">").toList(), request.maxForwards(), request.login(), request.headers(), request.body(), request.flow());
    var outgoing = new Outgoing(this, id, plan, client, null, 1);
    outgoings.put(id, outgoing);
    if (request.flow().isPresent()) {
      goToContact(outgoing, request, request.flow().get());
      return id;
    }
    SipUri next = request.route().isEmpty() ? request.hop().orElse(request.uri()) : request.route().get(0);
    boolean entered = request.route().isEmpty() && request.hop().isPresent();
    go(outgoing, next, Optional.empty(), request.transport(), null, entered);
    return id;
  }

  /**
   * To the Path of a registration or its Contact, or back over the flow by which it came: where the Contact cannot be meant, is a name that may say nothing outside of a NAT, is not to be
   * found, or leads where no phone is to be called.
   */
  private void goToContact(Outgoing outgoing, OutgoingRequest request, Flow back) {
    SipUri contact = request.uri();
    if (unfit(contact, request.route(), back).isPresent()) {
      unfit.increment();
      later(outgoing.plan.callId(), () -> outgoing.failed(Failure.TRANSPORT));
      return;
    }
    HostPort at = Reach.at(contact);
    boolean named = at != null && !Addresses.isLiteral(at.host());
    if (request.route().isEmpty() && (back.symmetric() && named || Reach.overFlow(contact, back, back.symmetric(), true))) {
      goBack(outgoing, back);
      return;
    }
    SipUri next = request.route().isEmpty() ? contact : request.route().get(0);
    HostPort hop = Reach.at(next);
    Flow same = hop != null && Addresses.same(hop.host(), back.remote().host()) ? back : null;
    find(next, Optional.empty(), back.transport(), same, false, there -> {
      if (targets.mayCall(there.remote(), back)) {
        outgoing.start(there);
      } else {
        unfit.increment();
        goBack(outgoing, back);
      }
    }, () -> goBack(outgoing, back));
  }

  private void goBack(Outgoing outgoing, Flow back) {
    go(outgoing, outgoing.plan.uri(), Optional.of(back), back.transport(), back, false);
  }

  @Override
  public Optional<String> unfit(SipUri contact, List<SipUri> path, Flow flow) {
    return targets.unfit(contact, path, flow);
  }

  @Override
  public TransactionId send(DialogId dialogId, String method, SipHeaders headers, SipBody body, SipClient client) {
    var id = new TransactionId("c" + Long.toString(serial.incrementAndGet(), 36));
    Dialog dialog = dialogs.get(dialogId);
    if (dialog == null || (dialog.isEnding() && method.equals("BYE"))) {
      later(dialogId.callId(), () -> client.failed(id, Failure.TRANSPORT));
      return id;
    }
    if (method.equals("BYE")) {
      dialog.end();
    }
    Dialog.Way way = dialog.way();
    var plan = new Outgoing.Plan(
        method, dialogId.callId(), dialog.localText, dialogId.localTag(), dialog.remoteText, way.requestUri(), way.routes(), 70, dialog.login(),
        method.equals("PRACK") ? rack(headers, dialog) : headers, body, Optional.empty());
    var outgoing = new Outgoing(this, id, plan, client, dialog, Outgoing.nextCseq(dialog, method));
    outgoings.put(id, outgoing);
    Unacknowledged waiting = dialog.unacknowledged;
    // RFC 3261 15: no BYE before the ACK of our 2xx, or before that is given up
    if (!method.equals("BYE") || waiting == null || !waiting.putOff(() -> goWithin(outgoing, dialog))) {
      goWithin(outgoing, dialog);
    }
    return id;
  }

  /** RAck names the INVITE of this leg, whatever number the other leg's had (RFC 3262 7.2). */
  private static SipHeaders rack(SipHeaders headers, Dialog dialog) {
    String[] given = headers.first("RAck").orElse("").trim().split(" +");
    return given.length == 3 && dialog.inviteCseq() > 0 ? headers.set("RAck", given[0] + " " + dialog.inviteCseq() + " " + given[2]) : headers;
  }

  private void goWithin(Outgoing outgoing, Dialog dialog) {
    Dialog.Way way = dialog.way();
    findWithin(way, outgoing::start, () -> later(outgoing.plan.callId(), () -> outgoing.failed(Failure.TRANSPORT)));
  }

  /** What a peer names in a dialog leads no more inward than where it was heard from, whatever a name or maddr says: else it goes back there. */
  private void findWithin(Dialog.Way way, Consumer<Flow> found, Runnable lost) {
    Flow last = way.last();
    find(way.next(), way.direct(), last.transport(), last, false, there -> {
      Ports now = ports;
      found.accept(way.direct().isEmpty() && now != null && targets.isInward(there.remote(), last) ? now.current(last) : there);
    }, lost);
  }

  private void go(Outgoing outgoing, SipUri next, Optional<Flow> flow, Transport transport, Flow last, boolean entered) {
    find(next, flow, transport, last, entered, outgoing::start, () -> later(outgoing.plan.callId(), () -> outgoing.failed(Failure.TRANSPORT)));
  }

  /**
   * Finds the way to a URI: at once, or when its name is known.
   *
   * @param last the flow used before, whose listening point is kept if it can be; may be null
   * @param entered whether an operator, and not a peer, says that it goes there
   */
  private void find(SipUri next, Optional<Flow> flow, Transport preferred, Flow last, boolean entered, Consumer<Flow> found, Runnable lost) {
    Ports now = ports;
    if (flow.isPresent()) {
      found.accept(now == null ? flow.get() : now.current(flow.get()));
      return;
    }
    Transport transport = Reach.transport(next, preferred);
    HostPort at = Reach.at(next);
    if (at == null || transport == null) {
      lost.run();
      return;
    }
    int port = at.port() == 0 ? 5060 : at.port();
    names.resolve(at.host(), entered, address -> {
      Ports open = ports;
      Optional<HostPort> local = open == null || address.isEmpty() ? Optional.empty() : local(open, transport, address.get(), last);
      if (local.isPresent()) {
        found.accept(new Flow(transport, local.get(), new HostPort(address.get(), port)));
      } else {
        lost.run();
      }
    });
  }

  private static Optional<HostPort> local(Ports open, Transport transport, String remote, Flow last) {
    boolean same = last != null && last.transport() == transport && last.local().isV6() == (remote.indexOf(':') >= 0) && open.holds(transport, last.local());
    return same ? Optional.of(last.local()) : open.localPoint(transport, remote);
  }

  @Override
  public void ack(DialogId dialogId, long cseq, SipBody body) {
    Dialog dialog = dialogs.get(dialogId);
    if (dialog == null) {
      return;
    }
    Dialog.Way way = dialog.way();
    findWithin(way, flow -> {
      var head = new StringBuilder(600).append("ACK ").append(way.requestUri()).append(" SIP/2.0\r\n").append(via(flow, tokens.branch()));
      way.routes().forEach(route -> head.append("Route: ").append(route).append("\r\n"));
      head.append("Max-Forwards: 70\r\nFrom: ").append(dialog.localText).append("\r\nTo: ").append(dialog.remoteText).append("\r\nCall-ID: ").append(dialogId.callId());
      head.append("\r\nCSeq: ").append(cseq).append(" ACK\r\n").append(dialog.authorization()).append(userAgent);
      byte[] bytes = Wire.request(head, SipHeaders.NONE, body);
      dialog.acked(cseq, bytes, flow);
      send(bytes, flow, dialog.otherwise(flow), () -> { });
    }, () -> { });
  }

  @Override
  public void cancel(TransactionId invite, SipHeaders headers) {
    Outgoing outgoing = outgoings.get(invite);
    if (outgoing != null) {
      outgoing.cancel(headers);
    }
  }

  @Override
  public void forget(DialogId dialogId) {
    Dialog dialog = dialogs.remove(dialogId);
    if (dialog != null) {
      dialog.waitsNoLonger();
    }
  }

  @Override
  public List<Flow> listening() {
    Ports open = ports;
    return open == null ? List.of() : new ArrayList<>(open.points());
  }
}
