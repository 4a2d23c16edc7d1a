package org.strowger.sip.internal;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.kernel.InvalidInput;
import org.strowger.sip.api.ContactAddr;
import org.strowger.sip.api.DialogId;
import org.strowger.sip.api.DigestCredentials;
import org.strowger.sip.api.Flow;
import org.strowger.sip.api.SipAnswer;
import org.strowger.sip.api.SipBody;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipRequest;
import org.strowger.sip.api.SipUri;
import org.strowger.sip.api.TransactionId;
import org.strowger.sip.api.Transport;
import org.strowger.sip.spi.SipUser;

/**
 * Requests that arrive, on the worker of their Call-ID. Everything that can be refused is refused
 * without state; only then a server transaction is made, and only then a user hears of it.
 */
final class Requests {

  private static final Logger LOG = LoggerFactory.getLogger(Requests.class);
  private static final Set<String> KNOWN = Set.of(
      "INVITE", "ACK", "CANCEL", "BYE", "OPTIONS", "REGISTER", "UPDATE", "PRACK", "INFO", "REFER", "NOTIFY", "SUBSCRIBE", "MESSAGE", "PUBLISH");
  /** Extensions a peer may require of a call: those that we do, or pass through end to end. */
  private static final Set<String> EXTENSIONS_OF_CALLS = Set.of("100rel", "timer");
  /** RFC 3327. */
  private static final Set<String> EXTENSIONS_OF_REGISTER = Set.of("path");

  /** How the key of a request begins whose branch names no transaction (RFC 2543). */
  static final String UNNAMED = "2543|";

  private final Engine engine;

  Requests(Engine engine) {
    this.engine = engine;
  }

  void handle(Incoming in) {
    if (in.method.equals("ACK")) {
      acknowledged(in);
      return;
    }
    String key = key(in, in.method);
    ServerTx known = engine.servers.byId.get(key);
    if (known != null) {
      known.repeated();
    } else if (in.method.equals("CANCEL")) {
      cancelled(in);
    } else if (!engine.refusals.repeated(key)) {
      fresh(in, key);
    }
  }

  /** RFC 3261 17.2.3. A branch that is nothing but the cookie names nothing. */
  static String key(Incoming in, String method) {
    String branch = in.via.getBranch();
    if (branch != null && branch.length() > 7 && branch.regionMatches(true, 0, "z9hG4bK", 0, 7)) {
      return branch + '|' + in.via.getHost().toLowerCase(Locale.ROOT) + ':' + in.via.getPort() + '|' + method;
    }
    return UNNAMED + in.uri + '|' + in.fromTag() + '|' + in.callId + '|' + in.cseq + '|' + in.via.getHost() + ':' + in.via.getPort() + '|' + branch + '|' + method;
  }

  /** By what else a transaction outside of dialogs is known, whatever its branch. */
  static String mergeKey(Incoming in) {
    return in.fromTag() + '|' + in.callId + '|' + in.cseq + '|' + in.method;
  }

  private void acknowledged(Incoming in) {
    ServerTx tx = engine.servers.byId.get(key(in, "INVITE"));
    if (tx != null && tx.state() != ServerTx.State.ACCEPTED) {
      tx.acknowledged();
      return;
    }
    engine.refusals.acknowledged(key(in, "INVITE"));
    Dialog dialog = engine.dialogs.get(new DialogId(in.callId, in.toTag(), in.fromTag()));
    Unacknowledged waiting = dialog == null ? null : dialog.unacknowledged;
    if (waiting != null && waiting.cseq == in.cseq && waiting.end()) {
      dialog.unacknowledged = null;
      dialog.heard(in.flow);
      if (!waiting.goesOn()) {
        engine.user("INVITE").ifPresent(user -> user.acknowledged(dialog.id, in.body));
      }
    }
  }

