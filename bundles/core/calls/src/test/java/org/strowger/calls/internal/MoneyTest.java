package org.strowger.calls.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.strowger.billing.api.CallEnd.ReleaseSource;
import org.strowger.billing.api.Payer;
import org.strowger.billing.api.Quote;
import org.strowger.billing.api.Reservation;
import org.strowger.calls.api.Change;
import org.strowger.calls.api.Phase;
import org.strowger.calls.api.Verdict;
import org.strowger.sip.api.SipBody;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipRequest;

/** Holds, slices, cuts and settlement; spec B.6. */
class MoneyTest {

  private static final SipBody ANSWER = SipBody.sdp("v=0 answer");

  private final World world = new World();
  private final FakeStack stack = world.stack;
  private final Payer alice = Payer.of(world.accounts.get("alice").id());

  private void price(String perMinute, int first, int next) {
    world.selling = (cld, onNet) -> new Quote.Priced(World.rate(perMinute, first, next));
  }

  private SipRequest connecting() {
    SipRequest invite = stack.invite("alice", "bob");
    world.settle();
    stack.last("INVITE").reply(200, ANSWER);
    world.settle();
    return invite;
  }

  private SipRequest connected() {
    SipRequest invite = connecting();
    assertThat(stack.status(invite)).isEqualTo(200);
    return invite;
  }

  @Test
  void extendsSliceBySliceAndCutsAtExactlyTheLimit() {
    price("0.60", 1, 1);
    world.ledger.balances.put(alice, new BigDecimal("1.00"));
    connected();
    world.pass(Duration.ofSeconds(99));
    assertThat(world.ledger.settled).isEmpty();
    world.pass(Duration.ofSeconds(2));
    FakeLedger.Settled settled = world.ledger.only();
    assertThat(settled.end().duration()).isEqualTo(Duration.ofSeconds(100));
    assertThat(settled.end().reason()).isEqualTo("granted time over");
    assertThat(settled.end().releaseSource()).isEqualTo(ReleaseSource.SWITCH);
    assertThat(stack.sent("BYE")).hasSize(2);
    assertThat(world.ledger.balances.get(alice)).isEqualByComparingTo("0");
    world.assertEmpty();
  }

  @Test
  void asksFiveSecondsBeforeTheSliceEnds() {
    price("0.60", 1, 1);
    connected();
    Call call = world.table.all().iterator().next();
    world.pass(Duration.ofMillis(4900));
    assertThat(call.granted).isEqualTo(Duration.ofSeconds(10));
    world.pass(Duration.ofMillis(200));
    assertThat(call.granted).isEqualTo(Duration.ofSeconds(30));
    world.pass(Duration.ofSeconds(20));
    assertThat(call.granted).isEqualTo(Duration.ofSeconds(70));
  }

  @Test
  void goesOnInsideItsSliceWhileTheLedgerIsAwayAndSettlesWhenItIsBack() {
    price("0.60", 1, 1);
    connected();
    world.ledger.away = true;
    world.pass(Duration.ofSeconds(9));
    assertThat(stack.sent("BYE")).isEmpty();
    world.pass(Duration.ofSeconds(2));
    assertThat(stack.sent("BYE")).hasSize(2);
    world.pass(Duration.ofSeconds(40));
    assertThat(world.ledger.settled).isEmpty();
    assertThat(world.table.size()).isEqualTo(1);
    world.ledger.away = false;
    world.pass(Duration.ofSeconds(31));
    assertThat(world.ledger.only().end().duration()).isEqualTo(Duration.ofSeconds(10));
    world.assertEmpty();
  }

  /** Half a second later its heartbeat may pass an end that it has not heard of. */
  @Test
  void tellsTheNextLedgerOfAnEndWithinHalfASecondHoweverLongNoneWasThere() {
    SipRequest invite = connected();
    world.services.ledger.unbind(world.ledger);
    stack.request(stack.dialogOf(invite.transaction()), "BYE", SipHeaders.NONE, SipBody.NONE);
    world.pass(Duration.ofSeconds(40));
    assertThat(world.ledger.settled).isEmpty();
    world.services.ledger.bind(world.ledger);
    world.pass(Duration.ofMillis(520));
    assertThat(world.ledger.only().end().duration()).isLessThan(Duration.ofSeconds(1));
    world.assertEmpty();
  }

  @Test
  void tellsTheLedgerOfAnEndBeforeTheByeIsAnswered() {
    SipRequest invite = connected();
    var unanswered = new ArrayList<String>();
    world.ledger.told = () -> unanswered.addAll(stack.unanswered());
    var bye = stack.request(stack.dialogOf(invite.transaction()), "BYE", SipHeaders.NONE, SipBody.NONE);
    world.settle();
    assertThat(unanswered).containsExactly("BYE " + bye.value());
    assertThat(stack.status(bye)).isEqualTo(200);
  }

  @Test
  void extendsAgainWhenTheLedgerIsBackInTime() {
    price("0.60", 1, 1);
    connected();
    world.ledger.away = true;
    world.pass(Duration.ofSeconds(8));
    world.ledger.away = false;
    world.pass(Duration.ofSeconds(12));
    assertThat(stack.sent("BYE")).isEmpty();
  }

