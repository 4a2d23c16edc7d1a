package org.strowger.sip.internal;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.strowger.kernel.Meter;
import org.strowger.kernel.Time;
import org.strowger.sip.api.ContactAddr;
import org.strowger.sip.api.DialogId;
import org.strowger.sip.api.Flow;
import org.strowger.sip.api.NameAddr;
import org.strowger.sip.api.OutgoingRequest;
import org.strowger.sip.api.SipAnswer;
import org.strowger.sip.api.SipBody;
import org.strowger.sip.api.SipClient;
import org.strowger.sip.api.SipDigest.Outcome;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipRequest;
import org.strowger.sip.api.SipResponse;
import org.strowger.sip.api.SipStack;
import org.strowger.sip.api.SipUri;
import org.strowger.sip.api.TransactionId;
import org.strowger.sip.internal.admission.Admission;
import org.strowger.sip.spi.SipUser;

/** The least that connects two phones over the contract: a registrar in a map and a B2BUA without a thought of its own. */
final class TinySwitch implements SipUser, AutoCloseable {

  private record Binding(SipUri contact, Flow flow) {}

  private static final Set<String> THROUGH = Set.of("Require", "Supported", "RSeq", "RAck", "Session-Expires", "Min-SE", "Allow", "Reason");

  final Users users = new Users();
  final Meter meter = new Meter("sip");
  final Engine engine;
  final LongAdder calls = new LongAdder();
  private final SipStack sip;
  private final Map<String, Binding> bindings = new ConcurrentHashMap<>();
  private final Map<DialogId, DialogId> other = new ConcurrentHashMap<>();
  private final Map<TransactionId, TransactionId> callees = new ConcurrentHashMap<>();
  /** A callee's 2xx to INVITE that waits for the caller's ACK. */
  private final Map<DialogId, Long> unacked = new ConcurrentHashMap<>();
  boolean challenging = true;

  TinySwitch(SipSettings settings) {
    engine = new Engine(settings, Time.SYSTEM, users, meter, new SipTrace(Time.SYSTEM), new Admission(Rig.PATIENT, Time.SYSTEM, 1), new TrunkHosts(Time.SYSTEM));
    sip = engine;
    users.bind(this);
    engine.open();
  }

  @Override
  public Set<String> methods() {
    return Set.of("INVITE", "REGISTER");
  }

  @Override
  public boolean challenges(SipRequest head) {
    return challenging;
  }

  @Override
  public void request(SipRequest request) {
    if (request.dialog().isPresent()) {
      within(request);
      return;
    }
    if (request.credentials().isPresent()) {
      String user = request.credentials().get().username();
      Outcome outcome = engine.digests.check(request.credentials().get(), Rig.ha1(user));
      if (outcome != Outcome.OK) {
        sip.challenge(request.transaction(), outcome == Outcome.REPLAY);
        return;
      }
    }
    if (request.method().equals("REGISTER")) {
      request.contacts().stream().findFirst().ifPresent(contact -> bindings.put(request.to().uri().user(), new Binding(contact.uri(), request.flow())));
      var bound = request.contacts().stream().map(contact -> new ContactAddr(contact.uri(), "", Map.of("expires", "300"))).toList();
      sip.respond(request.transaction(), new SipAnswer(200, "", bound, SipHeaders.NONE, SipBody.NONE));
    } else {
      call(request);
    }
  }

  private void call(SipRequest invite) {
    Binding callee = bindings.get(invite.uri().user());
    if (callee == null) {
      sip.respond(invite.transaction(), SipAnswer.of(404));
      return;
    }
    var out = new OutgoingRequest(
        "INVITE", callee.contact(), NameAddr.of(invite.from().displayName(), invite.from().uri()), NameAddr.of(invite.to().uri()), invite.maxForwards() - 1, List.of(),
        Optional.of(callee.flow()), Optional.empty(), callee.flow().transport(), Optional.empty(), invite.headers().only(THROUGH), invite.body());
    DialogId caller = sip.dialogOf(invite.transaction());
    callees.put(invite.transaction(), sip.send(out, new SipClient() {
      @Override
      public void response(SipResponse response) {
        if (response.status() == 100) {
          return;
        }
        response.dialog().ifPresent(dialog -> {
          other.put(dialog, caller);
          other.put(caller, dialog);
          if (response.isSuccess()) {
            unacked.put(caller, response.cseq());
            calls.increment();
          }
        });
        sip.respond(invite.transaction(), through(response));
        if (response.status() >= 200) {
          callees.remove(invite.transaction());
        }
      }

      @Override
      public void failed(TransactionId request, Failure failure) {
        callees.remove(invite.transaction());
        sip.respond(invite.transaction(), SipAnswer.of(failure == Failure.TIMEOUT ? 408 : 503));
      }
    }));
  }

  private static SipAnswer through(SipResponse response) {
    return SipAnswer.of(response.status()).with(response.headers().only(THROUGH)).with(response.body());
  }

  private void within(SipRequest request) {
    DialogId here = request.dialog().orElseThrow();
    DialogId there = other.get(here);
    if (there == null) {
      sip.respond(request.transaction(), SipAnswer.of(481));
      return;
    }
    boolean bye = request.method().equals("BYE");
    if (bye) {
      other.remove(here);
      other.remove(there);
      sip.respond(request.transaction(), SipAnswer.of(200));
    }
    sip.send(there, request.method(), request.headers().only(THROUGH), request.body(), new SipClient() {
      @Override
      public void response(SipResponse response) {
        if (!bye && response.status() > 100) {
          if (request.method().equals("INVITE") && response.isSuccess()) {
            unacked.put(here, response.cseq());
          }
          sip.respond(request.transaction(), through(response));
        }
      }

      @Override
      public void failed(TransactionId id, Failure failure) {
        sip.respond(request.transaction(), SipAnswer.of(408));
      }
    });
  }

  @Override
  public void acknowledged(DialogId dialog, SipBody body) {
    DialogId there = other.get(dialog);
    Long cseq = unacked.remove(dialog);
    if (there != null && cseq != null) {
      sip.ack(there, cseq, body);
    }
  }

  @Override
  public void unacknowledged(DialogId dialog) {
    DialogId there = other.remove(dialog);
    SipClient nobody = new SipClient() {
      @Override
      public void response(SipResponse response) {}

      @Override
      public void failed(TransactionId request, Failure failure) {}
    };
    sip.send(dialog, "BYE", SipHeaders.NONE, SipBody.NONE, nobody);
    if (there != null) {
      sip.send(there, "BYE", SipHeaders.NONE, SipBody.NONE, nobody);
    }
  }

  @Override
  public void cancelled(TransactionId invite, SipRequest cancel) {
    TransactionId callee = callees.remove(invite);
    if (callee != null) {
      sip.cancel(callee, SipHeaders.NONE);
    }
  }

  long held() {
    var now = meter.read();
    return now.get("sip.dialogs") + now.get("sip.transactions.server") + now.get("sip.transactions.client") + engine.servers.merged.size();
  }

  @Override
  public void close() {
    engine.close();
  }
}