  private void cancelled(Incoming in) {
    ServerTx invite = engine.servers.byId.get(key(in, "INVITE"));
    if (invite == null) {
      String refused = engine.refusals.tag(key(in, "INVITE"));
      if (refused == null) {
        refuse(in, 481, "");
      } else {
        // Its 401 is on its way, and is its answer.
        send(in, 200, refused, "");
      }
      return;
    }
    send(in, 200, invite.localTag, "");
    if (invite.cancel()) {
      SipRequest cancel = cancel(in, invite);
      engine.user("INVITE").ifPresent(user -> user.cancelled(invite.id, cancel));
    }
  }

  /** Whatever it looks like: its Via says which INVITE is meant, and whose call that is must hear of its end. */
  private static SipRequest cancel(Incoming in, ServerTx invite) {
    SipUri uri;
    try {
      uri = SipUri.parse(in.uri).withoutHeaders();
    } catch (InvalidInput e) {
      uri = in.to.uri();
    }
    return new SipRequest(
        invite.id, in.method, uri, in.from, in.to, in.callId, in.cseq, in.maxForwards, List.of(), in.headers, in.body, Optional.ofNullable(invite.dialog).map(d -> d.id),
        Optional.empty(), List.of(), in.flow, in.ticks);
  }

  private void fresh(Incoming in, String key) {
    SipUri uri;
    try {
      uri = uri(in);
    } catch (BadMessage e) {
      refuse(in, e.status(), "");
      return;
    }
    if (in.maxForwards == 0 && in.method.equals("INVITE") && in.toTag().isEmpty()) {
      // RFC 3261 16.3: it is for who would send it on, and that we do with new calls only
      refuse(in, 483, "");
    } else if (!KNOWN.contains(in.method)) {
      refuse(in, 501, engine.allow);
    } else if (!required(in)) {
      return;
    } else if (!in.toTag().isEmpty()) {
      within(in, key, uri);
    } else {
      outside(in, key, uri);
    }
  }

