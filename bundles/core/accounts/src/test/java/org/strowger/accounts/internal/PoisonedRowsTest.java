package org.strowger.accounts.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.strowger.accounts.api.Account;
import org.strowger.accounts.api.AccountChange;
import org.strowger.accounts.api.AccountQuery;
import org.strowger.accounts.api.NewAccount;
import org.strowger.accounts.internal.view.AccountView;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.Health;
import org.strowger.kernel.InvalidInput;
import org.strowger.testkit.postgres.TestDatabase;

/** An account that cannot be read whole is out of use, and no other is; it is listed, named, repaired and deleted like any other. */
class PoisonedRowsTest {

  @TempDir Path home;
  private TestDatabase database;
  private AccountsFixture switchboard;
  private Account alice;
  private Account bob;

  @BeforeEach
  void open() {
    database = TestDatabase.open();
    switchboard = new AccountsFixture(database, home);
    alice = create("alice");
    bob = create("bob");
  }

  @AfterEach
  void close() {
    switchboard.close();
    database.close();
  }

  private Account create(String name) {
    return switchboard.accounts.create(CustomerId.ROOT, new NewAccount(AccountsFixture.profile(name), BigDecimal.ZERO, "a secret", null), Map.of(), "admin").account();
  }

  private void written(String sql) {
    assertThat(database.run(sql)).as(sql).isPositive();
    switchboard.directory.changed(bob.id());
  }

  @Test
  void isListedAndNamedAndOutOfUse() {
    written("update accounts.account set time_zone = 'Mars/Olympus', routing_group = -1 where name = 'bob'");
    var listed = switchboard.accounts.list(CustomerId.ROOT, new AccountQuery(null, null, null, 0, 50));
    assertThat(listed).extracting(Account::name).containsExactly("alice", "bob");
    assertThat(AccountView.line(listed.get(1))).containsEntry("timeZone", null).containsEntry("blocked", false);

    assertThat(switchboard.directory.byName("bob").orElseThrow().usable(switchboard.now)).isFalse();
    assertThat(switchboard.directory.byVoipLogin("bob", "switch").orElseThrow().account().usable(switchboard.now)).isFalse();
    assertThat(switchboard.directory.byName("alice").orElseThrow().usable(switchboard.now)).isTrue();
    assertThat(switchboard.directory.health().state()).isEqualTo(Health.State.DEGRADED);
    assertThat(switchboard.directory.health().detail()).contains("account bob", "timeZone 'Mars/Olympus'", "routingGroup '-1'");

    switchboard.accounts.change(bob.id(), AccountChange.ofProfile(Map.of("timeZone", "UTC")), "admin");
    assertThat(switchboard.directory.byName("bob").orElseThrow().usable(switchboard.now)).isTrue();
    assertThat(switchboard.directory.health().state()).isEqualTo(Health.State.OK);
  }

  @Test
  void itsLanguageHasToBeRightBeforeAnythingElseIsChanged() {
    written("update accounts.account set language = 'xx' where name = 'bob'");
    assertThatThrownBy(() -> switchboard.accounts.change(bob.id(), AccountChange.ofProfile(Map.of("description", "x")), "admin"))
        .isInstanceOf(InvalidInput.class).hasMessageContaining("language 'xx'");
    switchboard.accounts.change(bob.id(), AccountChange.ofProfile(Map.of("language", "en", "description", "x")), "admin");
    assertThat(switchboard.directory.byName("bob").orElseThrow().usable(switchboard.now)).isTrue();
  }

  @Test
  void itsMoneyIsThatOfItsPlanAgainWithTheNextChange() {
    written("update accounts.account set currency = '???' where name = 'bob'");
    assertThat(switchboard.directory.byName("bob").orElseThrow().usable(switchboard.now)).isFalse();
    switchboard.accounts.change(bob.id(), AccountChange.ofProfile(Map.of()), "admin");
    assertThat(switchboard.accounts.find(bob.id()).orElseThrow().info().currency()).isEqualTo(alice.info().currency());
    assertThat(switchboard.directory.byName("bob").orElseThrow().usable(switchboard.now)).isTrue();
  }

  @Test
  void withoutAnyMoneyItsPlanIsAskedForBeforeItsLimitIsChanged() {
    written("update accounts.account set plan = 999, currency = '???' where name = 'bob'");
    assertThatThrownBy(() -> switchboard.accounts.change(bob.id(), AccountChange.ofProfile(Map.of("creditLimit", "7")), "admin"))
        .isInstanceOf(InvalidInput.class).hasMessageContaining("plan '999'").hasMessageContaining("currency");
  }

  @Test
  void aCreditLimitThatIsNoNumberHidesNobodyElse() {
    assertThatThrownBy(() -> written("update accounts.account set credit_limit = 'NaN'")).hasStackTraceContaining("account_numbers");
    assertThatThrownBy(() -> written("update accounts.account set credit_limit = 'Infinity'")).hasStackTraceContaining("numeric field overflow");
    database.run("alter table accounts.account drop constraint account_numbers");
    written("update accounts.account set credit_limit = 'NaN' where name = 'bob'");
    var listed = switchboard.accounts.list(CustomerId.ROOT, new AccountQuery(null, null, null, 0, 50));
    assertThat(listed).extracting(Account::name).containsExactly("alice", "bob");
    assertThat(AccountView.line(listed.get(1))).containsEntry("creditLimit", null);
    assertThat(switchboard.directory.byName("alice").orElseThrow().usable(switchboard.now)).isTrue();
    assertThat(switchboard.directory.byName("bob").orElseThrow().usable(switchboard.now)).isFalse();
    assertThat(switchboard.directory.health().detail()).contains("account bob", "creditLimit 'NaN'");

    switchboard.accounts.change(bob.id(), AccountChange.ofProfile(Map.of("creditLimit", "2.5")), "admin");
    assertThat(switchboard.accounts.find(bob.id()).orElseThrow().profile().creditLimit()).isEqualTo("2.5");
    assertThat(switchboard.directory.byName("bob").orElseThrow().usable(switchboard.now)).isTrue();
  }

  @Test
  void canBeDeleted() {
    written("update accounts.account set plan = 0, currency = '???' where name = 'bob'");
    switchboard.accounts.delete(bob.id(), "admin");
    assertThat(switchboard.accounts.find(bob.id())).isEmpty();
  }
}
