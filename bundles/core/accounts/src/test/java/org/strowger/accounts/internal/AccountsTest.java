package org.strowger.accounts.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.strowger.accounts.internal.AccountsFixture.DOLLARS;
import static org.strowger.accounts.internal.AccountsFixture.EUROS;
import static org.strowger.accounts.internal.AccountsFixture.GROUP;
import static org.strowger.accounts.internal.AccountsFixture.OF_ANOTHER_CUSTOMER;
import static org.strowger.accounts.internal.AccountsFixture.OTHER_DOLLARS;
import static org.strowger.accounts.internal.AccountsFixture.account;
import static org.strowger.accounts.internal.AccountsFixture.profile;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import org.strowger.kernel.CallId;
import org.strowger.calls.api.CallService;
import org.strowger.calls.api.ActiveCall;
import java.util.ArrayList;
import java.lang.reflect.Proxy;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.strowger.accounts.api.Account;
import org.strowger.accounts.api.AccountChange;
import org.strowger.accounts.api.AccountProfile;
import org.strowger.accounts.api.AccountQuery;
import org.strowger.accounts.api.NewAccount;
import org.strowger.accounts.spi.AccountSettings;
import org.strowger.accounts.spi.Settings;
import org.strowger.billing.api.Balance;
import org.strowger.billing.api.Payer;
import org.strowger.kernel.AccountId;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.ErrorCode;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.Money;
import org.strowger.kernel.PlanId;
import org.strowger.kernel.RoutingGroupId;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.Unavailable;
import org.strowger.kernel.data.Setting;
import org.strowger.testkit.postgres.TestDatabase;

class AccountsTest {

  private static final CustomerId ROOT = CustomerId.ROOT;

  @AccountSettings(feature = "dncl", section = "Advanced Parameters")
  record Dncl(@Setting(initial = "false") boolean lookup, @Setting(initial = "3", min = 1, max = 9) int tries) {}

  @AccountSettings(feature = "dncl", section = "Advanced Parameters", version = 2)
  record NewerDncl(@Setting(initial = "false") boolean lookup, @Setting(initial = "ca") String list) {}

  @TempDir
  Path home;

  private TestDatabase database;
  private AccountsFixture switchboard;

  @BeforeEach
  void open() {
    database = TestDatabase.open();
    switchboard = new AccountsFixture(database, home);
  }

  @org.junit.jupiter.api.AfterEach
  void close() {
    switchboard.close();
    database.close();
  }

  private Account create(String name) {
    return switchboard.accounts.create(ROOT, account(name), Map.of(), "admin").account();
  }

