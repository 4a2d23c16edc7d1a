package org.strowger.accounts.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.strowger.accounts.api.AccountChange;
import org.strowger.accounts.api.NewAccount;
import org.strowger.kernel.AccountId;
import org.strowger.kernel.CustomerId;
import org.strowger.passwords.Passwords;
import org.strowger.testkit.LeavingBundle;
import org.strowger.testkit.MovedTime;
import org.strowger.testkit.Waiting;
import org.strowger.testkit.postgres.TestDatabase;
import org.strowger.testkit.postgres.UnderWay;

/** That a number is nobody's is known without the database, whoever dials it first. */
class NobodyTest {

  private static final String NUMBER = "14165550100";
  private static final Duration PREDECESSOR = Duration.ofSeconds(5);

  @TempDir Path home;
  private final MovedTime time = new MovedTime();
  private TestDatabase database;
  private AccountsFixture switchboard;
  private AccountCache directory;
  private Accounts accounts;
  private AccountId alice;

  @BeforeEach
  void open() {
    database = TestDatabase.open();
    switchboard = new AccountsFixture(database, home);
    alice = switchboard.accounts.create(CustomerId.ROOT, AccountsFixture.account("alice"), Map.of(), "admin").account().id();
    // Another bundle's: its names are its own.
    switchboard.close();
    switchboard = new AccountsFixture(database, home);
    directory = new AccountCache(new LeavingBundle().context(), switchboard.store, switchboard.features, switchboard.secrets, time, AccountsFixture.config());
    accounts = new Accounts(switchboard.store, directory, switchboard.features, switchboard.secrets, new Passwords(), switchboard.time);
    accounts.bindPlans(switchboard.plans);
    accounts.bindFunds(switchboard.funds);
  }

  @AfterEach
  void close() {
    directory.close();
    switchboard.close();
    database.close();
  }

  private NewAccount asked(String name) {
    return AccountsFixture.account(name);
  }

  private void awaitNames() {
    time.move(PREDECESSOR);
    Waiting.until("it is known who there is", () -> directory.knows(NUMBER));
  }

  @Test
  void aNumberThatIsNobodysIsKnownWithoutTheDatabase() {
    assertThat(directory.knows(NUMBER)).as("a predecessor may still make accounts").isFalse();
    awaitNames();
    assertThat(directory.meter().read()).containsEntry("accounts.cache.names", 1L);
    assertThat(directory.knows("alice")).as("somebody who is not in memory").isFalse();
    switchboard.store.close();
    assertThat(directory.byName(NUMBER)).isEmpty();
    assertThat(directory.byName("14165550199")).isEmpty();
    assertThatThrownBy(() -> directory.byName("alice")).isInstanceOf(RuntimeException.class);
  }

  @Test
  void whoIsMadeOrRenamedIsSomebodyAtOnce() {
    awaitNames();
    assertThat(directory.byName("bob")).isEmpty();
    accounts.create(CustomerId.ROOT, asked("bob"), Map.of(), "admin");
    assertThat(directory.byName("bob")).isPresent();
    assertThat(directory.byName(NUMBER)).isEmpty();
    accounts.change(alice, AccountChange.ofProfile(Map.of("name", NUMBER)), "admin");
    assertThat(directory.byName(NUMBER)).isPresent();
    assertThat(directory.byName("alice")).isEmpty();
    accounts.delete(alice, "admin");
    assertThat(directory.byName(NUMBER)).isEmpty();
  }

  @Test
  void whoIsBeingMadeWhenTheNamesAreReadIsNotMissed() {
    UnderWay making = UnderWay.begin(switchboard.store.tx(), () -> accounts.create(CustomerId.ROOT, asked("bob"), Map.of(), "admin"));
    switchboard.store.readNames();
    assertThat(directory.knows(NUMBER)).isTrue();
    assertThat(directory.byName("bob")).as("not committed").isEmpty();
    making.commit();
    assertThat(directory.byName("bob")).isPresent();
  }

  @Test
  void namesAreNotTrustedWhileAPredecessorHasATransactionUnderWay() {
    try (var predecessor = new AccountsFixture(database, home)) {
      UnderWay making = UnderWay.begin(predecessor.store.tx(), () -> predecessor.accounts.create(CustomerId.ROOT, asked("bob"), Map.of(), "admin"));
      directory.byName(NUMBER);
      time.move(PREDECESSOR);
      Waiting.until("it has looked again", () -> directory.unknownSize() == 0);
      assertThat(directory.knows("bob")).isFalse();
      making.commit();
      Waiting.until("it is known who there is", () -> directory.knows(NUMBER));
      assertThat(directory.byName("bob")).isPresent();
    }
  }
}
