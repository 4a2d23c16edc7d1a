package org.strowger.accounts.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.strowger.accounts.api.Account;
import org.strowger.accounts.api.AccountChange;
import org.strowger.accounts.api.AccountDirectory;
import org.strowger.accounts.api.NewAccount;
import org.strowger.accounts.spi.AccountSettings;
import org.strowger.accounts.spi.Settings;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.Live;
import org.strowger.kernel.Time;
import org.strowger.kernel.Unavailable;
import org.strowger.kernel.data.Setting;
import org.strowger.passwords.Passwords;
import org.strowger.testkit.LeavingBundle;
import org.strowger.testkit.MovedTime;
import org.strowger.testkit.Waiting;
import org.strowger.testkit.postgres.TestDatabase;
import org.strowger.testkit.postgres.UnderWay;

/** What calls are told of accounts while the bundle is replaced. */
class LeavingAccountsTest {

  @AccountSettings(feature = "limits", section = "Calls", version = 1)
  record Limits(@Setting(initial = "-1") int maxSessions) {}

  @TempDir Path home;
  private final LeavingBundle bundle = new LeavingBundle();
  private final Live<AccountDirectory> calls = new Live<>("accounts");
  private TestDatabase database;
  private AccountsFixture switchboard;
  private AccountCache cache;
  private Accounts accounts;
  private Account alice;

  @BeforeEach
  void open() {
    database = TestDatabase.open();
    switchboard = new AccountsFixture(database, home);
    cache = new AccountCache(bundle.context(), switchboard.store, switchboard.features, switchboard.secrets, Time.SYSTEM, AccountsFixture.config());
    accounts = new Accounts(switchboard.store, cache, switchboard.features, switchboard.secrets, new Passwords(), switchboard.time);
    accounts.bindPlans(switchboard.plans);
    accounts.bindFunds(switchboard.funds);
    calls.bind(cache);
    alice = accounts.create(CustomerId.ROOT, new NewAccount(AccountsFixture.profile("alice"), BigDecimal.ZERO, "alice's secret", null), Map.of(), "admin").account();
    accounts.create(CustomerId.ROOT, AccountsFixture.account("bob"), Map.of(), "admin");
    call();
  }

  @AfterEach
  void close() {
    switchboard.close();
    database.close();
  }

  private void call() {
    calls.ask(directory -> directory.byName("alice"));
    calls.ask(directory -> directory.byVoipLogin("alice", "switch"));
  }

  private boolean knownByHeart() {
    return calls.<Boolean>ask(directory -> directory.knows("alice") && directory.keptByVoipLogin("alice", "switch").isPresent());
  }

  private Optional<Account> named(String name) {
    return calls.ask(directory -> directory.byName(name));
  }

  private void leave() {
    assertThat(bundle.services()).contains(cache);
    cache.close();
    assertThat(bundle.services()).isEmpty();
    calls.unbind(cache);
  }

  @Test
  void whoIsKnownByHeartIsKnownUntilTheNextComes() {
    bundle.stop();
    leave();
    switchboard.store.close();
    assertThat(knownByHeart()).isTrue();
    assertThat(calls.<Optional<Account>>ask(directory -> directory.find(alice.id()))).isPresent();
    assertThatThrownBy(() -> named("bob")).as("who is somebody").isInstanceOf(Unavailable.class);
    assertThat(named("14165550100")).as("who is nobody").isEmpty();
    assertThat(named("bob's")).isEmpty();
    assertThatThrownBy(() -> calls.ask(directory -> directory.byVoipLogin("bob", "switch"))).isInstanceOf(Unavailable.class);
  }

  @Test
  void aChangeThatWasUnderWayWhenItLeftIsSeen() {
    bundle.stop();
    leave();
    accounts.change(alice.id(), AccountChange.ofProfile(Map.of("blocked", true)), "admin");
    assertThat(knownByHeart()).as("as she was before").isFalse();
    assertThatThrownBy(() -> named("alice")).as("the next one knows that she is blocked").isInstanceOf(Unavailable.class);
  }

  @Test
  void featuresThatGoWithTheBundleTakeNoAccountsWithThem() {
    var limits = switchboard.install(Settings.of(Limits.class));
    assertThat(knownByHeart()).as("a feature came").isFalse();
    call();
    assertThat(knownByHeart()).isTrue();
    bundle.stop();
    switchboard.uninstall(limits);
    assertThat(knownByHeart()).isTrue();
  }

  @Test
  void nobodyIsKnownByHeartWhenItIsTheDatabaseThatGoes() {
    leave();
    assertThatThrownBy(() -> named("alice")).isInstanceOf(Unavailable.class);
  }

  @Test
  void theNextSeesWhatIsCommittedAfterItHasLooked() {
    bundle.stop();
    leave();
    UnderWay change = UnderWay.begin(switchboard.store.tx(), () -> {
      accounts.change(alice.id(), AccountChange.ofProfile(Map.of("blocked", true)), "admin");
      accounts.create(CustomerId.ROOT, AccountsFixture.account("carol"), Map.of(), "admin");
    });
    var time = new MovedTime();
    var next = new AccountCache(new LeavingBundle().context(), switchboard.store, switchboard.features, switchboard.secrets, time, AccountsFixture.config());
    assertThat(next.byName("alice").orElseThrow().profile().blocked()).isFalse();
    assertThat(next.byName("carol")).isEmpty();
    time.move(Duration.ofSeconds(5));
    Waiting.until("it is empty", () -> next.size() + next.unknownSize() == 0);
    assertThat(next.byName("alice").orElseThrow().profile().blocked()).as("not committed").isFalse();
    assertThat(next.byName("carol")).isEmpty();
    change.commit();
    Waiting.until("she is blocked", () -> next.byName("alice").orElseThrow().profile().blocked());
    assertThat(next.byName("carol")).isPresent();
    next.close();
  }
}
