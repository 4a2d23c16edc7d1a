package org.strowger.accounts.internal.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.console.Session;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.strowger.accounts.internal.AccountsFixture;
import org.strowger.accounts.spi.AccountSettings;
import org.strowger.accounts.spi.Settings;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.data.Setting;
import org.strowger.testkit.Printed;

class CommandsTest {

  @AccountSettings(feature = "codes", section = "Calls")
  record Codes(@Setting(initial = "4", min = 1, max = 9) int length, @Setting(optional = true) List<String> prefixes) {}

  @TempDir
  Path home;

  private AccountsFixture switchboard;

  @BeforeEach
  void open() {
    switchboard = AccountsFixture.open(home);
  }

  @AfterEach
  void close() {
    switchboard.close();
  }

  private static String output(Action command) throws Exception {
    return Printed.by(command::execute);
  }

  private String create(String name, String... assignments) throws Exception {
    var command = new CreateCommand();
    command.accounts = switchboard.accounts;
    command.plans = switchboard.plans;
    command.name = name;
    command.plan = "plan 1";
    command.assignments = List.of(assignments);
    command.json = true;
    return output(command);
  }

  private String set(String... assignments) throws Exception {
    var command = new SetCommand();
    command.accounts = switchboard.accounts;
    command.name = "1001";
    command.assignments = List.of(assignments);
    command.json = true;
    return output(command);
  }

  @Test
  void anAccountFromCreationToDeletion() throws Exception {
    assertThat(create("1001", "description=Front desk", "creditLimit=5")).matches("\\{\"id\":1,\"name\":\"1001\",\"voipLogin\":\"1001\",\"voipPassword\":\"\\w{16}\",\"webPassword\":\"\\w{16}\"}\\R");

    var show = new ShowCommand();
    show.accounts = switchboard.accounts;
    show.funds = switchboard.funds;
    show.name = "1001";
    assertThat(output(show)).contains("Front desk").contains("available").doesNotContain("assword ");

    var block = new BlockCommand();
    block.accounts = switchboard.accounts;
    block.name = "1001";
    assertThat(output(block)).isEqualTo("account 1001 is blocked" + System.lineSeparator());
    var list = new ListCommand();
    list.accounts = switchboard.accounts;
    list.funds = switchboard.funds;
    list.blocked = true;
    assertThat(output(list)).contains("1001").contains("0 USD").contains("5 USD");
    list.json = true;
    assertThat(output(list)).contains("\"balance\":{\"amount\":\"0\",\"currency\":\"USD\"},\"available\":{\"amount\":\"5\",\"currency\":\"USD\"}");
    var unblock = new UnblockCommand();
    unblock.accounts = switchboard.accounts;
    unblock.name = "1001";
    output(unblock);
    list.json = false;
    assertThat(output(list)).contains("(none)");

    var update = new UpdateCommand();
    update.accounts = switchboard.accounts;
    update.plans = switchboard.plans;
    update.name = "1001";
    update.assignments = List.of("plan=plan 2", "description=");
    output(update);
    assertThat(switchboard.accounts.byName(CustomerId.ROOT, "1001").orElseThrow().profile()).extracting("plan", "description").containsExactly(AccountsFixture.OTHER_DOLLARS, null);

    var delete = new DeleteCommand();
    delete.accounts = switchboard.accounts;
    delete.name = "1001";
    assertThat(output(delete)).contains("is deleted");
    assertThatThrownBy(delete::execute).isInstanceOf(StrowgerException.class).hasMessageContaining("'1001'; see account:list");
  }

  @Test
  void settingsOfAFeature() throws Exception {
    switchboard.install(Settings.of(Codes.class));
    create("1001", "codes.length=6");
    assertThat(set("codes.prefixes=*1, *2")).isEqualTo("{\"codes\":{\"length\":6,\"prefixes\":[\"*1\",\"*2\"]}}" + System.lineSeparator());
    assertThat(set("codes.length=")).contains("\"length\":4");
    assertThatThrownBy(() -> set("codes.length=12")).isInstanceOf(InvalidInput.class).hasMessageContaining("codes.length '12': is 1 to 9");
    assertThatThrownBy(() -> set("blocked=true")).hasMessageContaining("account:update");
    assertThatThrownBy(() -> set("codes.length=5", "--json")).hasMessageContaining("options stand before");
    assertThatThrownBy(() -> set("nonsense")).hasMessageContaining("feature.field=value");
  }

  @Test
  void passwordsAndKeys() throws Exception {
    create("1001");
    var password = new PasswordCommand();
    password.accounts = switchboard.accounts;
    password.name = "1001";
    password.which = "voip";
    assertThat(output(password)).containsPattern("voipPassword\\s+\\w{16}");
    password.which = "both";
    assertThatThrownBy(password::execute).hasMessageContaining("is voip or web");

    var keys = new KeysCommand();
    keys.rotation = switchboard.rotation;
    keys.json = true;
    assertThat(output(keys)).contains("\"sealedUnderOthers\":0").contains("\"olderKeys\":[]");
    keys.what = "rotate";
    assertThat(output(keys)).contains("\"sealed\":1").contains("\"resumed\":false");
  }

  @Test
  void aPasswordIsAskedForWhereSomebodySitsOnly() throws Exception {
    create("1001");
    var command = new PasswordCommand();
    command.accounts = switchboard.accounts;
    command.name = "1001";
    command.which = "voip";
    command.ask = true;
    command.session = (Session) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {Session.class}, (proxy, method, arguments) -> {
      // As Karaf's session without a terminal does.
      throw new UnsupportedOperationException(method.getName());
    });
    assertThatThrownBy(command::execute).isInstanceOf(InvalidInput.class).hasMessageContainingAll("--ask", "needs a terminal", "leave it out");
  }
}
