package org.strowger.calls.internal;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.strowger.billing.api.CallEnd.ReleaseSource;
import org.strowger.billing.api.Reservation;
import org.strowger.billing.api.Share;
import org.strowger.calls.api.Locations.Binding;
import org.strowger.kernel.Unavailable;

/** The first slice of everybody's money is being held. */
final class Holding extends Setup {

  private static final Duration LIMIT = Duration.ofSeconds(5);

  private final LegDraft leg;
  private final List<Binding> contacts;
  private final List<Share> shares;

  Holding(Call call, LegDraft leg, List<Binding> contacts, List<Share> shares) {
    super(call);
    this.leg = leg;
    this.contacts = contacts;
    this.shares = shares;
  }

  @Override
  String name() {
    return "holding";
  }

  @Override
  void enter() {
    call.unreserved = shares;
    reserve();
  }

  private void reserve() {
    await(() -> {
      CompletionStage<Reservation> asked = exchange.services().ledger.orThrow().reserve(call.id, shares);
      call.reserving = asked;
      return asked;
    }, LIMIT, this::answered, this::failed);
  }

  private void answered(Reservation answer) {
    if (answer instanceof Reservation.Granted granted) {
      call.trace.note("ledger", "{} s are paid for{}", granted.total().toSeconds(), granted.last() ? ", no more can be" : "");
      call.unreserved = List.of();
      call.granted = granted.total();
      call.become(new Trying(call, leg, contacts));
    } else {
      String why = ((Reservation.Refused) answer).why();
      call.trace.note("ledger", "nothing is held: {}", why);
      call.refuse(402, "insufficient funds: " + why, ReleaseSource.SWITCH);
    }
  }

  private void failed(Throwable failure) {
    if (failure instanceof Unavailable) {
      again(this::reserve, () -> call.refuse(503, failure.getMessage(), ReleaseSource.SWITCH));
    } else {
      Complaints.warn("The ledger failed to hold money", failure);
      call.refuse(503, "the ledger gave no answer", ReleaseSource.SWITCH);
    }
  }
}