  @Test
  void refusesWithoutMoneyAndSaysWhy() {
    price("0.60", 60, 60);
    world.ledger.balances.put(alice, new BigDecimal("0.59"));
    SipRequest invite = stack.invite("alice", "bob");
    world.settle();
    assertThat(stack.status(invite)).isEqualTo(402);
    assertThat(world.ledger.only().end().reason()).startsWith("insufficient funds: account:1");
    assertThat(world.ledger.only().shares()).hasSize(1);
    assertThat(stack.sent("INVITE")).isEmpty();
    world.assertEmpty();
  }

  @Test
  void refusesWhereThereIsNoRate() {
    world.selling = (cld, onNet) -> new Quote.NoRate();
    SipRequest invite = stack.invite("alice", "bob");
    world.settle();
    assertThat(stack.status(invite)).isEqualTo(403);
    assertThat(world.ledger.only().end().reason()).isEqualTo("no rate for bob in plan 1");
    world.assertEmpty();
  }

  @Test
  void skipsACarrierWhoseCostIsNotKnown() {
    world.carriers(World.carrier(1, 0), World.carrier(2, 0));
    var asked = new ArrayList<String>();
    world.buying = cld -> {
      asked.add(cld);
      return asked.size() == 1 ? new Quote.NoRate() : new Quote.Priced(World.rate("0.30", 1, 1));
    };
    stack.invite("alice", "442071838750");
    world.settle();
    assertThat(asked).containsExactly("442071838750", "442071838750");
    assertThat(stack.last("INVITE").outside.uri().host()).isEqualTo("203.0.113.2");
  }

  @Test
  void cutsAtTheLeastMaximumAPolicyNames() {
    world.policy("long", Phase.SCREEN, (phase, call) -> Verdict.proceed(new Change.MaxDuration(Duration.ofSeconds(90))));
    world.policy("short", Phase.SCREEN, (phase, call) -> Verdict.proceed(new Change.MaxDuration(Duration.ofSeconds(7))));
    connected();
    world.pass(Duration.ofSeconds(8));
    assertThat(world.ledger.only().end().duration()).isEqualTo(Duration.ofSeconds(7));
    assertThat(world.ledger.only().end().reason()).isEqualTo("maximum duration over");
    world.assertEmpty();
  }

  @Test
  void tellsTheCallerOfTheAnswerOnlyWhenItIsInTheJournal() {
    SipRequest invite = stack.invite("alice", "bob");
    world.settle();
    world.ledger.held = new ArrayList<>();
    stack.last("INVITE").reply(200, ANSWER);
    world.settle();
    assertThat(stack.status(invite)).isLessThan(200);
    world.ledger.release();
    world.settle();
    assertThat(stack.status(invite)).isEqualTo(200);
  }

  /** A free hour grants 7 days; a dearer one that begins while it rings takes them back. */
  @Test
  void cutsAtWhatTheMomentOfTheAnswerGrants() {
    price("0", 1, 1);
    world.ledger.atTheAnswer = new Reservation.Granted(Duration.ofSeconds(5), true);
    connected();
    Call call = world.table.all().iterator().next();
    assertThat(call.granted).isEqualTo(Duration.ofSeconds(5));
    world.pass(Duration.ofMillis(4900));
    assertThat(stack.sent("BYE")).isEmpty();
    world.pass(Duration.ofMillis(200));
    assertThat(stack.sent("BYE")).hasSize(2);
    assertThat(world.ledger.only().end().duration()).isEqualTo(Duration.ofSeconds(5));
    assertThat(world.ledger.only().end().reason()).isEqualTo("granted time over");
    assertThat(world.traceOf(call.id)).contains("5 s are paid for at the price of the hour of the answer, no more can be");
    world.assertEmpty();
  }

  @Test
  void extendsFiveSecondsBeforeTheEndOfWhatTheAnswerGrants() {
    price("0.60", 60, 60);
    world.ledger.atTheAnswer = new Reservation.Granted(Duration.ofSeconds(30), false);
    connected();
    Call call = world.table.all().iterator().next();
    world.pass(Duration.ofMillis(24_900));
    assertThat(call.granted).isEqualTo(Duration.ofSeconds(30));
    world.pass(Duration.ofMillis(200));
    assertThat(call.granted).isEqualTo(Duration.ofSeconds(50));
  }

  @Test
  void anAnswerThatNobodyCanPayForIsRefused() {
    price("0.06", 60, 60);
    world.ledger.atTheAnswer = new Reservation.Refused(alice, "account:1 has 0.1 USD available");
    SipRequest invite = connecting();
    assertThat(stack.status(invite)).isEqualTo(402);
    assertThat(stack.sent("BYE")).hasSize(1);
    assertThat(world.ledger.only().end().answered()).isFalse();
    assertThat(world.ledger.only().end().reason()).isEqualTo("insufficient funds: account:1 has 0.1 USD available");
    assertThat(world.ledger.journal).isEmpty();
    world.assertEmpty();
  }

