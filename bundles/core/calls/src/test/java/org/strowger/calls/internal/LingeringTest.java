package org.strowger.calls.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.strowger.accounts.api.Account;
import org.strowger.accounts.api.AccountDirectory;
import org.strowger.billing.api.DurationRounding;
import org.strowger.billing.api.Quote;
import org.strowger.billing.api.RatingService;
import org.strowger.calls.api.Change;
import org.strowger.calls.api.Phase;
import org.strowger.calls.api.SipStatus;
import org.strowger.calls.api.Verdict;
import org.strowger.kernel.AccountId;
import org.strowger.kernel.Lingers;
import org.strowger.kernel.PlanId;
import org.strowger.kernel.TariffId;
import org.strowger.sip.api.SipBody;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipRequest;

/** New calls go on while a part of the switch is replaced whose memory is still true. */
class LingeringTest {

  /** A directory that is leaving, has no store any more and knows some by heart. */
  private static final class Leaving implements AccountDirectory, Lingers {
    private final AccountDirectory kept;
    private final String forgotten;

    Leaving(AccountDirectory kept, String forgotten) {
      this.kept = kept;
      this.forgotten = forgotten;
    }

    @Override
    public boolean lingers() {
      return true;
    }

    private <T> T known(String name, T answer) {
      if (name.equals(forgotten)) {
        throw new IllegalStateException("the store is closed");
      }
      return answer;
    }

    @Override
    public Optional<Account> find(AccountId id) {
      return kept.find(id);
    }

    @Override
    public boolean knows(String name) {
      return !name.equals(forgotten);
    }

    @Override
    public Optional<Account> byName(String name) {
      return known(name, kept.byName(name));
    }

    @Override
    public Optional<VoipCredential> keptByVoipLogin(String login, String realm) {
      return login.equals(forgotten) ? Optional.empty() : kept.byVoipLogin(login, realm);
    }

    @Override
    public Optional<VoipCredential> byVoipLogin(String login, String realm) {
      return known(login, kept.byVoipLogin(login, realm));
    }

    @Override
    public void askForNobody() {
      throw new IllegalStateException("the store is closed");
    }
  }

  private record Rates(RatingService kept, boolean whole) implements RatingService, Lingers {
    @Override
    public boolean lingers() {
      return true;
    }

    @Override
    public Quote quote(PlanId plan, String cld, boolean onNet, Instant at) {
      if (!whole) {
        throw new NoClassDefFoundError("org/strowger/rating/internal/TariffBook");
      }
      return kept.quote(plan, cld, onNet, at);
    }

    @Override
    public Quote quote(TariffId tariff, DurationRounding rounding, String cld, Instant at) {
      return kept.quote(tariff, rounding, cld, at);
    }
  }

  /** How often the vendor's policy was asked. */
  private int asked;
  /** Whether the vendor's policy knows a route. */
  private boolean legs;
  private final World world = new World();
  private final FakeStack stack = world.stack;
  private final AccountDirectory directory = world.services.directory.orThrow();
  private final RatingService rating = world.services.rating.orThrow();

  private void accountsLeave(String forgotten) {
    var leaving = new Leaving(directory, forgotten);
    world.services.directory.bind(leaving);
    world.services.directory.unbind(leaving);
  }

  private void ratingLeaves(boolean whole) {
    var leaving = new Rates(rating, whole);
    world.services.rating.bind(leaving);
    world.services.rating.unbind(leaving);
  }

  /** A call that is neither refused nor sent on until this has come. */
  private void waitsFor(Runnable next) {
    SipRequest invite = stack.invite("alice", "bob");
    world.pass(Duration.ofMillis(500));
    assertThat(stack.status(invite)).isZero();
    assertThat(stack.sent("INVITE")).isEmpty();
    next.run();
    world.pass(Duration.ofMillis(70));
    assertThat(stack.sent("INVITE")).hasSize(1);
  }

  @Test
  void aCallOfThoseWhoAreKnownDoesNotWaitForAccountsAndRates() {
    accountsLeave("nobody");
    ratingLeaves(true);
    stack.invite("alice", "bob");
    world.settle();
    assertThat(stack.sent("INVITE")).hasSize(1);
  }

  @Test
  void aCallOfWhoIsNotKnownByHeartWaitsForTheNextAccounts() {
    accountsLeave("alice");
    waitsFor(() -> world.services.directory.bind(directory));
  }

