package org.strowger.calls.internal;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.strowger.accounts.api.AccountDirectory;
import org.strowger.accounts.api.AccountDirectory.VoipCredential;
import org.strowger.calls.api.Phase;
import org.strowger.kernel.Live;
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

  /** The caller has cancelled, and learns that when it is known who he is. */
  private boolean gone;
  private boolean guessed;

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
    Live<AccountDirectory> directory = exchange.services().directory;
    Optional<VoipCredential> kept = directory.ask(d -> d.keptByVoipLogin(given.username(), digest.realm()));
    if (kept.isPresent()) {
      judge(given, kept, true);
      return;
    }
    boolean remembered = directory.ask(d -> d.knowsVoipLogin(given.username()));
    ask(() -> directory.ask(d -> d.byVoipLogin(given.username(), digest.realm())), known -> judge(given, known, remembered));
  }

  private <T> void ask(Supplier<T> question, Consumer<T> then) {
    lookUp(question, then, failure -> {
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

  /** @param remembered whether the account, or that there is none, came from memory */
  private void judge(DigestCredentials given, Optional<VoipCredential> known, boolean remembered) {
    Outcome outcome = check(given, known);
    if (known.isEmpty() || outcome == Outcome.WRONG) {
      if (!guessed) {
        // Not again when it is asked again, for the accounts were replaced meanwhile.
        guessed = true;
        exchange.stack().guessed(call.invite.transaction());
      }
      if (remembered) {
        // Who guesses passwords waits for the database once, whether anybody has that name or not: what is in memory must not tell who exists.
        ask(this::nobody, nobody -> challenge(false));
      } else {
        challenge(false);
      }
    } else if (outcome == Outcome.REPLAY) {
      challenge(true);
    } else if (gone) {
      call.answer(SipAnswer.of(487));
      call.become(new Over(call, false));
    } else {
      call.draft.caller = known.map(VoipCredential::account);
      call.draft.digestUser = Optional.of(given.username());
      call.become(new Deciding(call));
    }
  }

  private Optional<VoipCredential> nobody() {
    return exchange.services().directory.ask(directory -> {
      directory.askForNobody();
      return Optional.empty();
    });
  }

  private void challenge(boolean stale) {
    exchange.counts().challenged.increment();
    exchange.table().remove(call.invite.transaction());
    exchange.stack().challenge(call.invite.transaction(), stale);
    call.become(new Over(call, false));
  }

  /** Ends nothing: a guess must cost as much as any, and its answer must say no more. */
  @Override
  void cancelled(SipRequest cancel) {
    gone = true;
  }

  @Override
  void disconnect(String why) {
    call.answer(SipAnswer.of(503));
    call.become(new Over(call, false));
  }
}
