package org.strowger.routing.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.strowger.accounts.api.Account;
import org.strowger.accounts.api.AccountDirectory;
import org.strowger.accounts.api.AccountService;
import org.strowger.billing.api.DurationRounding;
import org.strowger.calls.api.Change;
import org.strowger.calls.api.Leg;
import org.strowger.calls.api.Phase;
import org.strowger.calls.api.Verdict;
import org.strowger.kernel.AccountId;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.ErrorCode;
import org.strowger.kernel.Health;
import org.strowger.kernel.HostPort;
import org.strowger.kernel.TariffId;
import org.strowger.kernel.Time;
import org.strowger.kernel.Unavailable;
import org.strowger.routing.internal.model.Carrier;
import org.strowger.routing.internal.model.CarrierTerms;
import org.strowger.routing.internal.model.EntryTerms;
import org.strowger.routing.internal.model.GroupTerms;
import org.strowger.routing.internal.model.GroupTerms.Policy;
import org.strowger.routing.internal.model.PasswordChange;
import org.strowger.routing.internal.model.RoutingGroup;
import org.strowger.routing.internal.store.RoutingStore;
import org.strowger.sip.api.OutgoingRequest;
import org.strowger.sip.api.SipUri;
import org.strowger.sip.api.Transport;
import org.strowger.testkit.LeavingBundle;
import org.strowger.testkit.postgres.TestDatabase;

/** The whole bundle but its doors: administration, book, decision. */
class RoutePolicyTest {

  @TempDir static Path home;
  private static TestDatabase database;
  private static RoutingStore store;
  private static RouteBook book;
  private static Carriers carriers;
  private static RoutingGroups groups;
  private static int number;

  private final RouteMeter meter = new RouteMeter(new LeavingBundle().context());

  @BeforeAll
  static void open() {
    database = TestDatabase.open();
    store = new RoutingStore(database, home.resolve("carriers.key"));
    book = new RouteBook(store, Time.SYSTEM);
    carriers = new Carriers(store, book, null);
    carriers.bindFunds(new Owed().funds);
    groups = Users.none(new RoutingGroups(store, book, null));
  }

  @AfterAll
  static void close() {
    book.stop();
    store.close();
    database.close();
  }

  private static Carrier carrier(String name, Map<String, ?> otherwise) {
    return carriers.create(CustomerId.ROOT, Sample.carrier(name + " " + ++number, otherwise), PasswordChange.KEEP);
  }

  private static RoutingGroup group() {
    return groups.create(CustomerId.ROOT, new GroupTerms("group " + ++number, Policy.PREFERENCE));
  }

  private static Account caller(RoutingGroup group) {
    return Sample.account(1, "alice", group == null ? null : group.id().value(), false, null);
  }

  private RoutePolicy policy(Account... accounts) {
    var policy = new RoutePolicy(new LeavingBundle().context(), book, meter);
    policy.bindDirectory(Sample.directory(accounts));
    return policy;
  }

  private Verdict offNet(RoutingGroup group, String cld) {
    return policy().decide(Phase.ROUTE, Sample.call(caller(group), "alice", cld));
  }

  private static List<Leg> legs(Verdict verdict) {
    assertThat(verdict).isInstanceOf(Verdict.Proceed.class);
    return ((Change.Legs) ((Verdict.Proceed) verdict).changes().get(0)).legs();
  }

  private static List<String> carriersOf(Verdict verdict) {
    return legs(verdict).stream().map(leg -> ((Leg.Carrier) leg).name()).toList();
  }

  private static void assertRejected(Verdict verdict, int status, String... reason) {
    assertThat(verdict).isInstanceOfSatisfying(Verdict.Reject.class, reject -> {
      assertThat(reject.status().code()).isEqualTo(status);
      assertThat(reject.reason()).contains(reason);
    });
  }

  @Test
  void nameOfAnotherAccountGoesToIt() {
    Account alice = caller(null);
    Account bob = Sample.account(2, "bob", null, false, null);
    Verdict verdict = policy(alice, bob).decide(Phase.ROUTE, Sample.call(alice, "alice", "bob"));
    assertThat(legs(verdict)).containsExactly(new Leg.OnNet(new AccountId(2), "bob", "alice", "bob", Leg.Timers.DEFAULT));
    assertThat(meter.onNet.sum()).isEqualTo(1);
  }

