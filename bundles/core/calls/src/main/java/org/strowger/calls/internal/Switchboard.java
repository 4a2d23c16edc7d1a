package org.strowger.calls.internal;

import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.strowger.sip.api.DialogId;
import org.strowger.sip.api.SipAnswer;
import org.strowger.sip.api.SipBody;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipRequest;
import org.strowger.sip.api.TransactionId;
import org.strowger.sip.spi.SipUser;

/** Takes what SIP brings and hands it to the call it belongs to. Threads: SIP workers; nothing here blocks, and nothing asks a policy. */
final class Switchboard implements SipUser {

  /** Whether new calls are taken. */
  enum Doors { OPEN, CLOSED }

  private final Exchange exchange;
  private final AtomicReference<Doors> doors = new AtomicReference<>(Doors.OPEN);

  Switchboard(Exchange exchange) {
    this.exchange = exchange;
  }

  /** From now on new calls get 503. */
  void close() {
    doors.set(Doors.CLOSED);
  }

  void open() {
    doors.set(Doors.OPEN);
  }

  boolean closed() {
    return doors.get() == Doors.CLOSED;
  }

  @Override
  public Set<String> methods() {
    return Set.of("INVITE");
  }

  @Override
  public boolean challenges(SipRequest head) {
    return true;
  }

  @Override
  public void request(SipRequest request) {
    if (request.dialog().isPresent()) {
      within(request, request.dialog().get());
    } else if (!request.method().equals("INVITE")) {
      exchange.stack().respond(request.transaction(), SipAnswer.of(481));
    } else if (request.to().tag().isPresent()) {
      exchange.stack().respond(request.transaction(), SipAnswer.of(481));
    } else {
      begin(request);
    }
  }

  /** The stack refuses for us what we would refuse, and what would wait too long. */
  @Override
  public long backlogNanos() {
    return isFull() ? Long.MAX_VALUE : exchange.workers().backlogNanos();
  }

  private boolean isFull() {
    return closed() || exchange.table().size() >= exchange.settings().mostCalls();
  }

  private void begin(SipRequest invite) {
    if (isFull()) {
      exchange.counts().shed.increment();
      exchange.stack().respond(invite.transaction(), SipAnswer.of(503).with(SipHeaders.of("Retry-After", "10")));
      return;
    }
    var call = new Call(exchange, invite);
    exchange.table().add(call);
    exchange.table().add(invite.transaction(), call);
    call.start();
  }

  private void within(SipRequest request, DialogId dialog) {
    Call call = exchange.table().find(dialog).orElse(null);
    if (call == null) {
      exchange.stack().respond(request.transaction(), SipAnswer.of(481));
    } else if (request.method().equals("BYE")) {
      call.hurry(() -> call.request(dialog, request));
    } else if (!call.offer(() -> call.request(dialog, request))) {
      exchange.stack().respond(request.transaction(), SipAnswer.of(503));
    }
  }

  @Override
  public void acknowledged(DialogId dialog, SipBody body) {
    exchange.table().find(dialog).ifPresent(call -> call.hurry(() -> call.acknowledged(dialog, body)));
  }

  @Override
  public void unacknowledged(DialogId dialog) {
    exchange.table().find(dialog).ifPresent(call -> call.tell(() -> call.unacknowledged(dialog)));
  }

  @Override
  public void cancelled(TransactionId invite, SipRequest cancel) {
    exchange.table().find(invite).ifPresent(call -> call.tell(() -> {
      if (invite.equals(call.invite.transaction())) {
        call.state().cancelled(cancel);
      } else {
        call.passage.cancelled(invite, cancel);
      }
    }));
  }
}
