package org.strowger.phone;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The user agent core: transport, transactions and dialogs of one phone under one lock. Everything that happens (a message, a timer,
 * a call of the API) happens under the lock and wakes whoever waits for a change.
 */
final class Agent implements Transport.Receiver, AutoCloseable {

  private static final int TRACE_ENTRIES = 5_000;
  private static final int CALL_TRACE_ENTRIES = 500;

  /** Takes the requests that belong to no dialog and no transaction. */
  interface Newcomer {
    void request(ServerTransaction transaction);
  }

  private final Settings settings;
  private final Transport transport;
  private final Newcomer newcomer;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ScheduledThreadPoolExecutor scheduler;
  private final Journal journal = new Journal(TRACE_ENTRIES);
  private final Faults faults = new Faults();
  private final ClientDigest digest;
  private final Map<String, ClientTransaction> clients = new HashMap<>();
  private final Map<String, ServerTransaction> servers = new HashMap<>();
  private final Map<String, Call> calls = new HashMap<>();
  private final Map<String, Journal> journals = new LinkedHashMap<>() {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Journal> eldest) {
      return size() > settings.keep();
    }
  };
  private long up;
  private volatile Thread scheduling;

  Agent(Settings settings, Transport transport, Newcomer newcomer) {
    this.settings = settings;
    this.transport = transport;
    this.newcomer = newcomer;
    this.digest = new ClientDigest(settings);
    this.scheduler = new ScheduledThreadPoolExecutor(1, task -> {
      var thread = new Thread(task, "phone-timer-" + transport.local().getPort());
      thread.setDaemon(true);
      scheduling = thread;
      return thread;
    }, new ThreadPoolExecutor.DiscardPolicy());
    scheduler.setRemoveOnCancelPolicy(true);
    transport.start(this);
  }

  Settings settings() {
    return settings;
  }

  Duration t1() {
    return settings.t1();
  }

  Journal journal() {
    return journal;
  }

  Faults faults() {
    return faults;
  }

  ClientDigest digest() {
    return digest;
  }

  Transport transport() {
    return transport;
  }

  boolean resends() {
    return settings.retransmit() && !transport.reliable();
  }

  Journal journal(String callId) {
    return journals.computeIfAbsent(callId, id -> new Journal(CALL_TRACE_ENTRIES));
  }

  /** Under the lock, from any thread. */
  <T> T locked(Callable<T> work) {
    lock.lock();
    try {
      T result = work.call();
      changed.signalAll();
      return result;
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e.getMessage(), e);
    } finally {
      lock.unlock();
    }
  }

  void run(Runnable work) {
    locked(() -> {
      work.run();
      return null;
    });
  }

  /** Waits until the supplier answers something else than null. */
  <T> T await(String what, Duration limit, Supplier<T> answer) {
    if (lock.isHeldByCurrentThread()) {
      throw new IllegalStateException("a callback must not wait: it holds the phone's lock; waiting for " + what);
    }
    long left = limit.toNanos();
    lock.lock();
    try {
      T value = answer.get();
      while (value == null) {
        if (left <= 0) {
          throw new PhoneTimeout(settings.user() + ": not within " + limit + ": " + what);
        }
        left = changed.awaitNanos(left);
        value = answer.get();
      }
      return value;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PhoneTimeout(settings.user() + ": interrupted while waiting for " + what);
    } finally {
      lock.unlock();
    }
  }

  ScheduledFuture<?> after(Duration delay, Runnable work) {
    return scheduler.schedule(() -> guarded(work), delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void guarded(Runnable work) {
    try {
      run(work);
    } catch (Throwable t) {
      journal.violation("the phone works", "its own failure: " + t, null);
    }
  }

  void violation(String rule, String detail, SipMessage message) {
    journal.violation(rule, detail, message);
    if (message != null && journals.containsKey(message.callId())) {
      journals.get(message.callId()).violation(rule, detail, message);
    }
  }

  /** Calls answered and not ended, counted as they change. */
  void up(int change) {
    up += change;
  }

  long up() {
    return locked(() -> up);
  }

  // sending

  /** Sends and notes it; answers false when the transport refused. */
  boolean send(SipMessage message, Transport.Flow flow, boolean again) {
    byte[] bytes = message.bytes();
    boolean lost = faults.loses(TraceEntry.Direction.SENT, message);
    note(TraceEntry.Direction.SENT, message, bytes, flow, again, lost);
    if (lost) {
      return true;
    }
    try {
      flow.send(bytes);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private void note(TraceEntry.Direction direction, SipMessage message, byte[] bytes, Transport.Flow flow, boolean again, boolean lost) {
    var entry = new TraceEntry(Instant.now(), System.nanoTime(), direction, flow.remote(), message, bytes, again, lost);
    journal.add(entry);
    if (message != null && (journals.containsKey(message.callId()) || message.isRequest() && message.method().equals("INVITE"))) {
      journal(message.callId()).add(entry);
    }
  }

  /** Our own address as it stands in Via and Contact. */
  String hostPort() {
    InetSocketAddress local = transport.local();
    String host = local.getAddress().getHostAddress();
    int scope = host.indexOf('%');
    host = scope < 0 ? host : host.substring(0, scope);
    return (local.getAddress() instanceof Inet6Address ? "[" + host + "]" : host) + ":" + local.getPort();
  }

  String contactUri() {
    return "sip:" + settings.user() + "@" + hostPort() + (settings.transport() == TransportKind.TCP ? ";transport=tcp" : "");
  }

  String via() {
    return "SIP/2.0/" + settings.transport() + " " + hostPort() + ";branch=" + Via.COOKIE + token() + (settings.rport() ? ";rport" : "");
  }

  static String token() {
    return UUID.randomUUID().toString().replace("-", "").substring(0, 16);
  }

  /** Where a request goes: its first Route, else the server if it is outside a dialog, else its Request-URI. */
  Transport.Flow hop(SipMessage request, boolean inDialog) throws IOException, SipSyntaxException {
    var route = request.header("Route");
    if (route.isPresent()) {
      return transport.flow(NameAddr.parse(route.get()).sipUri().address());
    }
    if (!inDialog && settings.server() != null) {
      return transport.flow(settings.server());
    }
    return transport.flow(SipUri.parse(request.uri()).address());
  }

  ClientTransaction client(SipMessage request, Transport.Flow flow, ClientTransaction.User user) {
    var transaction = new ClientTransaction(this, request, flow, user);
    clients.put(transaction.key(), transaction);
    transaction.start();
    return transaction;
  }

  void finished(ClientTransaction transaction) {
    clients.remove(transaction.key(), transaction);
  }

  void finished(ServerTransaction transaction) {
    servers.remove(transaction.key(), transaction);
  }

  void enter(Call call, String localTag) {
    calls.put(call.callId() + "|" + localTag, call);
  }

  void leave(Call call, String localTag) {
    after(settings.timeout(), () -> calls.remove(call.callId() + "|" + localTag, call));
  }

  // receiving

  @Override
  public void received(byte[] bytes, Transport.Flow flow) {
    guarded(() -> receive(bytes, flow));
  }

  @Override
  public void unframed(byte[] bytes, Transport.Flow flow, String rule) {
    guarded(() -> {
      note(TraceEntry.Direction.RECEIVED, null, bytes, flow, false, false);
      violation(rule, "stream cannot be framed", null);
    });
  }

  @Override
  public void unsent(Transport.Flow flow) {
    guarded(() -> java.util.List.copyOf(clients.values()).stream().filter(t -> t.flow() == flow)
        .forEach(t -> t.giveUp("no connection to " + flow.remote())));
  }

  private void receive(byte[] bytes, Transport.Flow flow) {
    if (keepAlive(bytes)) {
      return;
    }
    SipMessage message;
    try {
      message = SipParser.parse(bytes, transport.reliable());
    } catch (SipSyntaxException e) {
      note(TraceEntry.Direction.RECEIVED, null, bytes, flow, false, false);
      violation("a message has the grammar of RFC 3261", e.getMessage(), null);
      return;
    }
    if (faults.loses(TraceEntry.Direction.RECEIVED, message)) {
      note(TraceEntry.Direction.RECEIVED, message, bytes, flow, false, true);
      return;
    }
    var broken = Checks.message(message);
    boolean usable = broken.stream().noneMatch(b -> b.rule().startsWith("header "));
    note(TraceEntry.Direction.RECEIVED, message, bytes, flow, usable && again(message), false);
    broken.forEach(b -> violation(b.rule(), b.detail(), message));
    if (!usable) {
      return;
    }
    if (message.isRequest()) {
      request(message, flow);
    } else {
      response(message);
    }
  }

  private static boolean keepAlive(byte[] bytes) {
    for (byte b : bytes) {
      if (b != '\r' && b != '\n' && b != 0) {
        return false;
      }
    }
    return true;
  }

  private boolean again(SipMessage message) {
    if (message.isRequest()) {
      return !message.method().equals("ACK") && servers.containsKey(ServerTransaction.key(message));
    }
    ClientTransaction transaction = clients.get(ClientTransaction.key(message));
    return transaction != null && transaction.repeats(message);
  }

  private void response(SipMessage response) {
    ClientTransaction transaction = clients.get(ClientTransaction.key(response));
    if (transaction == null) {
      violation("a response matches a request of ours (RFC 3261 17.1.3)", "branch " + response.via().branch(), response);
      return;
    }
    transaction.received(response);
  }

  private void request(SipMessage request, Transport.Flow flow) {
    ServerTransaction known = servers.get(ServerTransaction.key(request));
    if (request.method().equals("ACK")) {
      if (known != null && known.awaitsAck()) {
        known.acked(request);
      } else {
        Call call = calls.get(request.callId() + "|" + request.to().tag());
        if (call != null) {
          call.acked(request);
        } else {
          violation("an ACK belongs to a final response of ours", "To tag '" + request.to().tag() + "'", request);
        }
      }
      return;
    }
    if (known != null) {
      known.again();
      return;
    }
    var transaction = new ServerTransaction(this, request, flow);
    servers.put(transaction.key(), transaction);
    if (request.method().equals("CANCEL")) {
      cancel(transaction);
    } else if (request.to().tag().isEmpty()) {
      newcomer.request(transaction);
    } else {
      Call call = calls.get(request.callId() + "|" + request.to().tag());
      if (call == null) {
        violation("a request inside a dialog belongs to one of ours (RFC 3261 12.2.2)", "To tag '" + request.to().tag() + "'", request);
        transaction.respond(transaction.reply(481, "Call/Transaction Does Not Exist", ""));
      } else {
        call.request(transaction);
      }
    }
  }

  private void cancel(ServerTransaction cancel) {
    ServerTransaction invite = servers.get(ServerTransaction.key(cancel.request().withMethod("INVITE")));
    if (invite == null) {
      violation("a CANCEL has the branch of its request (RFC 3261 9.1)", cancel.request().via().branch(), cancel.request());
      cancel.respond(cancel.reply(481, "Call/Transaction Does Not Exist", token()));
      return;
    }
    if (!cancel.request().uri().equals(invite.request().uri())
        || cancel.request().cseq().number() != invite.request().cseq().number()
        || !cancel.request().from().tag().equals(invite.request().from().tag())) {
      violation("a CANCEL repeats Request-URI, CSeq number and From of its request (RFC 3261 9.1)",
          cancel.request().uri() + " " + cancel.request().cseq(), cancel.request());
    }
    invite.cancelled(cancel);
  }

  @Override
  public void close() {
    scheduler.shutdownNow();
    transport.close();
    Threads.join(scheduling);
  }
}
