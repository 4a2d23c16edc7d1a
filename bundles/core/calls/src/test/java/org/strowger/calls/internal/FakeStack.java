package org.strowger.calls.internal;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.strowger.sip.api.DialogId;
import org.strowger.sip.api.DigestCredentials;
import org.strowger.sip.api.Flow;
import org.strowger.sip.api.NameAddr;
import org.strowger.sip.api.OutgoingRequest;
import org.strowger.sip.api.SipAnswer;
import org.strowger.sip.api.SipBody;
import org.strowger.sip.api.SipClient;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipRequest;
import org.strowger.sip.api.SipResponse;
import org.strowger.sip.api.SipStack;
import org.strowger.sip.api.SipUri;
import org.strowger.sip.api.TransactionId;
import org.strowger.sip.spi.SipUser;

/** A SIP stack without a wire: tests play the peers, and read what was sent. Holds the switch to the rules of transactions and dialogs. */
final class FakeStack implements SipStack {

  private final LongSupplier ticks;

  FakeStack(LongSupplier ticks) {
    this.ticks = ticks;
  }

  @Override
  public Optional<String> unfit(SipUri contact, List<SipUri> path, Flow flow) {
    throw new AssertionError("the registrar's question");
  }

  /** A request of the switch. */
  final class Sent {
    final TransactionId id = new TransactionId("c" + ids.incrementAndGet());
    final String method;
    final OutgoingRequest outside;
    final DialogId inside;
    final SipHeaders headers;
    final SipBody body;
    final SipClient client;
    final long cseq = ids.incrementAndGet();
    boolean cancelled;
    SipHeaders cancelReason = SipHeaders.NONE;
    boolean over;

    Sent(String method, OutgoingRequest outside, DialogId inside, SipHeaders headers, SipBody body, SipClient client) {
      this.method = method;
      this.outside = outside;
      this.inside = inside;
      this.headers = headers;
      this.body = body;
      this.client = client;
    }

    /** The dialog that the peer's tag {@code fork} makes. */
    DialogId dialog(String fork) {
      return inside != null ? inside : new DialogId("out-" + id.value(), "us", fork);
    }

    void reply(int status) {
      reply(status, "t", SipHeaders.NONE, SipBody.NONE);
    }

    void reply(int status, SipBody answer) {
      reply(status, "t", SipHeaders.NONE, answer);
    }

    void reply(int status, String fork, SipHeaders with, SipBody answer) {
      Optional<DialogId> dialog = inside != null || status > 100 && status < 300 ? Optional.of(dialog(fork)) : Optional.empty();
      if (status >= 200) {
        over = true;
      }
      if (method.equals("INVITE") && status >= 200 && status < 300) {
        (inside == null ? unacked : unackedAgain).add(dialog.get());
        if (inside == null) {
          open.add(dialog.get());
          early.remove(dialog.get());
        }
      } else if (method.equals("INVITE") && inside == null && status > 100 && status < 200) {
        early.add(dialog.get());
      } else if (method.equals("INVITE") && inside == null && status >= 300) {
        early.removeIf(d -> d.callId().equals("out-" + id.value()));
      }
      client.response(new SipResponse(id, status, "", method, cseq, NameAddr.of(SipUri.parse("sip:x@example.org")), List.of(), with, answer, dialog, World.CALLEES));
    }

    void fail(SipClient.Failure failure) {
      over = true;
      client.failed(id, failure);
    }
  }

  SipUser user;
  final List<Sent> sent = new CopyOnWriteArrayList<>();
  final Map<TransactionId, List<SipAnswer>> answers = new ConcurrentHashMap<>();
  final Map<TransactionId, SipRequest> received = Collections.synchronizedMap(new LinkedHashMap<>());
  final List<TransactionId> challenged = Collections.synchronizedList(new ArrayList<>());
  /** Once for a request, as the stack counts them. */
  final List<TransactionId> guessed = Collections.synchronizedList(new ArrayList<>());
  final Map<DialogId, SipBody> acked = new ConcurrentHashMap<>();
  private final Set<DialogId> unacked = Collections.synchronizedSet(new LinkedHashSet<>());
  /** 2xx to re-INVITEs. */
  private final Set<DialogId> unackedAgain = Collections.synchronizedSet(new LinkedHashSet<>());
  /** Early dialogs of the switch's INVITEs. */
  final Set<DialogId> early = Collections.synchronizedSet(new LinkedHashSet<>());
  private final Set<DialogId> open = Collections.synchronizedSet(new LinkedHashSet<>());
  /** The dialogs in which an INVITE was answered, beside its {@link #answers}. */
  private final Map<TransactionId, List<DialogId>> answeredIn = new ConcurrentHashMap<>();
  private final Map<TransactionId, List<DialogId>> forks = new ConcurrentHashMap<>();
  /** Early dialogs of the callers. After a 2xx those that it did not confirm stay: what comes in them may have crossed it. */
  final Set<DialogId> announced = Collections.synchronizedSet(new LinkedHashSet<>());
  private final Map<DialogId, SipBody> described = new ConcurrentHashMap<>();
  private final Map<DialogId, Long> lastRseq = new ConcurrentHashMap<>();
  /** INVITEs that the stack answered itself, whom nobody told. */
  final Set<TransactionId> gone = ConcurrentHashMap.newKeySet();
  /** What the switch did against the rules of early dialogs. */
  final List<String> faults = new CopyOnWriteArrayList<>();
  private final AtomicLong ids = new AtomicLong();

