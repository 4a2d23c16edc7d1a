package org.strowger.routing.internal.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.strowger.accounts.api.Account;
import org.strowger.accounts.api.AccountService;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.Time;
import org.strowger.routing.internal.Sample;
import org.strowger.routing.internal.Switchboard;
import org.strowger.testkit.Printed;
import org.strowger.testkit.postgres.TestDatabase;

/** Commands as the shell runs them. */
class CommandsTest {

  @TempDir Path home;
  private TestDatabase database;
  private Switchboard switchboard;

  @BeforeEach
  void open() {
    database = TestDatabase.open();
    switchboard = new Switchboard(database, home);
  }

  @AfterEach
  void close() {
    switchboard.close();
    database.close();
  }

  private static String output(Action command) throws Exception {
    return Printed.by(command::execute);
  }

  private String create(String name, String... assignments) throws Exception {
    var command = new CarrierCreate();
    command.carriers = switchboard.carriers;
    command.tariffs = switchboard.tariffs;
    command.name = name;
    command.address = "192.0.2.1";
    command.assignments = List.of(assignments);
    command.json = true;
    return output(command);
  }

  private String update(String name, boolean ask, String... assignments) throws Exception {
    return output(updating(name, ask, (proxy, method, arguments) -> "typed secret", assignments));
  }

