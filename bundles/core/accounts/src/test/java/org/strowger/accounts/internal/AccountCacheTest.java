package org.strowger.accounts.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.strowger.accounts.internal.AccountsFixture.account;

import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.strowger.accounts.api.Account;
import org.strowger.accounts.api.AccountChange;
import org.strowger.accounts.api.NewAccount;
import org.strowger.accounts.internal.secrets.VoipSecret;
import org.strowger.accounts.spi.AccountSettings;
import org.strowger.accounts.spi.Settings;
import org.strowger.kernel.AccountId;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.Health;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.data.Setting;
import org.strowger.testkit.postgres.TestDatabase;

class AccountCacheTest {

  @AccountSettings(feature = "limits", section = "Calls", version = 2)
  record Limits(@Setting(initial = "-1") int maxSessions) {}

  @TempDir
  Path home;

  private TestDatabase database;
  private AccountsFixture switchboard;

  @BeforeEach
  void open() {
    database = TestDatabase.open();
    switchboard = new AccountsFixture(database, home);
  }

  @AfterEach
  void close() {
    switchboard.close();
    database.close();
  }

  private Account create(String name, String voipPassword) {
    var asked = new NewAccount(AccountsFixture.profile(name), BigDecimal.ZERO, voipPassword, null);
    return switchboard.accounts.create(CustomerId.ROOT, asked, Map.of(), "admin").account();
  }

  @Test
  void answersCredentialsOfTheRealmWithoutOpeningThemTwice() throws Exception {
    create("1001", "alice secret");
    var expected = VoipSecret.of("1001", "switch", "alice secret");
    assertThat(switchboard.directory.byVoipLogin("1001", "switch").orElseThrow()).extracting("ha1Md5", "ha1Sha256")
        .containsExactly(expected.ha1Md5(), expected.ha1Sha256());
    try (var keys = Files.list(home.resolve("keys"))) {
      for (Path key : keys.toList()) {
        Files.delete(key);
      }
    }
    var before = switchboard.directory.byVoipLogin("1001", "switch").orElseThrow();
    assertThat(switchboard.directory.byVoipLogin("1001", "switch").orElseThrow()).isSameAs(before);
    assertThat(before.toString()).doesNotContain(before.ha1Md5());
  }

  /** What a call asks: who sends it, whom it is for, and again for each request in it. */
  private void call(String from, String to) {
    assertThat(switchboard.directory.byVoipLogin(from, "switch")).isPresent();
    assertThat(switchboard.directory.byName(to)).isPresent();
    assertThat(switchboard.directory.keptByVoipLogin(from, "switch")).isPresent();
  }

  @Test
  void aCallDecryptsNothing() {
    create("1001", "alice secret");
    create("1002", "bob's secret");
    long before = switchboard.secrets.opened();
    call("1001", "1002");
    long opened = switchboard.secrets.opened();
    assertThat(opened).as("the caller's, with its first call").isEqualTo(before + 1);
    for (int i = 0; i < 1000; i++) {
      call("1001", "1002");
    }
    assertThat(switchboard.secrets.opened()).as("after 1,000 calls more").isEqualTo(opened);
    assertThat(switchboard.directory.meter().read()).containsEntry("accounts.secrets.opened", opened);

    Account changed = switchboard.accounts.find(switchboard.directory.byName("1001").orElseThrow().id()).orElseThrow();
    switchboard.accounts.change(changed.id(), AccountChange.ofProfile(Map.of("description", "changed")), "admin");
    call("1001", "1002");
    call("1001", "1002");
    assertThat(switchboard.secrets.opened()).as("a change is one load").isEqualTo(opened + 1);
  }