  // The peers' side.

  SipRequest invite(String from, String to) {
    return invite(from, to, SipHeaders.NONE, SipBody.sdp("v=0 offer"));
  }

  SipRequest invite(String from, String to, SipHeaders headers, SipBody body) {
    return invite(from, to, headers, body, from, "right", 70);
  }

  SipRequest invite(String from, String to, SipHeaders headers, SipBody body, String login, String response, int maxForwards) {
    String n = Long.toString(ids.incrementAndGet());
    var credentials = new DigestCredentials(login, "strowger.test", "nonce", "sip:" + to, response, "MD5", "auth", 1, "00000001", "c", "INVITE");
    var request = new SipRequest(new TransactionId("s" + n), "INVITE", SipUri.parse("sip:" + to + "@192.0.2.1"), NameAddr.of(SipUri.parse("sip:" + from + "@192.0.2.1")),
        NameAddr.of(SipUri.parse("sip:" + to + "@192.0.2.1")), "in-" + n, 1, maxForwards, List.of(), headers, body, Optional.empty(), Optional.of(credentials), List.of(),
        World.CALLERS, ticks.getAsLong());
    received.put(request.transaction(), request);
    user.request(request);
    return request;
  }

  /** A request of a peer within a dialog. */
  TransactionId request(DialogId dialog, String method, SipHeaders headers, SipBody body) {
    var id = new TransactionId("s" + ids.incrementAndGet());
    var uri = SipUri.parse("sip:us@192.0.2.1");
    var request = new SipRequest(id, method, uri, NameAddr.of(uri), NameAddr.of(uri), dialog.callId(), 2, 70, List.of(), headers, body, Optional.of(dialog),
        Optional.empty(), List.of(), World.CALLERS, ticks.getAsLong());
    received.put(id, request);
    if (method.equals("BYE")) {
      open.remove(dialog);
    }
    user.request(request);
    return id;
  }

  /** The peer's CANCEL; refused by the rules once the INVITE has its final answer. */
  void cancel(SipRequest invite) {
    cancel(invite, SipHeaders.NONE);
  }

  void cancel(SipRequest invite, SipHeaders headers) {
    if (status(invite.transaction()) < 200) {
      user.cancelled(invite.transaction(), new SipRequest(invite.transaction(), "CANCEL", invite.uri(), invite.from(), invite.to(), invite.callId(), invite.cseq(), 70,
          List.of(), headers, SipBody.NONE, Optional.empty(), Optional.empty(), List.of(), invite.flow(), ticks.getAsLong()));
    }
  }

  // What tests look at.

  /** The last status given to a request, 0 for none. */
  int status(TransactionId request) {
    List<SipAnswer> all = answers.getOrDefault(request, List.of());
    return all.isEmpty() ? 0 : all.get(all.size() - 1).status();
  }

  int status(SipRequest request) {
    return status(request.transaction());
  }

  SipAnswer answer(SipRequest request) {
    return answer(request.transaction());
  }

  SipAnswer answer(TransactionId request) {
    List<SipAnswer> all = answers.get(request);
    return all.get(all.size() - 1);
  }

  /** The dialog of the answer to an INVITE that was given as the {@code n}th, from 0. */
  DialogId answeredIn(SipRequest invite, int n) {
    return answeredIn.get(invite.transaction()).get(n);
  }

  /** The dialog of the last answer to an INVITE. */
  DialogId answeredIn(SipRequest invite) {
    List<DialogId> all = answeredIn.get(invite.transaction());
    return all.get(all.size() - 1);
  }

  List<Sent> sent(String method) {
    return sent.stream().filter(s -> s.method.equals(method)).toList();
  }

  Sent last(String method) {
    List<Sent> all = sent(method);
    if (all.isEmpty()) {
      throw new AssertionError("no " + method + " was sent");
    }
    return all.get(all.size() - 1);
  }