  private static SipUri uri(Incoming in) throws BadMessage {
    int colon = in.uri.indexOf(':');
    String scheme = colon <= 0 ? "" : in.uri.substring(0, colon).toLowerCase(Locale.ROOT);
    if (!scheme.isEmpty() && !scheme.equals("sip") && !scheme.equals("sips") && !scheme.equals("tel")
        && scheme.chars().allMatch(c -> c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.')) {
      throw new BadMessage(416, "Unsupported URI Scheme");
    }
    try {
      SipUri uri = SipUri.parse(in.uri);
      if (uri.hostPort() != null && in.uri.lastIndexOf('?') > in.uri.lastIndexOf('@')) {
        // RFC 3261 19.1.1: no headers in a Request-URI
        throw new BadMessage(400, "Bad Request-URI");
      }
      return uri;
    } catch (InvalidInput e) {
      throw new BadMessage(400, "Bad Request-URI");
    }
  }

  private boolean required(Incoming in) {
    List<String> lines = in.headers.all().isEmpty() ? List.of() : in.headers.values("Require");
    Set<String> extensions = in.method.equals("REGISTER") ? EXTENSIONS_OF_REGISTER : EXTENSIONS_OF_CALLS;
    var unsupported = new StringBuilder();
    for (String line : lines) {
      for (String tag : line.split(",")) {
        String wanted = tag.trim().toLowerCase(Locale.ROOT);
        if (!wanted.isEmpty() && !extensions.contains(wanted)) {
          unsupported.append(unsupported.isEmpty() ? "" : ", ").append(tag.trim());
        }
      }
    }
    if (!unsupported.isEmpty()) {
      refuse(in, 420, "Unsupported: " + unsupported + "\r\n");
      return false;
    }
    return true;
  }

  private void within(Incoming in, String key, SipUri uri) {
    Dialog dialog = engine.dialogs.get(new DialogId(in.callId, in.toTag(), in.fromTag()));
    if (dialog == null) {
      refuse(in, 481, "");
      return;
    }
    if (dialog.isEnding()) {
      // both hung up at once
      refuse(in, in.method.equals("BYE") ? 200 : 481, "");
      if (in.method.equals("BYE")) {
        dialog.waitsNoLonger();
      }
      return;
    }
    Optional<SipUser> user = engine.user("INVITE");
    if (user.isEmpty()) {
      refuse(in, 503, engine.admission.retryAfter());
      return;
    }
    if (!in.method.equals("BYE") && engine.servers.isFull(dialog, in.flow.remote().host())) {
      refuse(in, 503, engine.admission.retryAfter());
      return;
    }
    if (!dialog.takeRemote(in.cseq)) {
      refuse(in, 500, "Retry-After: 1\r\n");
      return;
    }
    dialog.heard(in.flow);
    try {
      SipRequest request = request(in, new TransactionId(key), uri, Optional.of(dialog.id), Optional.empty());
      var tx = new ServerTx(engine, key, in, null, dialog.id.localTag(), dialog, false, Optional.empty(), target(request.contacts()));
      if (in.method.equals("BYE")) {
        dialog.end();
        engine.forget(dialog.id);
      }
      start(in, tx, user.get(), request);
    } catch (BadMessage e) {
      refuse(in, 400, "");
    }
  }

  private void outside(Incoming in, String key, SipUri uri) {
    String mergeKey = mergeKey(in);
    if (engine.servers.merged.containsKey(mergeKey)) {
      refuse(in, 482, "");
      return;
    }
    boolean ready = engine.users.ready();
    if (in.method.equals("OPTIONS")) {
      refuse(in, ready ? 200 : 503, ready ? engine.abilities : engine.admission.retryAfter());
      return;
    }
    Optional<SipUser> user = engine.user(in.method);
    if (!ready || engine.servers.isFull(in.flow.remote().host())) {
      refuse(in, 503, engine.admission.retryAfter());
    } else if (user.isEmpty()) {
      boolean elsewhere = in.method.equals("BYE") || in.method.equals("PRACK") || in.method.equals("UPDATE") || in.method.equals("INFO") || in.method.equals("NOTIFY");
      refuse(in, elsewhere ? 481 : 405, elsewhere ? "" : engine.allow);
    } else {
      admit(in, key, mergeKey, uri, user.get());
    }
  }

  private void admit(Incoming in, String key, String mergeKey, SipUri uri, SipUser user) {
    try {
      boolean invite = in.method.equals("INVITE");
      if (invite && (uri.user() + in.from.uri().user() + in.to.uri().user()).indexOf('\0') >= 0) {
        // %00: no number and no name, and nobody behind us could keep it
        refuse(in, 400, "");
        return;
      }
      SipRequest head = request(in, new TransactionId(key), uri, Optional.empty(), Optional.empty());
      SipUri contact = target(head.contacts());
      if (invite && contact == null) {
        // RFC 2543 peers send none: they are where they sent from
        contact = SipUri.of(in.from.uri().user(), in.flow.remote());
      }
      Digests.Presented presented = in.authorizations.isEmpty() ? Digests.Presented.NOTHING : presented(in, uri);
      String source = in.flow.remote().host();
      // A stale nonce answers nothing: it can be sent for ever.
      if (presented.credentials().isPresent()) {
        engine.admission.answered(source, in.claimed());
      }
      if (presented.credentials().isEmpty() && user.challenges(head)) {
        // Who sends by TCP has shown that the address is his own.
        boolean proven = in.flow.transport() != Transport.UDP;
        if (!engine.admission.challenges(source, in.claimed(), proven)) {
          return;
        }
        engine.challenges.increment();
        refuse(in, 401, engine.digests.challenge(source, engine.digests.takesFirstOnly(in.headers), presented.stale()));
        return;
      }
      SipRequest request = presented.credentials().isEmpty() ? head : with(head, presented.credentials());
      String tag = engine.tokens.tag();
      Dialog dialog = invite ? dialog(in, tag, contact) : null;
      start(in, new ServerTx(engine, key, in, mergeKey, tag, dialog, invite, presented.credentials(), contact), user, request);
    } catch (BadMessage e) {
      refuse(in, e.status(), "");
    }
  }

  /**
   * Only who is exempt may send credentials that were made for another user than he asks for: a proxy of the operator's that rewrites
   * numbers. From anybody else they may have been taken from a request that was caught, to call a number of the catcher's.
   */
  private Digests.Presented presented(Incoming in, SipUri uri) {
    Digests.Presented presented = engine.digests.read(in, uri);
    String source = in.flow.remote().host();
    if (!presented.elsewhere() || engine.admission.exempts(source)) {
      return presented;
    }
    engine.elsewhere.increment();
    if (engine.complaints.due("credentials for another user")) {
      LOG.warn("{} from {} gets 401: its credentials are for another user than its Request-URI names. If a proxy there rewrites numbers, name it in 'exempt' of"
          + " org.strowger.sip.admission", in.method, source);
    }
    return Digests.Presented.NOTHING;
  }

  private Dialog dialog(Incoming in, String tag, SipUri contact) {
    var dialog = new Dialog(
        new DialogId(in.callId, tag, in.fromTag()), in.toText + ";tag=" + tag, in.fromText, contact, in.recordRoutes, in.flow, in.symmetric(), in.isRewritten(), Optional.empty());
    dialog.takeRemote(in.cseq);
    return dialog;
  }

  private void start(Incoming in, ServerTx tx, SipUser user, SipRequest request) {
    ServerTable.Taken taken = engine.servers.add(tx);
    if (taken == ServerTable.Taken.FULL) {
      refuse(in, 503, engine.admission.retryAfter());
    }
    if (taken != ServerTable.Taken.NEW) {
      return;
    }
    if (tx.isInvite()) {
      engine.respond(tx.id, SipAnswer.of(100));
    }
    tx.guard(tx.isInvite() ? Engine.LONGEST_RINGING_MILLIS + 60_000 : engine.settings.t64Millis());
    try {
      user.request(request);
    } catch (RuntimeException e) {
      LOG.error("the taker of {} threw; the request gets 500", tx.method, e);
      engine.respond(tx.id, SipAnswer.of(500));
    }
  }

  private static SipUri target(List<ContactAddr> contacts) {
    for (ContactAddr contact : contacts) {
      if (!contact.isStar() && contact.uri().hostPort() != null) {
        return contact.uri();
      }
    }
    return null;
  }

  private static SipRequest request(
      Incoming in, TransactionId id, SipUri uri, Optional<DialogId> dialog, Optional<DigestCredentials> credentials) throws BadMessage {
    List<SipUri> path = List.of();
    if (!in.paths.isEmpty()) {
      path = new java.util.ArrayList<>(in.paths.size());
      for (String one : in.paths) {
        path.add(Addressing.routeUri(one));
      }
    }
    for (String route : in.recordRoutes) {
      Addressing.routeUri(route);
    }
    return new SipRequest(
        id, in.method, uri, in.from, in.to, in.callId, in.cseq, in.maxForwards, Addressing.contacts(in.contacts), in.headers, in.body, dialog, credentials, path, in.way(), in.ticks);
  }

  private static SipRequest with(SipRequest head, Optional<DigestCredentials> credentials) {
    return new SipRequest(
        head.transaction(), head.method(), head.uri(), head.from(), head.to(), head.callId(), head.cseq(), head.maxForwards(), head.contacts(), head.headers(), head.body(),
        head.dialog(), credentials, head.path(), head.flow(), head.receivedTicks());
  }

  /** An answer that leaves nothing behind. */
  private void refuse(Incoming in, int status, String extra) {
    engine.stateless.increment();
    // the same tag for every repetition, as a transaction would give it
    send(in, status, engine.statelessTag + Integer.toHexString((in.callId + in.vias.get(0)).hashCode()), extra);
  }

  private void send(Incoming in, int status, String tag, String extra) {
    Wire.ReplyHead head = Wire.ReplyHead.of(in);
    Flow to = head.to();
    engine.send(Wire.response(head, status, "", tag, false, extra + engine.server, SipHeaders.NONE, SipBody.NONE), to, () -> { });
  }
}