  @Test
  void ownNameGoesBackToTheCaller() {
    Account alice = caller(null);
    assertThat(legs(policy(alice).decide(Phase.ROUTE, Sample.call(alice, "alice", "alice")))).singleElement().extracting(Leg::label).isEqualTo("account alice");
  }

  @Test
  void accountComesBeforeACarrierThatTakesEveryNumber() {
    RoutingGroup group = group();
    groups.addEntry(group.id(), Sample.entry(carrier("any", Map.of()).id(), 0));
    Account bob = Sample.account(2, "4420", null, false, null);
    assertThat(legs(policy(bob).decide(Phase.ROUTE, Sample.call(caller(group), "alice", "4420")))).singleElement().isInstanceOf(Leg.OnNet.class);
  }

  @Test
  void blockedOrExpiredCalleeIsNotReachedByAnyOtherWay() {
    RoutingGroup group = group();
    groups.addEntry(group.id(), Sample.entry(carrier("any", Map.of()).id(), 0));
    Account blocked = Sample.account(2, "bob", null, true, null);
    Account expired = Sample.account(3, "carol", null, false, Sample.NOW);
    RoutePolicy policy = policy(blocked, expired);
    assertRejected(policy.decide(Phase.ROUTE, Sample.call(caller(group), "alice", "bob")), 480, "account bob is blocked");
    assertRejected(policy.decide(Phase.ROUTE, Sample.call(caller(group), "alice", "carol")), 480, "account carol is expired");
    assertThat(meter.refused.sum()).isEqualTo(2);
  }

  @Test
  void withoutARoutingGroupThereAreOnlyAccounts() {
    assertRejected(offNet(null, "4420"), 404, "only calls to other accounts are allowed");
    assertRejected(policy().decide(Phase.ROUTE, Sample.call(null, "x", "4420")), 404, "only calls to other accounts are allowed");
  }

  @Test
  void nothingThatMatchesIsNoRoute() {
    RoutingGroup group = group();
    groups.addEntry(group.id(), Sample.entry(carrier("uk", Map.of()).id(), 0, "44"));
    assertThat(offNet(group, "49")).isEqualTo(Verdict.reject(org.strowger.calls.api.SipStatus.NOT_FOUND, "No Routes found for the call"));
    assertRejected(offNet(group, ""), 484, "no number was dialled");
    groups.delete(group.id());
    assertRejected(offNet(group, "4420"), 404, "No Routes found for the call", "no routing group " + group.id());
  }

  @Test
  void carriersStandInOrderOfPreferenceForFailOver() {
    RoutingGroup group = group();
    Carrier cheap = carrier("cheap", Map.of());
    Carrier good = carrier("good", Map.of());
    Carrier uk = carrier("uk", Map.of());
    groups.addEntry(group.id(), Sample.entry(cheap.id(), 1));
    groups.addEntry(group.id(), Sample.entry(good.id(), 9, "4", "49"));
    groups.addEntry(group.id(), Sample.entry(uk.id(), 5, "44"));
    assertThat(carriersOf(offNet(group, "4420"))).containsExactly(good.name(), uk.name(), cheap.name());
    assertThat(carriersOf(offNet(group, "1"))).containsExactly(cheap.name());
    groups.update(group.id(), null, new GroupTerms(group.name(), Policy.PREFIX_LENGTH));
    assertThat(carriersOf(offNet(group, "4420"))).containsExactly(uk.name(), good.name(), cheap.name());
    assertThat(meter.offNet.sum()).isEqualTo(3);
  }

  @Test
  void legCarriesAllThatTheCarrierHas() {
    RoutingGroup group = group();
    CarrierTerms terms = Sample.carrier("full " + ++number, Map.of("address", "[2001:db8::1]", "transport", "TCP", "username", "u", "cldTranslation", "s/^44/0044/",
        "cliTranslation", "s/^.*$/5551234/", "capacity", -1, "rounding", "ROUND_UP", "stopCodes", List.of(486, 404), "replyTimeout", 2));
    Carrier full = carriers.create(CustomerId.ROOT, terms, new PasswordChange.Become("s3cret"));
    groups.addEntry(group.id(), Sample.entry(full.id(), 0));
    assertThat(legs(offNet(group, "4420"))).containsExactly(new Leg.Carrier(full.id(), full.name(), "5551234", "004420",
        SipUri.of("", new HostPort("2001:db8::1", 5060)), Transport.TCP, java.util.Optional.of(new OutgoingRequest.Login("u", "s3cret")), java.util.Optional.empty(),
        DurationRounding.ROUND_UP, 0, List.of(404, 486), new Leg.Timers(Duration.ofSeconds(2), Duration.ofSeconds(20), Duration.ofSeconds(120))));
    assertThat(offNet(group, "4420").toString()).doesNotContain("s3cret");
  }