  @Test
  void hangsUpTheCalleeWhenTheAnswerCannotBeJournalled() {
    SipRequest invite = stack.invite("alice", "bob");
    world.settle();
    world.ledger.away = true;
    stack.last("INVITE").reply(200, ANSWER);
    world.pass(Duration.ofSeconds(3));
    assertThat(stack.sent("BYE")).hasSize(1);
    world.pass(Duration.ofSeconds(3));
    assertThat(stack.status(invite)).isEqualTo(503);
    world.ledger.away = false;
    world.pass(Duration.ofSeconds(10));
    assertThat(world.ledger.only().end().answered()).isFalse();
    world.assertEmpty();
  }

  /** The journal says by then that the call is answered: a crash would charge it until its end stands there, too. */
  @ParameterizedTest
  @ValueSource(strings = {"CANCEL", "BYE of the caller", "BYE of the callee", "an operator"})
  void nobodyHearsThatAnAnsweredCallIsNoneBeforeTheLedgerHasIt(String how) {
    SipRequest invite = stack.invite("alice", "bob");
    world.settle();
    stack.last("INVITE").reply(180);
    world.settle();
    world.ledger.held = new ArrayList<>();
    stack.last("INVITE").reply(200, ANSWER);
    world.settle();
    switch (how) {
      case "CANCEL" -> stack.cancel(invite);
      case "BYE of the caller" -> stack.request(stack.dialogOf(invite.transaction()), "BYE", SipHeaders.NONE, SipBody.NONE);
      case "BYE of the callee" -> stack.request(stack.last("INVITE").dialog("t"), "BYE", SipHeaders.NONE, SipBody.NONE);
      default -> world.table.all().forEach(call -> call.tell(() -> call.state().disconnect("by hand")));
    }
    world.settle();
    assertThat(world.ledger.held).as("the journal row, and the end").hasSize(2);
    assertThat(stack.unanswered()).as("INVITE, and what ended it").hasSize(how.startsWith("BYE") ? 2 : 1);
    world.ledger.release();
    world.settle();
    assertThat(stack.status(invite)).isEqualTo(how.equals("CANCEL") || how.equals("BYE of the caller") ? 487 : 480);
    assertThat(world.ledger.only().end().answered()).isFalse();
    assertThat(world.ledger.journal).isEmpty();
    world.assertEmpty();
  }

  /** By then the end is on the local disk. */
  @Test
  void whoCancelsDuringTheAnswerHearsOfItAfterThreeSecondsWhateverTheLedgerDoes() {
    SipRequest invite = stack.invite("alice", "bob");
    world.settle();
    world.ledger.held = new ArrayList<>();
    stack.last("INVITE").reply(200, ANSWER);
    world.settle();
    stack.cancel(invite);
    world.pass(Duration.ofMillis(2_900));
    assertThat(stack.status(invite)).isLessThan(200);
    world.pass(Duration.ofMillis(200));
    assertThat(stack.status(invite)).isEqualTo(487);
    world.ledger.release();
    world.settle();
    assertThat(world.ledger.only().end().answered()).isFalse();
    world.assertEmpty();
  }

  /** Ten calls at once on money for a hundred seconds, callees never hang up: spec B.6's race, at small size. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void neverSpendsMoreThanThereIs(long seed) {
    var random = new Random(seed);
    price("0.60", 1, 1);
    world.ledger.balances.put(alice, new BigDecimal("1.00"));
    var invites = new ArrayList<SipRequest>();
    for (int i = 0; i < 10; i++) {
      invites.add(stack.invite("alice", "bob"));
      world.pass(Duration.ofMillis(5));
    }
    var ringing = new ArrayList<>(stack.sent("INVITE"));
    for (int t = 0; t < 300; t++) {
      if (!ringing.isEmpty() && random.nextInt(20) == 0) {
        ringing.remove(random.nextInt(ringing.size())).reply(200, ANSWER);
      }
      world.pass(Duration.ofMillis(10));
    }
    List.copyOf(ringing).forEach(sent -> sent.reply(200, ANSWER));
    world.pass(Duration.ofSeconds(150));
    assertThat(world.ledger.settled).hasSize(10);
    long billed = world.ledger.settled.values().stream().mapToLong(FakeLedger.Settled::billedSeconds).sum();
    assertThat(billed).as("seed %d", seed).isBetween(95L, 100L);
    assertThat(world.ledger.balances.get(alice)).isGreaterThanOrEqualTo(BigDecimal.ZERO);
    world.assertEmpty();
  }

  @Test
  void settlesExactlyOnceWhenBothHangUpAtTheSameMoment() {
    SipRequest invite = connected();
    FakeStack.Sent out = stack.last("INVITE");
    stack.request(stack.dialogOf(invite.transaction()), "BYE", SipHeaders.NONE, SipBody.NONE);
    stack.request(out.dialog("t"), "BYE", SipHeaders.NONE, SipBody.NONE);
    world.settle();
    assertThat(world.ledger.asked.values()).containsExactly(1);
    world.assertEmpty();
  }
}