  /** Requests that never got a final answer. */
  List<String> unanswered() {
    return received.values().stream().filter(r -> status(r.transaction()) < 200 && !challenged.contains(r.transaction()))
        .map(r -> r.method() + " " + r.transaction().value()).toList();
  }

  Set<DialogId> openDialogs() {
    return open;
  }

  Set<DialogId> unacked() {
    return unacked;
  }

  Set<DialogId> unackedAgain() {
    return unackedAgain;
  }

  // The switch's side.

  @Override
  public void respond(TransactionId request, SipAnswer answer) {
    SipRequest asked = received.get(request);
    respond(request, asked.method().equals("INVITE") && asked.dialog().isEmpty() ? dialogOf(request) : null, answer);
  }

  @Override
  public DialogId fork(TransactionId invite) {
    if (status(invite) >= 200) {
      return null;
    }
    List<DialogId> known = forks.computeIfAbsent(invite, i -> new CopyOnWriteArrayList<>());
    known.add(new DialogId(received.get(invite).callId(), "us" + known.size(), "them"));
    return known.get(known.size() - 1);
  }

  @Override
  public void respond(TransactionId request, DialogId in, SipAnswer answer) {
    if (status(request) >= 200) {
      throw new AssertionError("a second final answer " + answer.status() + " to " + received.get(request).method() + ", the first was " + status(request));
    }
    answers.computeIfAbsent(request, r -> new CopyOnWriteArrayList<>()).add(answer);
    if (in != null) {
      answeredIn.computeIfAbsent(request, r -> new CopyOnWriteArrayList<>()).add(in);
      check(received.get(request), in, answer);
    }
  }

  /** An answer to an INVITE that opens a dialog. */
  private void check(SipRequest invite, DialogId in, SipAnswer answer) {
    var all = new ArrayList<>(forks.getOrDefault(invite.transaction(), List.of()));
    all.add(dialogOf(invite.transaction()));
    if (!all.contains(in)) {
      faults.add(answer.status() + " in " + in + ", which is none of " + all);
    }
    if (answer.status() >= 300) {
      announced.removeAll(all);
      return;
    }
    if (answer.status() >= 200) {
      announced.remove(in);
      open.add(in);
    } else if (answer.status() > 100) {
      announced.add(in);
    }
    SipBody before = answer.body().isSdp() && !invite.body().isEmpty() ? described.putIfAbsent(in, answer.body()) : null;
    if (before != null && !before.equals(answer.body())) {
      faults.add("RFC 3261 13.2.1: " + answer.status() + " brings '" + answer.body().text() + "' after '" + before.text() + "' in " + in);
    }
    answer.headers().first("RSeq").map(Long::parseLong).ifPresent(rseq -> {
      Long last = lastRseq.get(in);
      if (last != null && rseq > last + 1) {
        faults.add("RFC 3262 3: RSeq " + rseq + " after " + last + " in " + in);
      }
      lastRseq.merge(in, rseq, Math::max);
    });
  }

  @Override
  public void guessed(TransactionId request) {
    guessed.add(request);
  }

  @Override
  public void challenge(TransactionId request, boolean stale) {
    challenged.add(request);
  }

  @Override
  public DialogId dialogOf(TransactionId invite) {
    return gone.contains(invite) ? null : new DialogId(received.get(invite).callId(), "us", "them");
  }

  @Override
  public TransactionId send(OutgoingRequest request, SipClient client) {
    var one = new Sent(request.method(), request, null, request.headers(), request.body(), client);
    sent.add(one);
    return one.id;
  }

  @Override
  public TransactionId send(DialogId dialog, String method, SipHeaders headers, SipBody body, SipClient client) {
    if (method.equals("BYE")) {
      if (unacked.contains(dialog)) {
        throw new AssertionError("BYE before ACK in " + dialog);
      }
      open.remove(dialog);
    }
    var one = new Sent(method, null, dialog, headers, body, client);
    sent.add(one);
    return one.id;
  }

  @Override
  public void ack(DialogId dialog, long cseq, SipBody body) {
    unacked.remove(dialog);
    unackedAgain.remove(dialog);
    acked.put(dialog, body);
  }

  @Override
  public void cancel(TransactionId invite, SipHeaders headers) {
    sent.stream().filter(s -> s.id.equals(invite)).forEach(s -> {
      s.cancelled = true;
      s.cancelReason = headers;
    });
  }

  @Override
  public void forget(DialogId dialog) {
    open.remove(dialog);
  }

  @Override
  public List<Flow> listening() {
    return List.of();
  }
}
