package org.strowger.accounts.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.strowger.accounts.api.Account;
import org.strowger.accounts.api.AccountChange;
import org.strowger.accounts.api.NewAccount;
import org.strowger.accounts.api.SettingsSchema;
import org.strowger.accounts.spi.AccountFeature;
import org.strowger.accounts.spi.AccountSettings;
import org.strowger.accounts.spi.Settings;
import org.strowger.kernel.AccountId;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.data.Setting;
import org.strowger.testkit.Waiting;
import org.strowger.testkit.postgres.TestDatabase;
import org.strowger.testkit.postgres.UnderWay;

/** An account's first use and what is in memory of the account: neither makes the other be forgotten. */
class FirstUseTest {

  private static final Duration LIFETIME = Duration.ofDays(2);

  @TempDir Path home;
  private TestDatabase database;
  private AccountsFixture switchboard;
  private Instant first;

  @BeforeEach
  void open() {
    database = TestDatabase.open();
    switchboard = new AccountsFixture(database, home);
    first = switchboard.now.plusSeconds(5);
  }

  @AfterEach
  void close() {
    switchboard.close();
    database.close();
  }

  private AccountId create(Map<String, Map<String, Object>> settings) {
    var asked = new NewAccount(AccountsFixture.profile("1001"), BigDecimal.ZERO, "alice secret", null);
    AccountId id = switchboard.accounts.create(CustomerId.ROOT, asked, settings, "admin").account().id();
    switchboard.accounts.change(id, AccountChange.ofProfile(Map.of("lifetimeDays", LIFETIME.toDays())), "admin");
    return id;
  }

  /** Everything that a call asks. */
  private Account call() {
    Account named = switchboard.directory.byName("1001").orElseThrow();
    assertThat(switchboard.directory.byVoipLogin("1001", "switch").orElseThrow().account()).isEqualTo(named);
    assertThat(switchboard.directory.keptByVoipLogin("1001", "switch").orElseThrow().account()).isEqualTo(named);
    assertThat(switchboard.directory.find(named.id())).contains(named);
    return named;
  }

  private void assertUsed(Account account) {
    assertThat(account.info().firstUse()).isEqualTo(first);
    assertThat(account.info().expiration()).isEqualTo(first.plus(LIFETIME));
  }

  @Test
  void theNextCallIsServedThoughTheDatabaseGoesRightAfterTheFirst() {
    AccountId id = create(Map.of());
    assertThat(call().info().expiration()).isNull();
    long opened = switchboard.secrets.opened();
    switchboard.accounts.used(id, first);
    switchboard.store.close();
    assertUsed(call());
    assertThat(switchboard.secrets.opened()).as("its credential is kept, too").isEqualTo(opened);
    try (var later = new AccountsFixture(database, home)) {
      assertUsed(later.accounts.find(id).orElseThrow());
    }
  }

  @Test
  void whatIsNotStoredCountsNoMoreAndIsNotedAgain() {
    AccountId id = create(Map.of());
    call();
    switchboard.store.close();
    switchboard.accounts.used(id, first);
    assertThat(call().info()).extracting("firstUse", "expiration").containsExactly(null, null);
  }

  @Test
  void theFirstUseThatSomebodyElseStoredIsTheOneThatCounts() {
    AccountId id = create(Map.of());
    call();
    try (var other = new AccountsFixture(database, home)) {
      other.accounts.used(id, first);
    }
    switchboard.accounts.used(id, first.plusSeconds(50));
    Waiting.until("it is read again", () -> switchboard.directory.find(id).orElseThrow().info().firstUse().equals(first));
    assertUsed(call());
  }

  @Test
  void aChangeThatIsUnderWayIsNotLost() {
    AccountId id = create(Map.of());
    call();
    UnderWay change = UnderWay.begin(switchboard.store.tx(), () -> switchboard.accounts.change(id, AccountChange.ofProfile(Map.of("blocked", true)), "admin"));
    switchboard.accounts.used(id, first);
    assertThat(call().profile().blocked()).as("not committed").isFalse();
    assertUsed(call());
    change.commit();
    assertThat(call().profile().blocked()).isTrue();
    assertUsed(call());
    switchboard.store.close();
    assertUsed(call());
  }

  @AccountSettings(feature = "limits", section = "Calls")
  record Limits(@Setting(initial = "-1") int sessions) {}

  /** Does something after the account was read, before it is kept. */
  private record Meanwhile(UnaryOperator<Map<String, Object>> work) implements AccountFeature {
    private static final SettingsSchema BEFORE = Settings.of(Limits.class).schema();

    @Override
    public SettingsSchema schema() {
      return new SettingsSchema(BEFORE.feature(), BEFORE.section(), BEFORE.version() + 1, BEFORE.schema());
    }

    @Override
    public Map<String, Object> complete(Map<String, Object> values) {
      return values;
    }

    @Override
    public Map<String, Object> upgrade(Map<String, Object> values, int fromVersion) {
      return work.apply(values);
    }
  }

  @Test
  void whatWasReadBeforeItIsNotKept() {
    var yesterday = switchboard.install(Settings.of(Limits.class));
    AccountId id = create(Map.of("limits", Map.of("sessions", 4L)));
    switchboard.uninstall(yesterday);
    var once = new AtomicBoolean();
    switchboard.install(new Meanwhile(values -> {
      if (once.compareAndSet(false, true)) {
        switchboard.accounts.used(id, first);
      }
      return values;
    }));
    assertThat(switchboard.directory.find(id).orElseThrow().info().firstUse()).as("read before").isNull();
    assertUsed(switchboard.directory.find(id).orElseThrow());
  }
}
