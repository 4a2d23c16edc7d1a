package org.strowger.calls.internal;

import java.time.Duration;
import org.strowger.calls.internal.SessionTimer.Refresher;
import org.strowger.sip.api.SipBody;
import org.strowger.sip.api.SipClient;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipResponse;
import org.strowger.sip.api.TransactionId;

/** Keeps the session timers of both legs of a connected call (RFC 4028), each on its own. */
final class Refreshing {

  private static final Duration SOON = Duration.ofSeconds(5);

  private final Call call;
  private final Connected state;

  Refreshing(Call call, Connected state) {
    this.call = call;
    this.state = state;
  }

  void start() {
    watch(call.caller);
    watch(call.callee);
  }

  private void watch(Party party) {
    state.after(party.timer.due().minus(call.exchange.time().since(party.refreshedAt)), () -> look(party));
  }

  /** Alarms are not moved when a refresh comes: they look again when they go off. */
  private void look(Party party) {
    if (call.exchange.time().since(party.refreshedAt).compareTo(party.timer.due()) < 0) {
      watch(party);
    } else if (party.timer.refresher() == Refresher.THEY) {
      state.end("session timer: " + party + " did not refresh");
    } else if (call.passage.isOffering()) {
      state.after(SOON, () -> look(party));
    } else {
      refresh(party);
    }
  }

  /** With UPDATE, which changes nothing; else with a re-INVITE that repeats the SDP. */
  private void refresh(Party party) {
    Exchange.Settings settings = call.exchange.settings();
    SipHeaders headers = party.timer.refresh(SipHeaders.of("Supported", "timer").with("Allow", Passing.ALLOW), settings.minSessionExpires());
    boolean update = party.allows("UPDATE") || party.lastSdp.isEmpty();
    if (!update) {
      call.passage.refreshes(party);
    }
    call.exchange.stack().send(party.dialog, update ? "UPDATE" : "INVITE", headers, update ? SipBody.NONE : party.lastSdp, new SipClient() {
      @Override
      public void response(SipResponse response) {
        call.answered(response, () -> answered(party, response, update));
      }

      @Override
      public void failed(TransactionId request, Failure failure) {
        call.tell(() -> {
          call.passage.refreshed(party);
          call.state().gone(party, "does not answer the session refresh");
        });
      }
    });
  }

  private void answered(Party party, SipResponse response, boolean update) {
    if (response.isProvisional()) {
      return;
    }
    call.passage.refreshed(party);
    if (response.isSuccess() && !update) {
      call.exchange.stack().ack(party.dialog, response.cseq(), SipBody.NONE);
    }
    if (call.state() != state) {
      return;
    }
    if (response.status() == 481 || response.status() == 408) {
      state.gone(party, "answers the session refresh with " + Phrases.of(response.status()));
    } else if (response.isSuccess()) {
      party.timer = SessionTimer.answered(response.headers(), party.timer.seconds());
      party.refreshedAt = call.exchange.time().ticks();
      watch(party);
    } else if (response.status() == 422) {
      int longer = SessionTimer.seconds(response.headers(), "Min-SE").orElse(party.timer.seconds() * 2);
      party.timer = new SessionTimer(Math.max(longer, party.timer.seconds()), Refresher.WE);
      state.after(SOON, () -> look(party));
    } else {
      // Whoever answers is there.
      state.after(SOON, () -> look(party));
    }
  }
}
