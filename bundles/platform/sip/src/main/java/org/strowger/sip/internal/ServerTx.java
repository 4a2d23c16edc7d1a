package org.strowger.sip.internal;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.strowger.sip.api.DialogId;
import org.strowger.sip.api.DigestCredentials;
import org.strowger.sip.api.SipUri;
import org.strowger.sip.api.TransactionId;
import org.strowger.sip.api.Transport;

/**
 * A server transaction (RFC 3261 17.2, with the Accepted state of RFC 6026). Guarded by its monitor;
 * timers run on the worker of its Call-ID.
 */
final class ServerTx {

  enum State { PROCEEDING, COMPLETED, CONFIRMED, ACCEPTED, ENDED }

  private final Engine engine;
  final TransactionId id;
  final String method;
  final String callId;
  final long cseq;
  final String mergeKey;
  /** Our tag for To, if the request brought none. */
  final String localTag;
  /** The dialog the request came in, or the first that it makes; null for others, and once it is refused. */
  volatile Dialog dialog;
  /** More that an INVITE makes: the caller sees it forked. */
  private List<Dialog> forks = List.of();
  final boolean opens;
  /** Empty once there is a final answer. */
  volatile Optional<DigestCredentials> credentials;
  /** Whose password was given; null for none. */
  final String user;
  final String source;
  /** The name that the sender gave itself. */
  final String claimed;
  final long receivedTicks;
  /** Of the algorithms a challenge offers: see {@link Digests#takesFirstOnly}. */
  final boolean takesFirstOnly;
  /** The peer's Contact, for target refresh. */
  final SipUri contact;
  /** About what one costs beside its texts. */
  private static final int BESIDES = 500;
  /** Of {@link #kept} what it keeps to its end. */
  private final long always;
  private long kept;
  private Wire.ReplyHead head;
  private State state = State.PROCEEDING;
  private byte[] last;
  private boolean cancelled;
  private boolean guessed;
  private Wheel.Timer repeat;
  private Wheel.Timer end;
  private long pause;

  /** @param opens whether an answer may make a dialog: INVITE without To tag */
  ServerTx(Engine engine, String key, Incoming request, String mergeKey, String localTag, Dialog dialog, boolean opens, Optional<DigestCredentials> credentials, SipUri contact) {
    this.engine = engine;
    this.id = new TransactionId(key);
    this.method = request.method;
    this.callId = request.callId;
    this.cseq = request.cseq;
    this.mergeKey = mergeKey;
    this.localTag = localTag;
    this.dialog = dialog;
    this.opens = opens;
    this.credentials = credentials;
    this.user = credentials.map(DigestCredentials::username).orElse(null);
    this.source = request.flow.remote().host();
    this.claimed = request.claimed();
    this.receivedTicks = request.ticks;
    this.takesFirstOnly = engine.digests.takesFirstOnly(request.headers);
    this.contact = contact;
    this.head = Wire.ReplyHead.of(request);
    this.always = key.length() + callId.length() + (mergeKey == null ? BESIDES : mergeKey.length()) + texts(request);
    this.kept = isCounted() ? always + given() + head.size() * (isInvite() ? 2 : 1) : 0;
  }

  /** BYE is never refused for what it costs: a dialog has one. */
  private boolean isCounted() {
    return mergeKey != null || !method.equals("BYE");
  }

  private long texts(Incoming request) {
    long size = Wire.size(claimed) + (contact == null ? 0 : Wire.size(contact.toString())) + (user == null ? 0 : Wire.size(user));
    return opens ? size + Wire.size(request.fromText) + Wire.size(request.toText) : size;
  }

  private long given() {
    long size = 0;
    if (credentials.isPresent()) {
      DigestCredentials given = credentials.get();
      for (String text : List.of(given.nonce(), given.uri(), given.response(), given.qop(), given.ncText(), given.cnonce())) {
        size += Wire.size(text);
      }
    }
    return size;
  }

  /** Bytes that it keeps of the request, or of its answer once that is given: of an INVITE's head as much again in the provisional one. */
  synchronized long kept() {
    return kept;
  }

  /** Null if it is too late for one. */
  synchronized DialogId fork(String tag) {
    if (!opens || state != State.PROCEEDING) {
      return null;
    }
    Dialog fork = dialog.sibling(tag, head.toText() + ";tag=" + tag, contact, cseq);
    forks = Stream.concat(forks.stream(), Stream.of(fork)).toList();
    return fork.id;
  }

