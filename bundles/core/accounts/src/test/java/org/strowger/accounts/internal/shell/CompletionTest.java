package org.strowger.accounts.internal.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.strowger.testkit.Prompt.offered;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.strowger.accounts.api.NewAccount;
import org.strowger.accounts.internal.AccountsFixture;
import org.strowger.accounts.spi.AccountSettings;
import org.strowger.accounts.spi.Settings;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.ErrorCode;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.data.Setting;

/** What the prompt offers after a Tab, and what it refuses of what is typed without. */
class CompletionTest {

  @AccountSettings(feature = "codes", section = "Calls")
  record Codes(@Setting(initial = "4", min = 1, max = 9) int length) {}

  @TempDir
  Path home;

  private AccountsFixture switchboard;

  @BeforeEach
  void open() {
    switchboard = AccountsFixture.open(home);
    for (String name : List.of("1001", "1002", "alice")) {
      switchboard.accounts.create(CustomerId.ROOT, new NewAccount(AccountsFixture.profile(name), BigDecimal.ZERO, null, null), Map.of(), "admin");
    }
  }

  @AfterEach
  void close() {
    switchboard.close();
  }

  @Test
  void offersAccountsFieldsAndSettings() {
    var names = new AccountNames();
    names.accounts = switchboard.accounts;
    assertThat(offered(names, "")).containsExactlyInAnyOrder("1001", "1002", "alice");
    assertThat(offered(names, "10")).containsExactlyInAnyOrder("1001", "1002");
    assertThat(offered(names, "zz")).isEmpty();

    assertThat(offered(new ProfileFields(), "cred")).containsExactly("creditLimit=");

    var settings = new SettingNames();
    settings.accounts = switchboard.accounts;
    assertThat(offered(settings, "")).doesNotContain("codes.length=");
    switchboard.install(Settings.of(Codes.class));
    assertThat(offered(settings, "codes.")).containsExactly("codes.length=");
  }

  @Test
  void howeverManyHoldWhatWasTypedThoseThatBeginSoAreOffered() {
    for (int i = 0; i < 55; i++) {
      switchboard.accounts.create(CustomerId.ROOT, new NewAccount(AccountsFixture.profile("0" + (1000 + i)), BigDecimal.ZERO, null, null), Map.of(), "admin");
    }
    switchboard.accounts.create(CustomerId.ROOT, new NewAccount(AccountsFixture.profile("Alan_1"), BigDecimal.ZERO, null, null), Map.of(), "admin");
    var names = new AccountNames();
    names.accounts = switchboard.accounts;
    assertThat(offered(names, "10")).containsExactly("1001", "1002");
    assertThat(offered(names, "0")).hasSize(50).contains("01000");
    assertThat(offered(names, "al")).as("without case").contains("alice");
    assertThat(switchboard.accounts.names(CustomerId.ROOT, "al", 10)).containsExactlyInAnyOrder("Alan_1", "alice");
    assertThat(switchboard.accounts.names(CustomerId.ROOT, "alan_", 10)).containsExactly("Alan_1");
    assertThat(switchboard.accounts.names(CustomerId.ROOT, "alic_", 10)).as("letters, no pattern").isEmpty();
    assertThat(switchboard.accounts.names(CustomerId.ROOT, "10", 1)).containsExactly("1001");
    assertThatThrownBy(() -> switchboard.accounts.names(CustomerId.ROOT, "", 1001)).isInstanceOf(InvalidInput.class).hasMessageContaining("limit");
  }

  @Test
  void plansAreNoneWhileRatingIsAway() {
    assertThat(offered(new PlanNames(), "")).isEmpty();
  }

  @Test
  void refusesAnUnknownFieldAndANameThatIsTaken() {
    assertThatThrownBy(() -> create("1003", "nmae=x")).isInstanceOf(InvalidInput.class).hasMessageContaining("nmae");
    assertThatThrownBy(() -> create("1001")).hasMessageContaining("name '1001' is taken").extracting("code").isEqualTo(ErrorCode.DUPLICATE);
  }

  private void create(String name, String... assignments) throws Exception {
    var command = new CreateCommand();
    command.accounts = switchboard.accounts;
    command.plans = switchboard.plans;
    command.name = name;
    command.plan = "plan 1";
    command.assignments = List.of(assignments);
    command.execute();
  }
}