  private CarrierUpdate updating(String name, boolean ask, InvocationHandler typing, String... assignments) {
    var command = new CarrierUpdate();
    command.carriers = switchboard.carriers;
    command.tariffs = switchboard.tariffs;
    command.session = (Session) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {Session.class}, typing);
    command.name = name;
    command.ask = ask;
    command.assignments = List.of(assignments);
    command.json = true;
    return command;
  }

  private String list(boolean json) throws Exception {
    var command = new CarrierList();
    command.carriers = switchboard.carriers;
    command.json = json;
    return output(command);
  }

  private void group(String name) throws Exception {
    var command = new GroupCreate();
    command.groups = switchboard.groups;
    command.name = name;
    command.assignments = List.of("policy=PREFIX_LENGTH");
    assertThat(output(command)).contains(name).contains("PREFIX_LENGTH");
  }

  private String add(String group, String carrier, int preference, String... prefixes) throws Exception {
    var command = new EntryAdd();
    command.groups = switchboard.groups;
    command.carriers = switchboard.carriers;
    command.name = group;
    command.carrier = carrier;
    command.preference = preference;
    command.prefixes = List.of(prefixes);
    command.json = true;
    return output(command);
  }

  private String show(String group, boolean json) throws Exception {
    var command = new GroupShow();
    command.groups = switchboard.groups;
    command.carriers = switchboard.carriers;
    command.name = group;
    command.json = json;
    return output(command);
  }

  @Test
  void aCarrierFromCreationToDeletion() throws Exception {
    assertThat(create("acme", "tariff=cost", "username=us", "stopCodes=486, 404", "cldTranslation=s/^0/44/"))
        .contains("\"name\":\"acme\"", "\"address\":\"192.0.2.1:5060\"", "\"tariff\":7", "\"stopCodes\":[404,486]", "\"cldTranslation\":\"s/^0/44/\"", "\"passwordSet\":false");
    assertThat(update("acme", true)).contains("\"passwordSet\":true").doesNotContain("typed secret");
    assertThat(update("acme", false, "capacity=30", "cldTranslation=", "tariff=")).contains("\"capacity\":30", "\"cldTranslation\":null", "\"tariff\":null", "\"passwordSet\":true");
    assertThat(update("acme", false, "password=")).contains("\"passwordSet\":false");
    assertThat(list(false)).contains("acme", "192.0.2.1:5060", "UDP");
    assertThat(list(true)).startsWith("[{\"id\":1,\"name\":\"acme\"");

    var show = new CarrierShow();
    show.carriers = switchboard.carriers;
    show.name = "acme";
    assertThat(output(show)).contains("answerTimeout").doesNotContain("secret");

    var delete = new CarrierDelete();
    delete.carriers = switchboard.carriers;
    delete.name = "acme";
    assertThat(output(delete)).contains("carrier acme is deleted");
    assertThat(list(true)).isEqualToIgnoringNewLines("[]");
    assertThatThrownBy(() -> output(delete)).isInstanceOf(StrowgerException.class).hasMessageContaining("no carrier 'acme'").hasMessageContaining("route:carrier-list");
  }

  @Test
  void badAssignmentsAreNamed() throws Exception {
    assertThatThrownBy(() -> create("acme", "capacity")).isInstanceOf(InvalidInput.class).hasMessageContaining("'capacity': is field=value");
    assertThatThrownBy(() -> create("acme", "tariff=nothing")).hasMessageContaining("tariff 'nothing'").hasMessageContaining("tariff:list");
    assertThatThrownBy(() -> create("acme", "colour=red")).hasMessageContaining("colour 'red': is no field here");
    for (String word : List.of("pasword=s3cret", "password:s3cret")) {
      assertThatThrownBy(() -> create("acme", word)).as(word).isInstanceOf(InvalidInput.class).hasMessageNotContaining("s3cret");
    }
    assertThatThrownBy(() -> create("acme", "capacity=many")).hasMessageContaining("capacity 'many'");
    assertThat(list(true)).isEqualToIgnoringNewLines("[]");
  }

  @Test
  void aGroupAndItsEntriesFromCreationToDeletion() throws Exception {
    create("acme");
    group("main");
    assertThat(add("main", "acme", 5, "44", "1")).contains("\"prefixes\":[\"1\",\"44\"]", "\"preference\":5");
    assertThat(add("main", "acme", 0)).contains("\"prefixes\":[]");
    assertThat(add("main", "acme", 0, "1", "2", "3", "4", "5", "6", "7")).contains("\"7\"");
    assertThatThrownBy(() -> add("main", "acme", 0, "44", "--preference", "5")).hasMessageContaining("prefixes[1] '--preference'");
    assertThat(show("main", false)).contains("PREFIX_LENGTH", "acme", "1 44", "(every number)", "1 2 3 4 5 … 7");
    assertThat(show("main", true)).contains("\"entries\":[{\"id\":1,");

    var remove = new EntryRemove();
    remove.groups = switchboard.groups;
    remove.name = "main";
    remove.entry = 2;
    remove.json = true;
    assertThat(output(remove)).contains("{\"done\":\"entry 2 is removed");
    assertThatThrownBy(() -> output(remove)).hasMessageContaining("no entry 2");

    var rename = new GroupUpdate();
    rename.groups = switchboard.groups;
    rename.name = "main";
    rename.assignments = List.of("name=other", "policy=ENTRY_ORDER");
    assertThat(output(rename)).contains("other", "ENTRY_ORDER");

    var all = new GroupList();
    all.groups = switchboard.groups;
    assertThat(output(all)).contains("other").doesNotContain("main");

    var delete = new GroupDelete();
    delete.groups = switchboard.groups;
    delete.name = "other";
    assertThat(output(delete)).contains("routing group other is deleted");
    assertThatThrownBy(() -> output(delete)).hasMessageContaining("route:group-list");
  }

  @Test
  void testShowsWhereACallWouldGo() throws Exception {
    create("acme", "cldTranslation=s/^/00/");
    create("shut", "blocked=true");
    group("main");
    add("main", "acme", 0, "44");
    add("main", "shut", 0);
    Account alice = Sample.account(1, "alice", 1, false, null);
    Account bob = Sample.account(2, "bob", null, false, null);

    assertThat(test("4420", false, alice, bob)).contains("carrier acme", "004420", "udp 192.0.2.1:5060", "passed over: carrier shut is blocked");
    assertThat(test("4420", true, alice, bob)).startsWith("{\"routed\":true,\"status\":null,\"reason\":null,\"legs\":[{\"leg\":\"carrier acme\",\"cld\":\"004420\",\"cli\":\"alice\",\"prefix\":\"44\"");
    assertThat(test("bob", false, alice, bob)).contains("account bob", "its registrations").doesNotContain("passed over");
    assertThat(test("1", false, alice, bob)).contains("refused with 404 Not Found: No Routes found for the call");
    assertThat(test("1", true, alice, bob)).contains("\"routed\":false,\"status\":404", "\"legs\":[]", "\"passedOver\":[\"carrier shut is blocked\"]");
    assertThatThrownBy(() -> test("1", true, bob)).hasMessageContaining("no account 'alice'");
  }

  private String test(String number, boolean json, Account... accounts) throws Exception {
    var command = new RouteTest();
    command.policy = switchboard.policy(accounts);
    command.book = switchboard.book;
    command.accounts = (AccountService) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {AccountService.class},
        (proxy, method, arguments) -> Optional.of(List.of(accounts)).flatMap(all -> all.stream().filter(account -> account.name().equals(arguments[1])).findFirst()));
    command.time = new Time() {
      @Override
      public java.time.Instant now() {
        return Sample.NOW;
      }

      @Override
      public long ticks() {
        return 0;
      }
    };
    command.name = "alice";
    command.number = number;
    command.json = json;
    return output(command);
  }

  @Test
  void translateShowsTheResult() throws Exception {
    var command = new Translate();
    command.rule = "s/^0/44/;s/^44/+44/";
    command.number = "0207";
    assertThat(output(command)).isEqualToIgnoringNewLines("+44207");
    command.json = true;
    assertThat(output(command)).isEqualToIgnoringNewLines("{\"result\":\"+44207\"}");
    command.rule = "s/(/x/";
    assertThatThrownBy(() -> output(command)).isInstanceOf(InvalidInput.class).hasMessageContaining("rule 's/(/x/'");
  }

  @Test
  void namesAndFieldsAreCompleted() throws Exception {
    create("acme");
    group("main");
    var carriers = new CarrierNames();
    carriers.carriers = switchboard.carriers;
    assertThat(completed(carriers, "a")).containsExactly("acme ");
    assertThat(completed(carriers, "b")).isEmpty();
    var groups = new GroupNames();
    groups.groups = switchboard.groups;
    assertThat(completed(groups, "")).containsExactly("main ");
    assertThat(completed(new CarrierFields(), "cl")).anyMatch(word -> word.startsWith("cldTranslation=")).anyMatch(word -> word.startsWith("cliTranslation="));
    assertThat(completed(new GroupFields(), "policy=P")).hasSize(2);
  }

  private static List<String> completed(Completer completer, String typed) {
    var line = (CommandLine) Proxy.newProxyInstance(CommandsTest.class.getClassLoader(), new Class<?>[] {CommandLine.class}, (proxy, method, arguments) ->
        switch (method.getName()) {
          case "getCursorArgument" -> typed;
          case "getArgumentPosition", "getBufferPosition" -> typed.length();
          default -> throw new UnsupportedOperationException(method.getName());
        });
    var candidates = new ArrayList<String>();
    completer.complete(null, line, candidates);
    return candidates;
  }

  @Test
  void aPasswordIsAskedForWhereSomebodySitsOnly() throws Exception {
    create("acme", "username=us", "password=before");
    CarrierUpdate command = updating("acme", true, (proxy, method, arguments) -> {
      // As Karaf's session without a terminal does.
      throw new UnsupportedOperationException(method.getName());
    }, "capacity=30");
    assertThatThrownBy(command::execute).isInstanceOf(InvalidInput.class).hasMessageContainingAll("--ask", "needs a terminal", "password=", "strowger client -");
    assertThat(list(true)).as("nothing is changed").contains("\"capacity\":0").doesNotContain("\"capacity\":30");
  }
}