  @Test
  void aCallToWhoIsNotKnownByHeartWaitsForTheNextAccounts() {
    accountsLeave("bob");
    waitsFor(() -> world.services.directory.bind(directory));
  }

  @Test
  void aPriceThatCannotBeHadAnyMoreIsAskedOfTheNextRates() {
    ratingLeaves(false);
    waitsFor(() -> world.services.rating.bind(rating));
  }

  @Test
  void nobodyIsServedWithoutTheAnswerThatLacks() {
    accountsLeave("alice");
    SipRequest invite = stack.invite("alice", "bob");
    world.pass(Duration.ofMillis(2200));
    assertThat(stack.status(invite)).isEqualTo(503);
    assertThat(stack.answer(invite).headers().first("Retry-After")).isPresent();
  }

  @Test
  void waitsForRoutingThatLacksTheAccounts() {
    var there = new boolean[1];
    world.policy("routing", Phase.ROUTE, (phase, call) -> there[0] ? world.onNet(call.cld()) : Verdict.proceed());
    world.withdraw("router");
    waitsFor(() -> there[0] = true);
  }

  @Test
  void whatGoesWrongWithRoutingThatIsLeavingIsAskedOfTheNextOne() {
    world.withdraw("router");
    world.policy("routing", Phase.ROUTE, (phase, call) -> {
      throw new IllegalStateException("no classes any more");
    }, "on.failure", "closed");
    SipRequest refused = stack.invite("alice", "bob");
    world.pass(Duration.ofMillis(10));
    assertThat(stack.status(refused)).as("it is there and fails").isEqualTo(503);

    world.lingers("routing", Phase.ROUTE, (phase, call) -> {
      throw new IllegalStateException("no classes any more");
    });
    waitsFor(() -> world.policy("routing", Phase.ROUTE, (phase, call) -> world.onNet(call.cld())));
  }

  private void vendor() {
    world.policy("vendor", Phase.ROUTE, (phase, call) -> {
      asked++;
      assertThat(call.legsLeft()).as("who is asked first finds no legs").isEmpty();
      assertThat(call.tags()).isEmpty();
      var changes = new ArrayList<Change>(List.of(
          new Change.Cld("00" + call.cld()), new Change.Tag("routed"), new Change.MaxDuration(Duration.ofMinutes(5)), new Change.Hold("vendor", 1, SipStatus.BUSY_HERE),
          new Change.Take("vendor", new BigDecimal("0.01"), 1, SipStatus.BUSY_HERE), new Change.Once("vendor " + call.id(), world.clock.now().plusSeconds(60), SipStatus.FORBIDDEN)));
      if (legs) {
        changes.addAll(((Verdict.Proceed) world.onNet("bob")).changes());
      }
      return Verdict.proceed(changes.toArray(Change[]::new));
    });
    world.ranked("vendor", 10);
  }

  /** What others changed in ROUTE is changed once, however often it is asked again. */
  @Test
  void anotherPolicysRoutesAndSlotsAreItsOnlyOnceThoughRoutingIsAskedAgain() {
    legs = true;
    world.withdraw("router");
    vendor();
    world.lingers("routing", Phase.ROUTE, (phase, call) -> {
      throw new IllegalStateException("no classes any more");
    });
    SipRequest invite = stack.invite("alice", "bob");
    world.pass(Duration.ofMillis(500));
    assertThat(stack.status(invite)).isZero();
    assertThat(world.limits.slotsHeld()).isEqualTo(1);
    world.policy("routing", Phase.ROUTE, (phase, call) -> {
      assertThat(call.legsLeft()).as("the vendor's").hasSize(1);
      assertThat(call.cld()).isEqualTo("00bob");
      return Verdict.proceed();
    });
    world.pass(Duration.ofMillis(70));
    assertThat(stack.sent("INVITE")).hasSize(1);
    stack.last("INVITE").reply(486, SipBody.NONE);
    world.settle();
    assertThat(stack.sent("INVITE")).as("no leg twice").hasSize(1);
    assertThat(asked).isEqualTo(1);
    assertThat(stack.status(invite)).isEqualTo(486);
    world.assertEmpty();
    SipRequest second = stack.invite("alice", "bob");
    world.settle();
    assertThat(stack.status(second)).as("the token is spent").isEqualTo(486);
  }