  private static StrowgerException refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable work) {
    return org.assertj.core.api.Assertions.catchThrowableOfType(StrowgerException.class, work);
  }

  @Test
  void makesAnAccountWithMoneyAndSettings() {
    switchboard.install(Settings.of(Dncl.class));
    var asked = new NewAccount(profile("1001"), new BigDecimal("12.50"), null, "chosen web 1");
    var created = switchboard.accounts.create(ROOT, asked, Map.of("dncl", Map.of("lookup", true)), "admin");

    Account account = switchboard.accounts.find(created.account().id()).orElseThrow();
    assertThat(account).isEqualTo(created.account());
    assertThat(account.profile()).isEqualTo(profile("1001"));
    assertThat(account.info().currency().getCurrencyCode()).isEqualTo("USD");
    assertThat(account.info()).extracting("createdBy", "updatedBy", "created", "firstUse", "expiration", "lastLogin")
        .containsExactly("admin", "admin", switchboard.now, null, null, null);
    assertThat(account.version()).isEqualTo(1);
    assertThat(switchboard.accounts.settings(account, "dncl").orElseThrow()).isEqualTo(Map.of("lookup", true, "tries", 3L));
    assertThat(switchboard.funds.balances).containsEntry(Payer.of(account.id()),
        new Balance(Payer.of(account.id()), Money.of("12.5", "USD"), Money.of("0", "USD"), Money.of("0", "USD")));
    assertThat(switchboard.plans.assigned).containsExactly(DOLLARS);
    assertThat(created.webPassword()).isNull();
    assertThat(created.voipPassword()).hasSize(16);
    assertThat(created.toString()).doesNotContain(created.voipPassword());
    assertThat(switchboard.accounts.byName(ROOT, "1001")).contains(account);
    assertThat(switchboard.accounts.byName(new CustomerId(2), "1001")).isEmpty();
  }

  @Test
  void nothingIsLeftWhenTheLedgerRefuses() {
    switchboard.funds.failure = new IllegalStateException("disk full");
    assertThatThrownBy(() -> create("1001")).hasMessage("disk full");
    switchboard.funds.failure = null;
    assertThat(switchboard.accounts.byName(ROOT, "1001")).isEmpty();
    assertThat(create("1001").name()).isEqualTo("1001");
  }

  @Test
  void withoutBillingNothingIsMade() {
    switchboard.accounts.unbindFunds(switchboard.funds);
    assertThatThrownBy(() -> create("1001")).isInstanceOf(Unavailable.class).hasMessageContaining("ledger");
    switchboard.accounts.bindFunds(switchboard.funds);
    switchboard.accounts.unbindPlans(switchboard.plans);
    assertThatThrownBy(() -> create("1001")).isInstanceOf(Unavailable.class).hasMessageContaining("rating");
    assertThat(switchboard.accounts.list(ROOT, AccountQuery.ALL)).isEmpty();
  }

  @Test
  void namesEveryBrokenFieldAtOnce() {
    var asked = new NewAccount(profile("no spaces"), BigDecimal.ONE, "short", null);
    var e = refused(() -> switchboard.accounts.create(ROOT, asked, Map.of("voicemail", Map.of()), "admin"));
    assertThat(e.code()).isEqualTo(ErrorCode.INVALID);
    assertThat(e.getMessage()).contains("name 'no spaces'").contains("voipPassword: has 8 to 128").contains("features.voicemail").doesNotContain("short'");
    var tooPrecise = new NewAccount(profile("1001"), new BigDecimal("1e-21"), null, null);
    assertThatThrownBy(() -> switchboard.accounts.create(ROOT, tooPrecise, Map.of(), "admin")).isInstanceOf(InvalidInput.class).hasMessageContaining("balance");
  }

  @Test
  void aNameAndALoginAreTakenOnce() {
    create("1001");
    assertThat(refused(() -> create("1001"))).hasMessageContaining("name '1001' is taken").extracting("code").isEqualTo(ErrorCode.DUPLICATE);
    Account other = create("1002");
    var e = refused(() -> switchboard.accounts.change(other.id(), AccountChange.ofProfile(Map.of("voipLogin", "1001")), "admin"));
    assertThat(e).hasMessageContaining("voipLogin '1001' is taken").extracting("code").isEqualTo(ErrorCode.DUPLICATE);
    assertThat(switchboard.accounts.find(other.id())).contains(other);
  }

  @Test
  void aPlanMustBeThereAndTheCustomers() {
    for (PlanId plan : List.of(OF_ANOTHER_CUSTOMER, new PlanId(99))) {
      var p = profile("1001");
      var asked = new NewAccount(Validation.PROFILE.with(p, Map.of("plan", (long) plan.value())), BigDecimal.ZERO, null, null);
      assertThat(refused(() -> switchboard.accounts.create(ROOT, asked, Map.of(), "admin"))).isInstanceOf(InvalidInput.class)
          .hasMessageContaining("plan '" + plan + "': is the id of a service plan, and there is none with it");
    }
    assertThat(switchboard.accounts.list(ROOT, AccountQuery.ALL)).isEmpty();
  }

  @Test
  void anUpdateOfWhatSomebodyElseChangedIsRefused() {
    Account read = create("1001");
    switchboard.now = switchboard.now.plusSeconds(60);
    Account changed = switchboard.accounts.update(read.id(), 1, Validation.PROFILE.with(read.profile(), Map.of("description", "lobby")), "bob");
    assertThat(changed.version()).isEqualTo(2);
    assertThat(changed.info()).extracting("createdBy", "updatedBy", "updated").containsExactly("admin", "bob", switchboard.now);
    var e = refused(() -> switchboard.accounts.update(read.id(), 1, read.profile(), "carol"));
    assertThat(e).hasMessageContaining("changed by bob").extracting("code").isEqualTo(ErrorCode.CONFLICT);
    assertThat(switchboard.accounts.find(read.id())).contains(changed);
  }

  @Test
  void whatChangesNothingMakesNoVersion() {
    Account read = create("1001");
    assertThat(switchboard.accounts.change(read.id(), AccountChange.ofProfile(Map.of("language", "en", "creditLimit", "0.00")), "bob")).isEqualTo(read);
  }

  @Test
  void planAndCreditLimit() {
    Account read = create("1001");
    var e = refused(() -> switchboard.accounts.change(read.id(), AccountChange.ofProfile(Map.of("plan", (long) EUROS.value())), "bob"));
    assertThat(e).hasMessageContaining("EUR").extracting("code").isEqualTo(ErrorCode.CONFLICT);
    Account changed = switchboard.accounts.change(read.id(), AccountChange.ofProfile(Map.of("plan", (long) OTHER_DOLLARS.value(), "creditLimit", "7.25")), "bob");
    assertThat(changed.profile().plan()).isEqualTo(OTHER_DOLLARS);
    assertThat(switchboard.funds.balances.get(Payer.of(read.id())).creditLimit()).isEqualTo(Money.of("7.25", "USD"));
    switchboard.funds.failure = new Unavailable("the ledger");
    assertThatThrownBy(() -> switchboard.accounts.change(read.id(), AccountChange.ofProfile(Map.of("creditLimit", "9", "batchTag", "x")), "bob")).isInstanceOf(Unavailable.class);
    assertThat(switchboard.accounts.find(read.id())).contains(changed);
  }

  @Test
  void aChangeIsMadeWholeOrNotAtAll() {
    switchboard.install(Settings.of(Dncl.class));
    Account read = create("1001");
    var half = new AccountChange(1, Map.of("description", "new"), Map.of("dncl", Map.of("tries", 10L, "colour", "red")), null, null);
    assertThatThrownBy(() -> switchboard.accounts.change(read.id(), half, "bob")).isInstanceOf(InvalidInput.class)
        .hasMessageContaining("features.dncl.tries '10': is 1 to 9").hasMessageContaining("features.dncl.colour");
    assertThat(switchboard.accounts.find(read.id())).contains(read);
  }

  @Test
  void settingsOfAFeatureThatIsAwayAreKeptAndCannotBeWritten() {
    var installed = switchboard.install(Settings.of(Dncl.class));
    Account account = switchboard.accounts.create(ROOT, account("1001"), Map.of("dncl", Map.of("tries", 5L)), "admin").account();
    switchboard.uninstall(installed);

    assertThat(switchboard.accounts.features()).isEmpty();
    assertThat(switchboard.accounts.settings(account, "dncl")).isEmpty();
    var e = refused(() -> switchboard.accounts.changeSettings(account.id(), "dncl", Map.of("tries", 6L), "bob"));
    assertThat(e).hasMessageContaining("feature dncl is not installed").extracting("code").isEqualTo(ErrorCode.CONFLICT);
    Account changed = switchboard.accounts.change(account.id(), AccountChange.ofProfile(Map.of("blocked", true)), "bob");
    assertThat(changed.features().get("dncl").values()).isEqualTo(Map.of("tries", 5L));

    switchboard.install(Settings.of(Dncl.class));
    assertThat(switchboard.accounts.settings(changed, "dncl").orElseThrow()).containsEntry("tries", 5L);
  }

  @Test
  void anOlderVersionKeepsWhatANewerOneWrote() {
    var newer = switchboard.install(Settings.of(NewerDncl.class));
    Account account = switchboard.accounts.create(ROOT, account("1001"), Map.of("dncl", Map.of("lookup", true, "list", "us")), "admin").account();
    switchboard.uninstall(newer);
    switchboard.install(Settings.of(Dncl.class));

    Account changed = switchboard.accounts.changeSettings(account.id(), "dncl", Map.of("tries", 5L), "bob");
    assertThat(changed.features().get("dncl").values()).isEqualTo(Map.of("lookup", true, "list", "us", "tries", 5L));
    assertThat(changed.features().get("dncl").schemaVersion()).isEqualTo(2);
    assertThat(switchboard.accounts.settings(changed, "dncl").orElseThrow()).isEqualTo(Map.of("lookup", true, "tries", 5L));
    assertThat(Settings.of(Dncl.class).of(changed)).isEqualTo(new Dncl(true, 5));
  }

  @Test
  void aNullSetsTheInitialValueAgain() {
    switchboard.install(Settings.of(Dncl.class));
    Account account = switchboard.accounts.create(ROOT, account("1001"), Map.of("dncl", Map.of("tries", 5L, "lookup", true)), "admin").account();
    var changes = new HashMap<String, Object>();
    changes.put("tries", null);
    Account changed = switchboard.accounts.changeSettings(account.id(), "dncl", changes, "bob");
    assertThat(changed.features().get("dncl").values()).isEqualTo(Map.of("lookup", true));
    assertThat(switchboard.accounts.settings(changed, "dncl").orElseThrow()).containsEntry("tries", 3L);
  }

  @Test
  void passwordsAreShownOnceAndKeptUnreadable() throws Exception {
    var created = switchboard.accounts.create(ROOT, account("1001"), Map.of(), "admin");
    AccountId id = created.account().id();
    switchboard.now = switchboard.now.plusSeconds(60);
    assertThat(switchboard.accounts.setVoipPassword(id, "Very secret 1", "bob")).isNull();
    assertThat(switchboard.accounts.find(id).orElseThrow().info().lastPasswordChange()).isEqualTo(switchboard.now.minusSeconds(60));
    String made = switchboard.accounts.setWebPassword(id, null, "bob");
    assertThat(made).hasSize(16);
    assertThat(switchboard.accounts.find(id).orElseThrow().info().lastPasswordChange()).isEqualTo(switchboard.now);
    try (var connection = java.sql.DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
        var rows = connection.createStatement().executeQuery("select a::text, encode(voip_sealed, 'escape') from accounts.account a")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getString(1) + rows.getString(2)).doesNotContain("Very secret").doesNotContain(made).doesNotContain(created.webPassword());
    }
    assertThatThrownBy(() -> switchboard.accounts.setWebPassword(id, "short", "bob")).hasMessageNotContaining("short").isInstanceOf(InvalidInput.class);
  }

  @Test
  void lifetimeRunsFromTheFirstUse() {
    Account account = create("1001");
    switchboard.accounts.change(account.id(), AccountChange.ofProfile(Map.of("lifetimeDays", 2L)), "admin");
    assertThat(switchboard.directory.find(account.id()).orElseThrow().info().expiration()).isNull();

    Instant first = switchboard.now.plusSeconds(5);
    switchboard.accounts.used(account.id(), first);
    assertThat(switchboard.directory.find(account.id()).orElseThrow().info().expiration()).isEqualTo(first.plus(Duration.ofDays(2)));
    switchboard.accounts.used(account.id(), first.plusSeconds(50));
    switchboard.store.close();

    Account later = new AccountsFixture(database, home).accounts.find(account.id()).orElseThrow();
    assertThat(later.info().firstUse()).isEqualTo(first);
    assertThat(later.version()).isEqualTo(2);
    assertThat(later.usable(first.plus(Duration.ofDays(2)).minusNanos(1))).isTrue();
    assertThat(later.usable(first.plus(Duration.ofDays(2)))).isFalse();
  }

  @Test
  void listsInOrderOfNameWhatWasAskedFor() {
    for (String name : List.of("2002", "1001", "1002", "1_03")) {
      create(name);
    }
    AccountId id = switchboard.accounts.byName(ROOT, "1002").orElseThrow().id();
    switchboard.accounts.change(id, AccountChange.ofProfile(Map.of("batchTag", "Lobby", "blocked", true)), "admin");
    assertThat(names(AccountQuery.ALL)).containsExactly("1001", "1002", "1_03", "2002");
    assertThat(names(new AccountQuery("lobb", null, null, 0, 50))).containsExactly("1002");
    assertThatThrownBy(() -> names(new AccountQuery(null, null, null, -1, 50))).hasMessage("offset '-1': is not negative");
    assertThatThrownBy(() -> names(new AccountQuery(null, null, null, 0, 0))).hasMessage("limit '0': is 1 to 1000");
    assertThat(names(new AccountQuery("1_", null, null, 0, 50))).containsExactly("1_03");
    assertThat(names(new AccountQuery(null, "Lobby", null, 0, 50))).containsExactly("1002");
    assertThat(names(new AccountQuery(null, null, true, 0, 50))).containsExactly("1002");
    assertThat(names(new AccountQuery(null, null, null, 1, 2))).containsExactly("1002", "1_03");
    assertThat(switchboard.accounts.list(new CustomerId(2), AccountQuery.ALL)).isEmpty();
    assertThat(switchboard.accounts.count(ROOT, new AccountQuery("100", null, null, 1, 1))).isEqualTo(2);
  }

  private List<String> names(AccountQuery query) {
    return switchboard.accounts.list(ROOT, query).stream().map(Account::name).toList();
  }

  @Test
  void doesNotDeleteWhoHasACallThatHoldsNoMoney() {
    Account caller = create("1001");
    Account callee = create("1002");
    Account other = create("1003");
    var up = new ArrayList<ActiveCall>();
    up.add(new ActiveCall(new CallId(1), "Talking", "1001", "1002", caller.id(), callee.id(), null, switchboard.now, Duration.ZERO, null));
    CallService calls = (CallService) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {CallService.class}, (proxy, method, arguments) -> switch (method.getName()) {
      case "active" -> List.copyOf(up);
      case "equals" -> proxy == arguments[0];
      case "hashCode" -> 1;
      default -> throw new AssertionError("a deletion asks only who is up, not " + method.getName());
    });
    switchboard.accounts.bindCalls(calls);
    for (Account account : List.of(caller, callee)) {
      assertThat(refused(() -> switchboard.accounts.delete(account.id(), "bob"))).hasMessageContaining("has a call up; end it first").extracting("code").isEqualTo(ErrorCode.CONFLICT);
      assertThat(switchboard.accounts.find(account.id())).isPresent();
    }
    switchboard.accounts.delete(other.id(), "bob");
    up.clear();
    switchboard.accounts.delete(caller.id(), "bob");
    assertThat(switchboard.accounts.find(caller.id())).isEmpty();
  }

  @Test
  void deletesOnlyWithoutMoneyAndCalls() {
    Account account = switchboard.accounts.create(ROOT, new NewAccount(profile("1001"), BigDecimal.ONE, null, null), Map.of(), "admin").account();
    assertThat(refused(() -> switchboard.accounts.delete(account.id(), "bob"))).hasMessageContaining("balance of 1 USD").extracting("code").isEqualTo(ErrorCode.CONFLICT);
    Payer payer = Payer.of(account.id());
    switchboard.funds.balances.put(payer, new Balance(payer, Money.of("0", "USD"), Money.of("0", "USD"), Money.of("0.1", "USD")));
    assertThat(refused(() -> switchboard.accounts.delete(account.id(), "bob"))).hasMessageContaining("call up");
    switchboard.funds.balances.put(payer, new Balance(payer, Money.of("0", "USD"), Money.of("0", "USD"), Money.of("0", "USD")));
    switchboard.funds.failure = StrowgerException.conflict("a call began in this moment");
    assertThat(refused(() -> switchboard.accounts.delete(account.id(), "bob"))).as("the ledger has the last word").hasMessageContaining("in this moment");
    assertThat(switchboard.accounts.find(account.id())).isPresent();
    switchboard.funds.failure = null;
    switchboard.accounts.delete(account.id(), "bob");
    assertThat(switchboard.funds.closed).containsExactly(payer);
    assertThat(switchboard.accounts.find(account.id())).isEmpty();
    assertThat(refused(() -> switchboard.accounts.delete(account.id(), "bob")).code()).isEqualTo(ErrorCode.NOT_FOUND);
  }

  private static AccountChange route(Object group) {
    var fields = new HashMap<String, Object>();
    fields.put("routingGroup", group);
    return AccountChange.ofProfile(fields);
  }

  @Test
  void aRoutingGroupIsOneThatThereIs() {
    Account account = create("1001");
    assertThat(switchboard.accounts.change(account.id(), route(GROUP.value()), "admin").profile().routingGroup()).isEqualTo(GROUP);
    create("1000");
    assertThat(names(AccountQuery.having(GROUP))).containsExactly("1001");
    assertThat(switchboard.accounts.count(ROOT, AccountQuery.having(GROUP))).isEqualTo(1);
    assertThat(switchboard.accounts.count(ROOT, AccountQuery.having(new RoutingGroupId(8)))).isZero();

    assertThat(refused(() -> switchboard.accounts.change(account.id(), route(8), "admin")))
        .isInstanceOf(InvalidInput.class).hasMessage("routingGroup '8': is the id of a routing group, and there is none with it; see route:group-list or GET /routing-groups");
    AccountProfile there = profile("1002");
    var onlyLost = new NewAccount(new AccountProfile("1002", null, there.plan(), there.creditLimit(), new RoutingGroupId(8), there.timeZone(), "en", null, null, -1, false), BigDecimal.ZERO, null, "short");
    assertThat(refused(() -> switchboard.accounts.create(ROOT, onlyLost, Map.of(), "admin"))).as("all that is wrong at once").hasMessageContainingAll("routingGroup '8'", "webPassword");
    assertThat(switchboard.accounts.byName(ROOT, "1002")).isEmpty();
    assertThat(switchboard.accounts.find(account.id()).orElseThrow().profile().routingGroup()).isEqualTo(GROUP);
  }

  @Test
  void aRoutingGroupThatGoesMeanwhileIsRefusedInTheTransactionThatWouldStoreIt() {
    Account account = create("1001");
    var inTransaction = new ArrayList<Boolean>();
    switchboard.accounts.unbindRouting(switchboard.routing);
    switchboard.accounts.bindRouting((customer, group) -> {
      inTransaction.add(switchboard.store.tx().active());
      return !switchboard.store.tx().active();
    });

    assertThat(refused(() -> switchboard.accounts.change(account.id(), route(GROUP.value()), "admin"))).isInstanceOf(InvalidInput.class).hasMessageContaining("routingGroup '" + GROUP + "'");
    AccountProfile there = profile("1002");
    var routed = new NewAccount(new AccountProfile("1002", null, there.plan(), there.creditLimit(), GROUP, there.timeZone(), "en", null, null, -1, false), BigDecimal.ZERO, null, null);
    assertThat(refused(() -> switchboard.accounts.create(ROOT, routed, Map.of(), "admin"))).isInstanceOf(InvalidInput.class).hasMessageContaining("routingGroup '" + GROUP + "'");

    assertThat(inTransaction).containsExactly(false, true, false, true);
    assertThat(switchboard.accounts.find(account.id()).orElseThrow().profile().routingGroup()).isNull();
    assertThat(switchboard.accounts.byName(ROOT, "1002")).isEmpty();
  }

  @Test
  void whileRoutingIsAwayOnlyNamingAnotherGroupWaitsForIt() {
    Account account = create("1001");
    switchboard.accounts.change(account.id(), route(GROUP.value()), "admin");
    switchboard.accounts.unbindRouting(switchboard.routing);

    assertThat(switchboard.accounts.change(account.id(), AccountChange.ofProfile(Map.of("description", "still works")), "admin").profile().routingGroup()).isEqualTo(GROUP);
    assertThat(switchboard.accounts.change(account.id(), route(null), "admin").profile().routingGroup()).isNull();
    assertThatThrownBy(() -> switchboard.accounts.change(account.id(), route(GROUP.value()), "admin")).isInstanceOf(Unavailable.class).hasMessageContaining("routing");
  }
}
