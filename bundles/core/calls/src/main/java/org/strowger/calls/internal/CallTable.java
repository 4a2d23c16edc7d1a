package org.strowger.calls.internal;

import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.strowger.kernel.CallId;
import org.strowger.sip.api.DialogId;
import org.strowger.sip.api.TransactionId;

/** The calls there are, by their own id, their dialogs and the INVITEs that may still be cancelled. Threads: any. */
final class CallTable {

  private final ConcurrentHashMap<CallId, Call> calls = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<DialogId, Call> dialogs = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<TransactionId, Call> invites = new ConcurrentHashMap<>();

  void add(Call call) {
    calls.put(call.id, call);
  }

  void remove(Call call) {
    calls.remove(call.id);
  }

  void add(DialogId dialog, Call call) {
    dialogs.put(dialog, call);
  }

  void remove(DialogId dialog) {
    dialogs.remove(dialog);
  }

  void add(TransactionId invite, Call call) {
    invites.put(invite, call);
  }

  void remove(TransactionId invite) {
    invites.remove(invite);
  }

  Optional<Call> find(CallId id) {
    return Optional.ofNullable(calls.get(id));
  }

  Optional<Call> find(DialogId dialog) {
    return Optional.ofNullable(dialogs.get(dialog));
  }

  Optional<Call> find(TransactionId invite) {
    return Optional.ofNullable(invites.get(invite));
  }

  Collection<Call> all() {
    return calls.values();
  }

  int size() {
    return calls.size();
  }

  /** Entries of all kinds: nothing may be left when no call is. */
  int entries() {
    return calls.size() + dialogs.size() + invites.size();
  }
}
