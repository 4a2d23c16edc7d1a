package org.strowger.calls.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.strowger.billing.api.CallEnd.ReleaseSource;
import org.strowger.calls.api.CallView.LegFailure;
import org.strowger.calls.api.Leg;
import org.strowger.calls.api.Locations.Binding;
import org.strowger.sip.api.OutgoingRequest;
import org.strowger.sip.api.SipAnswer;
import org.strowger.sip.api.SipClient.Failure;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipResponse;

/** A leg is being tried: all its branches ring at once, the first 2xx wins. */
final class Trying extends Setup {

  private static final SipHeaders ELSEWHERE = SipHeaders.of("Reason", "SIP;cause=200;text=\"Call completed elsewhere\"");

  private final LegDraft leg;
  private final List<Binding> contacts;
  private final List<Branch> branches = new ArrayList<>(2);
  private Scheduler.Alarm reply;
  private Scheduler.Alarm provisional;
  /** Of the branches that ended; 0 for none. */
  private int worst;

  Trying(Call call, LegDraft leg, List<Binding> contacts) {
    super(call);
    this.leg = leg;
    this.contacts = contacts;
  }

  @Override
  String name() {
    return "trying";
  }

  @Override
  void enter() {
    OptionalInt asked = SessionTimer.seconds(call.invite.headers(), "Expires");
    if (asked.isPresent() && call.left(Duration.ofSeconds(asked.getAsInt())).isZero()) {
      expired();
      return;
    }
    Leg.Timers timers = leg.leg.timers();
    reply = after(timers.reply(), () -> silent("no reply within " + timers.reply().toSeconds() + " s"));
    provisional = after(timers.provisional(), () -> silent("no progress within " + timers.provisional().toSeconds() + " s"));
    after(timers.answer(), () -> silent("no answer within " + timers.answer().toSeconds() + " s"));
    asked.ifPresent(seconds -> after(call.left(Duration.ofSeconds(seconds)), this::expired));
    call.calls(leg);
    Outgoing.of(call, leg, contacts, exchange.settings().sessionExpires()).forEach(request -> branches.add(new Branch(call, request, leg.isHidden())));
    for (Branch branch : List.copyOf(branches)) {
      call.trace.note("sip", "INVITE {} → {} to {}", leg.cli(), leg.cld(), branch.request.uri());
      branch.send();
    }
  }

  /** RFC 3261 13.3.1: the caller said for how long it asks. */
  private void expired() {
    withdraw(SipHeaders.NONE);
    call.refuse(487, "the caller's INVITE has expired", ReleaseSource.CALLER);
  }

  private void silent(String why) {
    withdraw(SipHeaders.NONE);
    fail(new LegFailure(408, why));
  }

  private void fail(LegFailure failure) {
    call.trace.note("sip", "{} fails: {} ({})", leg.leg.label(), Phrases.of(failure.status()), failure.reason());
    call.become(new Choosing(call, failure));
  }

  @Override
  void withdraw(SipHeaders reason) {
    branches.forEach(branch -> branch.cancel(reason));
  }

  @Override
  void response(Branch branch, SipResponse response) {
    if (!branches.contains(branch) || branch.progress == Branch.Progress.ENDED) {
      // An earlier leg's, or cancelled meanwhile.
      super.response(branch, response);
      return;
    }
    drop(reply);
    if (response.isProvisional()) {
      progress(branch, response);
    } else if (response.isSuccess()) {
      won(branch, response);
    } else {
      branch.ended();
      refused(branch, response);
    }
  }

  private void progress(Branch branch, SipResponse response) {
    if (response.status() == 100) {
      return;
    }
    drop(provisional);
    if (response.status() < 190) {
      call.rings();
    }
    Party callee = call.forks.callee(branch, response);
    callee.heard(response.headers());
    boolean reliable = Reliables.isReliable(response);
    Optional<Long> rseq = reliable ? callee.reliables.ours(response) : Optional.empty();
    Party caller = call.forks.hearing(callee, reliable || !response.body().isEmpty());
    if (caller == null || (reliable && rseq.isEmpty())) {
      return;
    }
    SipHeaders headers = Passing.of(response.headers(), false);
    if (reliable) {
      headers = headers.with("Require", "100rel").with("RSeq", Long.toString(rseq.get()));
    }
    call.trace.note("sip", "{} from {}{}", response.status(), leg.leg.label(), response.body().isEmpty() ? "" : " with SDP");
    caller.sent(response.body());
    call.answer(caller, new SipAnswer(response.status(), "", List.of(), headers, response.body()));
  }

  private void won(Branch branch, SipResponse response) {
    response.dialog().orElseThrow();
    Party callee = call.forks.callee(branch, response);
    callee.heard(response.headers());
    branch.progress = Branch.Progress.ENDED;
    call.forks.answered(callee);
    branches.forEach(other -> other.cancel(ELSEWHERE));
    call.trace.note("sip", "{} answers with {}", leg.leg.label(), response.status());
    call.become(new Answering(call, response));
  }

  private void refused(Branch branch, SipResponse response) {
    int minSe = SessionTimer.seconds(response.headers(), "Min-SE").orElse(0);
    if (response.status() == 422 && minSe > exchange.settings().sessionExpires() && branch.request.headers().first("Session-Expires").isPresent()) {
      againWithLonger(branch, minSe);
      return;
    }
    ended(response.status());
  }

  /** RFC 4028 7.4, once for each branch: the second try asks for what they named. */
  private void againWithLonger(Branch branch, int minSe) {
    var old = branch.request;
    boolean second = old.headers().first("Session-Expires").map(v -> Integer.parseInt(v) != exchange.settings().sessionExpires()).orElse(true);
    if (second) {
      ended(422);
      return;
    }
    String longer = Integer.toString(minSe);
    var retry = new Branch(call, new OutgoingRequest(old.method(), old.uri(), old.from(), old.to(), old.maxForwards(), old.route(), old.flow(),
        old.hop(), old.transport(), old.login(), old.headers().set("Session-Expires", longer).set("Min-SE", longer), old.body()), leg.isHidden());
    branches.add(retry);
    retry.send();
  }

  private void ended(int status) {
    worst = worst == 0 ? status : Hunting.better(status, worst);
    if (worst >= 600) {
      withdraw(SipHeaders.NONE);
    }
    if (branches.stream().allMatch(b -> b.progress == Branch.Progress.ENDED)) {
      fail(new LegFailure(worst, Phrases.of(worst)));
    }
  }

  @Override
  void failed(Branch branch, Failure failure) {
    if (branches.contains(branch) && branch.progress == Branch.Progress.CALLING) {
      branch.ended();
      ended(failure == Failure.TIMEOUT ? 408 : 503);
    }
  }
}