  /** One of those that it makes. */
  synchronized Optional<Dialog> dialog(DialogId id) {
    return made().filter(one -> one.id.equals(id)).findFirst();
  }

  /** Of those that it makes only one that has a 2xx lives on. */
  synchronized void dropUnconfirmed() {
    made().filter(one -> !one.isConfirmed()).forEach(one -> engine.dialogs.remove(one.id, one));
  }

  private Stream<Dialog> made() {
    return opens && dialog != null ? Stream.concat(Stream.of(dialog), forks.stream()) : Stream.empty();
  }

  boolean isInvite() {
    return method.equals("INVITE");
  }

  synchronized Wire.ReplyHead head() {
    return head;
  }

  synchronized boolean isFinal() {
    return state != State.PROCEEDING;
  }

  /** A request nobody answers must not live for ever. */
  void guard(long millis) {
    synchronized (this) {
      end = engine.wheel.in(millis, callId, () -> engine.unanswered(this));
    }
  }

  /** The same request again. */
  synchronized void repeated() {
    if (last != null && (state == State.PROCEEDING || state == State.COMPLETED)) {
      send(last);
    }
  }

  synchronized void provisional(byte[] bytes) {
    if (state == State.PROCEEDING) {
      last = bytes;
      send(bytes);
    }
  }

  /** False if a final answer was given before. */
  synchronized boolean finalAnswer(int status, byte[] bytes) {
    if (state != State.PROCEEDING) {
      return false;
    }
    if (end != null) {
      end.cancel();
    }
    send(bytes);
    head = head.way();
    credentials = Optional.empty();
    if (isCounted()) {
      engine.servers.keepsMore(this, always + bytes.length - kept);
      kept = always + bytes.length;
    }
    boolean udp = head.to().transport() == Transport.UDP;
    long t64 = engine.settings.t64Millis();
    if (!isInvite()) {
      state = State.COMPLETED;
      last = bytes;
      finish(udp ? t64 : 0);
    } else if (status < 300) {
      state = State.ACCEPTED;
      last = null;
      finish(t64);
    } else {
      state = State.COMPLETED;
      last = bytes;
      if (opens) {
        // There will be none.
        dialog = null;
        forks = List.of();
      }
      pause = engine.settings.t1().toMillis();
      if (udp) {
        repeat = engine.wheel.in(pause, callId, this::again);
      }
      finish(t64);
    }
    return true;
  }

  private synchronized void again() {
    if (state == State.COMPLETED) {
      send(last);
      pause = Math.min(pause * 2, engine.settings.t2Millis());
      repeat = engine.wheel.in(pause, callId, this::again);
    }
  }

  /** The ACK of a final answer other than 2xx. */
  synchronized void acknowledged() {
    if (state == State.COMPLETED && isInvite()) {
      state = State.CONFIRMED;
      last = null;
      if (repeat != null) {
        repeat.cancel();
      }
      end.cancel();
      // T4 = 10 T1: long enough for the ACKs that are still under way
      finish(head.to().transport() == Transport.UDP ? engine.settings.t1().toMillis() * 10 : 0);
    }
  }

  synchronized State state() {
    return state;
  }

  /** True the first time, while there is no final answer. */
  synchronized boolean cancel() {
    if (state != State.PROCEEDING || cancelled) {
      return false;
    }
    cancelled = true;
    return true;
  }

  /** True the first time. */
  synchronized boolean countsAsGuess() {
    boolean first = !guessed;
    guessed = true;
    return first;
  }

  private void finish(long millis) {
    if (millis == 0) {
      ended();
    } else {
      end = engine.wheel.in(millis, callId, this::ended);
    }
  }

  /** Ends it without an answer of its own. */
  synchronized void drop() {
    if (end != null) {
      end.cancel();
    }
    ended();
  }

  private void ended() {
    synchronized (this) {
      state = State.ENDED;
      last = null;
      if (repeat != null) {
        repeat.cancel();
      }
      dropUnconfirmed();
    }
    engine.servers.remove(this);
  }

  private void send(byte[] bytes) {
    engine.send(bytes, head.to(), head.otherwise(), () -> { });
  }
}
