package org.strowger.calls.internal;

import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.strowger.accounts.api.AccountDirectory.VoipCredential;
import org.strowger.calls.api.Phase;
import org.strowger.kernel.Unavailable;
import org.strowger.sip.api.DigestCredentials;
import org.strowger.sip.api.SipAnswer;
import org.strowger.sip.api.SipDigest;
import org.strowger.sip.api.SipDigest.Ha1;
import org.strowger.sip.api.SipDigest.Outcome;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipRequest;

/** Whose call it is. Who has no right answer to the challenge is challenged again, and leaves no trace: a flood must cost nothing. */
final class Authenticating extends Setup {

  Authenticating(Call call) {
    super(call);
  }

  @Override
  String name() {
    return "authenticating";
  }

  @Override
  void enter() {
    whenAvailable(this::verify, this::unserved);
  }

  private void unserved(Throwable why) {
    exchange.counts().shed.increment();
    call.answer(SipAnswer.of(503).with(SipHeaders.of("Retry-After", "5")));
    call.become(new Over(call, false));
  }

  private void verify() {
    exchange.services().orThrow();
    if (!exchange.chain().answers(Phase.ROUTE)) {
      throw new Unavailable("routing");
    }
    SipDigest digest = exchange.digest();
    DigestCredentials given = call.invite.credentials().orElse(null);
    if (given == null) {
      challenge(false);
      return;
    }
    Optional<VoipCredential> kept = exchange.services().directory.orThrow().keptByVoipLogin(given.username(), digest.realm());
    if (kept.isEmpty()) {
      ask(given.username(), known -> verify(given, check(given, known), known));
      return;
    }
    Outcome outcome = check(given, kept);
    if (outcome == Outcome.WRONG) {
      // Who guesses passwords waits, and is refused, as if nobody had that name: what is in memory must not tell who exists.
      ask(UUID.randomUUID().toString(), nobody -> challenge(false));
    } else {
      verify(given, outcome, kept);
    }
  }

  private void ask(String login, Consumer<Optional<VoipCredential>> then) {
    lookUp(() -> exchange.services().directory.orThrow().byVoipLogin(login, exchange.digest().realm()), then, failure -> {
      if (failure instanceof Unavailable) {
        again(this::enter, () -> unserved(failure));
      } else {
        Complaints.warn("A caller's account could not be looked up", failure);
        unserved(failure);
      }
    });
  }

  private Outcome check(DigestCredentials given, Optional<VoipCredential> known) {
    return exchange.digest().check(given, known.map(k -> new Ha1(k.ha1Md5(), k.ha1Sha256())).orElse(Ha1.NOBODY));
  }

  private void verify(DigestCredentials given, Outcome outcome, Optional<VoipCredential> known) {
    if (outcome == Outcome.OK && known.isPresent()) {
      call.draft.caller = known.map(VoipCredential::account);
      call.draft.digestUser = Optional.of(given.username());
      call.become(new Deciding(call));
    } else {
      challenge(outcome == Outcome.REPLAY);
    }
  }

  private void challenge(boolean stale) {
    exchange.counts().challenged.increment();
    exchange.table().remove(call.invite.transaction());
    exchange.stack().challenge(call.invite.transaction(), stale);
    call.become(new Over(call, false));
  }

  @Override
  void cancelled(SipRequest cancel) {
    call.answer(SipAnswer.of(487));
    call.become(new Over(call, false));
  }

  @Override
  void disconnect(String why) {
    call.answer(SipAnswer.of(503));
    call.become(new Over(call, false));
  }
}