  @Test
  void moreAccountsThanTheCacheHoldsAreOpenedOnceALoad() {
    int all = 150;
    for (int i = 0; i < all; i++) {
      create("a" + i, "secret of " + i);
    }
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < all; i++) {
        for (int again = 0; again < 3; again++) {
          assertThat(switchboard.directory.byVoipLogin("a" + i, "switch")).isPresent();
        }
      }
      assertThat(switchboard.secrets.opened()).as("round %s", round).isEqualTo((round + 1L) * all);
      assertThat(switchboard.directory.meter().read()).containsEntry("accounts.cache.loads", (round + 1L) * all);
      assertThat(switchboard.directory.size()).isLessThanOrEqualTo(100);
    }
  }

  @Test
  void aMissingKeyIsToldToTheOperator() throws Exception {
    create("1001", "alice secret");
    assertThat(switchboard.directory.health().state()).isEqualTo(Health.State.OK);
    var later = new AccountsFixture(database, home.resolve("elsewhere"));
    assertThatThrownBy(() -> later.directory.byVoipLogin("1001", "switch")).isInstanceOf(StrowgerException.class).hasMessageContaining("keys");
    assertThat(later.directory.health()).matches(health -> health.state() == Health.State.DEGRADED && health.detail().contains("missing"));
    later.close();
  }

  @Test
  void aCommittedChangeIsSeenAtOnce() {
    Account account = create("1001", "alice secret");
    assertThat(switchboard.directory.byName("1001")).contains(account);
    var old = switchboard.directory.byVoipLogin("1001", "switch").orElseThrow();

    Account changed = switchboard.accounts.change(account.id(), new AccountChange(null, Map.of("name", "2001", "blocked", true), Map.of(), "other secret", null), "admin");
    assertThat(changed.profile().voipLogin()).isEqualTo("2001");
    assertThat(switchboard.directory.byName("1001")).isEmpty();
    assertThat(switchboard.directory.byName("2001")).contains(changed);
    assertThat(switchboard.directory.find(account.id())).contains(changed);
    assertThat(switchboard.directory.byVoipLogin("1001", "switch")).isEmpty();
    assertThat(switchboard.directory.byVoipLogin("2001", "switch").orElseThrow().ha1Md5())
        .isNotEqualTo(old.ha1Md5()).isEqualTo(VoipSecret.of("2001", "switch", "other secret").ha1Md5());
  }

  @Test
  void theSecretSurvivesANewLogin() {
    Account account = create("1001", "alice secret");
    switchboard.accounts.change(account.id(), AccountChange.ofProfile(Map.of("voipLogin", "desk-phone")), "admin");
    assertThat(switchboard.directory.byVoipLogin("desk-phone", "switch").orElseThrow().ha1Sha256())
        .isEqualTo(VoipSecret.of("desk-phone", "switch", "alice secret").ha1Sha256());
  }

  @Test
  void aChangeThatIsRolledBackIsNotSeen() {
    Account account = create("1001", "alice secret");
    assertThatThrownBy(() -> database.tx().run(() -> {
      switchboard.accounts.change(account.id(), AccountChange.ofProfile(Map.of("blocked", true)), "admin");
      assertThat(switchboard.directory.find(account.id()).orElseThrow().profile().blocked()).isTrue();
      throw new IllegalStateException("outer work failed");
    })).hasMessage("outer work failed");
    assertThat(switchboard.directory.find(account.id())).contains(account);
  }

  @Test
  void nobodyIsRememberedBoundedAndForgottenWhenSomebodyComes() {
    assertThat(switchboard.directory.byName("1001")).isEmpty();
    create("1001", null);
    assertThat(switchboard.directory.byName("1001")).isPresent();
    for (int i = 0; i < 300; i++) {
      assertThat(switchboard.directory.byVoipLogin("scanner" + i, "switch")).isEmpty();
    }
    assertThat(switchboard.directory.unknownSize()).isEqualTo(100);
    for (String hostile : new String[] {"", "x".repeat(65), "a b", "' or 1=1", "a\u0000b", null}) {
      assertThat(switchboard.directory.byName(hostile)).isEmpty();
      assertThat(switchboard.directory.byVoipLogin(hostile, "switch")).isEmpty();
    }
  }

  @Test
  void knowsWhatLoginsItNeedNotAskForAndKeepsNothingOfNobody() {
    create("1001", "alice secret");
    switchboard.directory.byVoipLogin("1001", "switch");
    assertThat(switchboard.directory.knowsVoipLogin("1001")).isTrue();
    assertThat(switchboard.directory.knowsVoipLogin("scanner")).isFalse();
    switchboard.directory.byVoipLogin("scanner", "switch");
    assertThat(switchboard.directory.knowsVoipLogin("scanner")).isTrue();
    assertThat(switchboard.directory.knowsVoipLogin("no name")).as("never asked for").isTrue();
    int before = switchboard.directory.unknownSize();
    switchboard.directory.askForNobody();
    assertThat(switchboard.directory.unknownSize()).isEqualTo(before);
  }

  @Test
  void keepsNoMoreThanAllowed() {
    for (int i = 0; i < 120; i++) {
      Account account = switchboard.accounts.create(CustomerId.ROOT, account("a" + i), Map.of(), "admin").account();
      switchboard.directory.find(account.id());
    }
    assertThat(switchboard.directory.size()).isEqualTo(100);
    assertThat(switchboard.directory.find(new AccountId(999_999))).isEmpty();
  }

  @Test
  void aFeatureThatComesUpgradesStoredDocuments() {
    var first = switchboard.install(Settings.of(LimitsOfYesterday.class));
    Account account = switchboard.accounts.create(CustomerId.ROOT, account("1001"), Map.of("limits", Map.of("sessions", 4L)), "admin").account();
    assertThat(switchboard.directory.find(account.id()).orElseThrow().features().get("limits").schemaVersion()).isEqualTo(1);
    switchboard.uninstall(first);
    switchboard.install(new UpgradingLimits());
    assertThat(Settings.of(Limits.class).of(switchboard.directory.find(account.id()).orElseThrow())).isEqualTo(new Limits(4));
  }

  @AccountSettings(feature = "limits", section = "Calls")
  record LimitsOfYesterday(@Setting(initial = "-1") int sessions) {}

  /** Version 2 calls the field by another name. */
  static final class UpgradingLimits implements org.strowger.accounts.spi.AccountFeature {
    private final Settings<Limits> settings = Settings.of(Limits.class);

    @Override
    public org.strowger.accounts.api.SettingsSchema schema() {
      return settings.schema();
    }

    @Override
    public Map<String, Object> complete(Map<String, Object> values) {
      return settings.complete(values);
    }

    @Override
    public Map<String, Object> upgrade(Map<String, Object> values, int fromVersion) {
      return Map.of("maxSessions", values.get("sessions"));
    }
  }

  @Test
  void rotationSealsEverythingUnderANewKeyAndGoesOnWhereItWasCutOff() {
    for (int i = 0; i < 5; i++) {
      create("100" + i, "secret of " + i);
    }
    var first = switchboard.rotation.rotate();
    assertThat(first.sealed()).isEqualTo(5);
    assertThat(first.resumed()).isFalse();
    assertThat(first.noLongerUsed()).hasSize(1);

    String key = switchboard.secrets.newKey();
    var second = switchboard.rotation.rotate();
    assertThat(second).extracting("key", "sealed", "resumed").containsExactly(key, 5L, true);
    assertThat(switchboard.rotation.status().sealed()).isZero();
    var later = new AccountsFixture(database, home);
    for (int i = 0; i < 5; i++) {
      assertThat(later.directory.byVoipLogin("100" + i, "switch").orElseThrow().ha1Md5()).isEqualTo(VoipSecret.of("100" + i, "switch", "secret of " + i).ha1Md5());
      assertThat(later.accounts.byName(CustomerId.ROOT, "100" + i).orElseThrow().version()).isEqualTo(1);
    }
    later.store.close();
  }
}
