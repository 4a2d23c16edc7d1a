package org.strowger.sip.internal;

import org.strowger.sip.api.ContactAddr;
import org.strowger.sip.api.SipAnswer;
import org.strowger.sip.api.SipBody;
import org.strowger.sip.api.SipHeaders;

/** Turns a user's answer into a response, and into what follows from it for transaction and dialog. */
final class Answers {

  private Answers() {}

  static void respond(Engine engine, ServerTx tx, SipAnswer answer) {
    respond(engine, tx, tx.dialog, answer);
  }

  /** @param dialog the one it is answered in; null if the request has none and makes none */
  static void respond(Engine engine, ServerTx tx, Dialog dialog, SipAnswer answer) {
    boolean stale = tx.credentials.map(engine.digests::isUsed).orElse(false);
    int status = answer.status();
    if (status < 100 || status > 699) {
      throw new IllegalArgumentException("a status is 100 to 699, not " + status);
    }
    synchronized (tx) {
      if (tx.isFinal()) {
        return;
      }
      if (isLetIn(status)) {
        // Only the registrar has seen to it that the name is the account's own.
        boolean named = tx.method.equals("REGISTER") && status < 300;
        tx.credentials.ifPresent(given -> engine.admission.right(tx.source, given.username(), named ? tx.claimed : given.username()));
      }
      boolean makesDialog = tx.isInvite() && status > 100 && status < 300;
      String tag = dialog == null ? tx.localTag : dialog.id.localTag();
      byte[] bytes = Wire.response(tx.head(), status, answer.reason(), status == 100 ? null : tag, makesDialog, extra(engine, tx, answer, makesDialog, stale), answer.headers(), answer.body());
      if (tx.opens && makesDialog) {
        engine.dialogs.put(dialog.id, dialog);
      }
      if (status < 200) {
        tx.provisional(bytes);
        return;
      }
      Unacknowledged waiting = null;
      if (status < 300 && dialog != null) {
        waiting = success(engine, tx, dialog, bytes);
      } else {
        tx.dropUnconfirmed();
      }
      tx.finalAnswer(status, bytes);
      if (waiting != null) {
        waiting.start();
      }
    }
  }

  /** Challenges again, at a fixed time after the request came: how long it took would tell who has an account, and who was here lately. Later if this login was wrong from there again and again. Nothing is left of the transaction. */
  static void refuse(Engine engine, ServerTx tx, boolean stale) {
    synchronized (tx) {
      if (!tx.isFinal()) {
        byte[] bytes = Wire.response(tx.head(), 401, "", tx.localTag, false, extra(engine, tx, SipAnswer.of(401), false, stale), SipHeaders.NONE, SipBody.NONE);
        boolean late = tx.user != null && engine.admission.refusesLate(tx.source, tx.user);
        engine.refusals.add(tx, bytes, tx.receivedTicks + (late ? Engine.LATE_REFUSAL_NANOS : Engine.REFUSAL_NANOS));
        tx.drop();
      }
    }
  }

  /** Whether whoever gets this answer to his credentials has been found to be who he says; not so with what may be said before that is known. */
  private static boolean isLetIn(int status) {
    return status > 100 && status < 300 || status == 402 || status == 403 || status == 404 || status == 480 || status == 486;
  }

  private static Unacknowledged success(Engine engine, ServerTx tx, Dialog dialog, byte[] bytes) {
    if (tx.contact != null && (tx.method.equals("INVITE") || tx.method.equals("UPDATE"))) {
      dialog.target(tx.contact);
    }
    if (!tx.isInvite()) {
      return null;
    }
    dialog.confirm(tx.head().recordRoutes());
    var waiting = new Unacknowledged(engine, dialog, tx.cseq, bytes, tx.head().way());
    Unacknowledged before = dialog.unacknowledged;
    if (before != null) {
      before.end();
    }
    dialog.unacknowledged = waiting;
    return waiting;
  }

  private static String extra(Engine engine, ServerTx tx, SipAnswer answer, boolean makesDialog, boolean stale) {
    int status = answer.status();
    var out = new StringBuilder(160);
    if (status == 401) {
      out.append(engine.digests.challenge(tx.source, tx.takesFirstOnly, stale));
      engine.challenges.increment();
    }
    if (!answer.contacts().isEmpty() && (tx.method.equals("REGISTER") || (status >= 300 && status < 400) || status == 485)) {
      for (ContactAddr contact : answer.contacts()) {
        out.append("Contact: ").append(Addressing.print(contact)).append("\r\n");
      }
    } else if (makesDialog || (status < 300 && status >= 200 && tx.dialog != null && Outgoing.contactBelongs(tx.method))) {
      out.append("Contact: ").append(engine.contact(tx.head().to())).append("\r\n");
    }
    if ((status == 405 || (tx.isInvite() && status >= 200 && status < 300)) && answer.headers().first("Allow").isEmpty()) {
      out.append(engine.allow);
    }
    return out.append(engine.server).toString();
  }
}