  @Test
  void blockedCarriersAndEntriesAreOutAndACarrierComesOnce() {
    RoutingGroup group = group();
    Carrier first = carrier("first", Map.of());
    Carrier second = carrier("second", Map.of());
    groups.addEntry(group.id(), Sample.entry(first.id(), 9));
    groups.addEntry(group.id(), Sample.entry(second.id(), 5));
    int again = groups.addEntry(group.id(), Sample.entry(first.id(), 1, "44")).id();
    assertThat(carriersOf(offNet(group, "44"))).containsExactly(first.name(), second.name());

    carriers.update(second.id(), null, Sample.carrier(second.name(), Map.of("blocked", true)), PasswordChange.KEEP);
    assertThat(carriersOf(offNet(group, "44"))).containsExactly(first.name());
    carriers.update(first.id(), null, Sample.carrier(first.name(), Map.of("blocked", true)), PasswordChange.KEEP);
    assertRejected(offNet(group, "44"), 404, "No Routes found for the call", first.name() + " is blocked", second.name() + " is blocked");

    carriers.update(first.id(), null, first.terms(), PasswordChange.KEEP);
    groups.updateEntry(group.id(), again, now -> new EntryTerms(first.id(), List.of("44"), 1, 0, true));
    assertThat(carriersOf(offNet(group, "44"))).containsExactly(first.name());
  }

  @Test
  void translationThatGivesUpRefusesTheCall() {
    RoutingGroup group = group();
    Carrier hard = carrier("hard", Map.of("cldTranslation", "s/^(1*)(1*)(1*)(1*)\\1b$/x/"));
    groups.addEntry(group.id(), Sample.entry(hard.id(), 0));
    groups.addEntry(group.id(), Sample.entry(carrier("easy", Map.of()).id(), 5));
    assertRejected(offNet(group, "1".repeat(60)), 500, "translation for carrier " + hard.name());
    assertRejected(offNet(group, "1".repeat(129)), 484, "129 characters");
    assertThat(legs(offNet(group, "11b"))).hasSize(2).last().extracting(Leg::cld).isEqualTo("x");
  }

  @Test
  void translationThatLeavesNothingPassesTheCarrierOver() {
    RoutingGroup group = group();
    Carrier nothing = carrier("nothing", Map.of("cldTranslation", "s/^44//"));
    groups.addEntry(group.id(), Sample.entry(nothing.id(), 0));
    assertRejected(offNet(group, "44"), 404, "leaves nothing to dial");
    assertThat(carriersOf(offNet(group, "4420"))).containsExactly(nothing.name());
  }

  @Test
  void refusedChangesLeaveTheBookAsItWas() {
    RoutingGroup group = group();
    Carrier acme = carrier("acme", Map.of());
    groups.addEntry(group.id(), Sample.entry(acme.id(), 0));
    assertThatThrownBy(() -> carriers.delete(acme.id())).hasMessageContaining("used by a routing group");
    assertThatThrownBy(() -> database.tx().run(() -> {
      groups.delete(group.id());
      throw new IllegalStateException("no");
    })).hasMessage("no");
    assertThat(carriersOf(offNet(group, "44"))).containsExactly(acme.name());
  }

  @Test
  void aGroupThatAccountsHaveStays() {
    RoutingGroup one = group();
    RoutingGroup two = group();
    Carrier acme = carrier("acme", Map.of());
    groups.addEntry(one.id(), Sample.entry(acme.id(), 0));
    var asking = new RoutingGroups(store, book, null);
    assertThatThrownBy(() -> asking.delete(one.id())).isInstanceOf(Unavailable.class).hasMessageContaining("accounts");
    AccountService users = Users.of(Map.of(one.id(), 1L, two.id(), 12L));
    asking.bindAccounts(users);
    assertThatThrownBy(() -> asking.delete(one.id())).hasMessage("routing group " + one.id() + " is used by 1 account; give it another one, or none, first")
        .extracting("code").isEqualTo(ErrorCode.CONFLICT);
    assertThatThrownBy(() -> asking.delete(two.id())).hasMessageContaining("is used by 12 accounts; give them another");
    assertThat(asking.get(two.id())).isEqualTo(two);
    assertThat(carriersOf(offNet(one, "44"))).containsExactly(acme.name());
    asking.unbindAccounts(users);
    asking.bindAccounts(Users.of(Map.of(two.id(), 12L)));
    asking.delete(one.id());
    assertThatThrownBy(() -> asking.get(one.id())).extracting("code").isEqualTo(ErrorCode.NOT_FOUND);
  }