  @Test
  void aCallIsNotRefusedForWhatItTookWhileRoutingHadNoAnswer() {
    world.withdraw("router");
    vendor();
    var there = new boolean[1];
    world.policy("routing", Phase.ROUTE, (phase, call) -> there[0] ? world.onNet("bob") : Verdict.proceed());
    waitsFor(() -> there[0] = true);
    assertThat(asked).as("for all the time that routing was asked").isEqualTo(1);
    assertThat(world.limits.slotsHeld()).isEqualTo(1);
    stack.last("INVITE").reply(486, SipBody.NONE);
    world.settle();
    world.assertEmpty();
  }

  @Test
  void aCallIsNotRefusedForWhatItTookBeforeRoutingCameBack() {
    world.withdraw("router");
    vendor();
    world.policy("routing", Phase.ROUTE, (phase, call) -> world.onNet("bob"));
    world.withdraw("routing");
    waitsFor(() -> world.policy("routing", Phase.ROUTE, (phase, call) -> world.onNet("bob")));
    assertThat(asked).isEqualTo(1);
    stack.last("INVITE").reply(486, SipBody.NONE);
    world.settle();
    world.assertEmpty();
  }

  /** What it said of a call without legs says nothing of one that has some. */
  @Test
  void whoIsShownMoreOfACallThanBeforeIsAskedAgain() {
    world.withdraw("router");
    var shown = new ArrayList<Integer>();
    world.policy("vendor", Phase.ROUTE, (phase, call) -> {
      shown.add(call.legsLeft().size());
      return call.legsLeft().isEmpty() ? Verdict.proceed() : Verdict.reject(SipStatus.FORBIDDEN, "not there");
    });
    world.policy("routing", Phase.ROUTE, (phase, call) -> world.onNet("bob"));
    world.withdraw("routing");
    SipRequest invite = stack.invite("alice", "bob");
    world.pass(Duration.ofMillis(500));
    world.policy("routing", Phase.ROUTE, (phase, call) -> world.onNet("bob"));
    world.ranked("routing", 10);
    world.pass(Duration.ofMillis(70));
    assertThat(stack.status(invite)).isEqualTo(403);
    assertThat(shown).containsExactly(0, 1);
  }

  /** It cannot open, say: where a vendor knows no route it may know one, so nobody is told that there is none. */
  @Test
  void whileRoutingIsToRunButDoesNotNoCallIsToldThatItHasNoRoute() {
    world.withdraw("router");
    world.policy("vendor", Phase.ROUTE, (phase, call) -> {
      asked++;
      return Verdict.proceed();
    });
    world.routingIsToRun = true;
    SipRequest invite = stack.invite("alice", "bob");
    world.pass(Duration.ofMillis(2200));
    assertThat(stack.status(invite)).isEqualTo(503);
    assertThat(stack.answer(invite).headers().first("Retry-After")).isPresent();
    assertThat(asked).isEqualTo(1);

    world.policy("routing", Phase.ROUTE, (phase, call) -> world.onNet("bob"));
    world.withdraw("routing");
    world.pass(Duration.ofMinutes(2));
    SipRequest later = stack.invite("alice", "bob");
    world.pass(Duration.ofMillis(2200));
    assertThat(stack.status(later)).as("however long it has been away").isEqualTo(503);

    world.routingIsToRun = false;
    SipRequest last = stack.invite("alice", "bob");
    world.settle();
    assertThat(stack.status(last)).as("it was taken out").isEqualTo(404);
  }

  @Test
  void aWrongPasswordCountsAsOneGuessHoweverOftenTheAccountsAreAskedFor() {
    accountsLeave("nobody");
    SipRequest invite = stack.invite("alice", "bob", SipHeaders.NONE, SipBody.NONE, "alice", "wrong", 70);
    world.pass(Duration.ofMillis(500));
    assertThat(stack.guessed).containsExactly(invite.transaction());
    assertThat(stack.challenged).as("the question that tells nobody who exists has no answer yet").isEmpty();
    world.services.directory.bind(directory);
    world.pass(Duration.ofMillis(70));
    assertThat(stack.challenged).containsExactly(invite.transaction());
    assertThat(stack.guessed).hasSize(1);
    world.assertEmpty();
  }
}
