package org.strowger.calls.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.strowger.billing.api.CallEnd.ReleaseSource;
import org.strowger.sip.api.DialogId;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipResponse;

/**
 * Where a call rings, and in which of the caller's early dialogs (RFC 3261 12) the caller hears of it. Every leg, contact, and fork
 * further down that shows itself is one callee. Who brings SDP or a reliable response gets a dialog of the caller's to
 * himself, with a To tag of its own: no dialog sees two answers (13.2.1), nor the RSeqs of two (RFC 3262 3). Who only
 * rings is heard in the first one, as long as nobody has that to himself. Belongs to the call's key.
 */
final class Forks {

  /** Dialogs that a caller is given while it rings. */
  static final int MOST = 32;

  private final Call call;
  private final Party first;
  private final List<Fork> ringing = new ArrayList<>(2);
  /** Whose dialog is whose. Of callees only those that ring or talk; of the caller all that it was given. */
  private final Map<DialogId, Party> ends = new HashMap<>(4);
  private int given = 1;

  private record Fork(Branch branch, Party callee) {}

  Forks(Call call, Party first) {
    this.call = call;
    this.first = first;
  }

  /** The caller's first dialog is known. */
  void begin(DialogId dialog) {
    open(first, dialog);
  }

  private void open(Party end, DialogId dialog) {
    end.dialog = dialog;
    ends.put(dialog, end);
    call.know(dialog);
  }

  /** Null for a dialog that is over, but for the caller's: what it sends in those may have crossed their end. */
  Party end(DialogId dialog) {
    return ends.get(dialog);
  }

  /** Who answers here. A response without a tag is its branch's, whoever that turns out to be. */
  Party callee(Branch branch, SipResponse response) {
    DialogId dialog = response.dialog().orElse(null);
    Party callee = known(branch, dialog);
    if (callee == null) {
      callee = new Party(ReleaseSource.CALLEE);
      callee.unaware = branch.unaware;
      callee.sent(branch.request.body());
      ringing.add(new Fork(branch, callee));
    }
    if (callee.dialog == null && dialog != null) {
      open(callee, dialog);
    }
    return callee;
  }

  private Party known(Branch branch, DialogId dialog) {
    for (Fork fork : ringing) {
      if (fork.branch == branch && (dialog == null || fork.callee.dialog == null || dialog.equals(fork.callee.dialog))) {
        return fork.callee;
      }
    }
    return null;
  }

  /**
   * The caller's end that hears what this callee has to say before the answer.
   *
   * @param own whether nobody else may be heard there, before or after
   * @return null if the caller has been given as many as there may be
   */
  Party hearing(Party callee, boolean own) {
    if (callee.other != null) {
      return callee.other;
    } else if (first.other == null) {
      if (own) {
        first.pair(callee);
      }
      return first;
    }
    return given < MOST ? another(callee) : null;
  }

  /** Null if the caller's INVITE is gone. */
  private Party another(Party callee) {
    DialogId dialog = call.exchange.stack().fork(call.invite.transaction());
    if (dialog == null) {
      return null;
    }
    given++;
    var end = new Party(ReleaseSource.CALLER);
    end.heard(call.invite.headers());
    open(end, dialog);
    end.pair(callee);
    return end;
  }

  /** An end that nobody has to himself speaks, or is spoken to: where it can mean one only, it is that one's. */
  void pairIfOne(Party end) {
    if (end.other == null && first.other == null && ringing.size() == 1) {
      first.pair(ringing.get(0).callee);
    }
  }

  /** From now on the two that talk are this one and the caller's end that hears it; all others are over. */
  void answered(Party callee) {
    if (callee.other == null && (first.other == null || another(callee) == null)) {
      first.pair(callee);
    }
    call.caller = callee.other;
    call.callee = callee;
    List.copyOf(ringing).stream().filter(fork -> fork.callee != callee).forEach(this::over);
    ringing.clear();
  }

  /** This branch has failed, or was cancelled. */
  void over(Branch branch) {
    List.copyOf(ringing).stream().filter(fork -> fork.branch == branch).forEach(this::over);
  }

  private void over(Fork fork) {
    ringing.remove(fork);
    DialogId dialog = fork.callee.dialog;
    fork.callee.dialog = null;
    call.passage.over(fork.callee);
    if (dialog != null) {
      ends.remove(dialog);
      call.forget(dialog);
    }
  }

  /**
   * The caller has ended one of its dialogs with BYE: that of one callee, who is let go (RFC 3261 15).
   *
   * @return false if it hears of nobody else: it has hung up
   */
  boolean left(Party caller, SipHeaders reason) {
    if (call.callee.dialog != null) {
      return caller != call.caller;
    }
    Branch branch = ringing.stream().filter(fork -> fork.callee.other == caller).map(Fork::branch).findFirst().orElse(null);
    boolean others = ringing.stream().anyMatch(fork -> fork.callee.other != null && fork.callee.other != caller && fork.branch != branch);
    if (others && branch != null) {
      branch.cancel(reason);
    }
    return others;
  }
}