  @Test
  void unknownTariffIsRefusedAndAwayRatingSaysSo() {
    CarrierTerms terms = Sample.carrier("priced " + ++number, Map.of("tariff", 7));
    assertThatThrownBy(() -> carriers.create(CustomerId.ROOT, terms, PasswordChange.KEEP)).isInstanceOf(Unavailable.class).hasMessageContaining("rating");
    var withTariffs = new Carriers(store, book, null);
    withTariffs.bindTariffs(Tariffs.having(new TariffId(8)));
    assertThatThrownBy(() -> withTariffs.create(CustomerId.ROOT, terms, PasswordChange.KEEP)).hasMessageContaining("tariff '7'");
    Carrier priced = withTariffs.create(CustomerId.ROOT, Sample.carrier("priced " + ++number, Map.of("tariff", 8)), PasswordChange.KEEP);
    assertThat(carriers.update(priced.id(), null, Sample.carrier(priced.name(), Map.of("tariff", 8, "capacity", 2)), PasswordChange.KEEP).terms().capacity()).isEqualTo(2);
  }

  @Test
  void withoutAccountsThereIsNoDecision() {
    var policy = new RoutePolicy(new LeavingBundle().context(), book, meter);
    AccountDirectory directory = Sample.directory();
    policy.bindDirectory(directory);
    policy.unbindDirectory(directory);
    assertThat(policy.decide(Phase.ROUTE, Sample.call(caller(null), "alice", "1"))).as("neither a leg nor a refusal: the call asks again").isEqualTo(Verdict.proceed());
    assertThat(List.of(meter.onNet.sum(), meter.offNet.sum(), meter.refused.sum())).containsOnly(0L);
  }

  /** Calls have it before anybody who could change a route can be made: they need it. */
  @Test
  void isThereForCallsAsSoonAsItIsMade() {
    var bundle = new LeavingBundle();
    var policy = new RoutePolicy(bundle.context(), book, meter);
    assertThat(bundle.services()).containsExactly(policy);
    policy.close();
    assertThat(bundle.services()).isEmpty();
  }

  @Test
  void stillKnowsTheAccountsWhenItIsAskedAfterItLeft() {
    var policy = new RoutePolicy(new LeavingBundle().context(), book, meter);
    AccountDirectory directory = Sample.directory();
    policy.bindDirectory(directory);
    policy.close();
    policy.unbindDirectory(directory);
    assertThat(policy.decide(Phase.ROUTE, Sample.call(caller(null), "alice", "1"))).isInstanceOf(Verdict.Reject.class);
  }

  @Test
  void otherPhasesAreNotItsBusiness() {
    assertThat(policy().decide(Phase.SCREEN, Sample.call(caller(null), "alice", "1"))).isEqualTo(Verdict.proceed());
  }

  @Test
  void healthNamesACarrierWhosePasswordDoesNotOpen() {
    try (TestDatabase own = TestDatabase.open()) {
      var ownStore = new RoutingStore(own, home.resolve("one.key"));
      Carrier shut = ownStore.create(CustomerId.ROOT, Sample.carrier("shut", Map.of("username", "u")), new PasswordChange.Become("x"));
      assertThat(new RouteBook(ownStore, Time.SYSTEM).health()).isEqualTo(Health.ok("1 carriers, 0 routing groups with 0 prefixes"));
      ownStore.close();
      var elsewhere = new RoutingStore(own, home.resolve("missing.key"));
      var ownBook = new RouteBook(elsewhere, Time.SYSTEM);
      assertThat(ownBook.health()).satisfies(health -> {
        assertThat(health.state()).isEqualTo(Health.State.DEGRADED);
        assertThat(health.detail()).contains("carrier shut gets no calls", "missing.key");
      });
      RoutingGroup group = elsewhere.create(CustomerId.ROOT, new GroupTerms("g", Policy.PREFERENCE));
      elsewhere.addEntry(group.id(), Sample.entry(shut.id(), 0));
      ownBook.reload(group.id());
      assertThat(ownBook.candidates(group.id(), "1", "2")).singleElement().satisfies(candidate -> assertThat(candidate.why()).contains("missing.key"));
      elsewhere.close();
    }
  }
}
