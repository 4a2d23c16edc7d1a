package org.strowger.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Who may do what in the shell: readers look, everything else is an administrator's. */
@ExtendWith(SharedInstance.class)
class RolesTest {

  private static final String NONE = "there is no";

  /** All that a reader may run, with arguments, of all commands there are; and a word of the answer. */
  private static final Map<String, String> READING = new TreeMap<>(Map.ofEntries(
      Map.entry("account:list", "7 EUR"), Map.entry("account:show roles-1", "creditLimit"), Map.entry("account:balance roles-1", "available    7 EUR"),
      Map.entry("account:payments roles-1", "OPENING"), Map.entry("account:registrations roles-1", ""),
      Map.entry("call:list", ""), Map.entry("call:show 1", NONE), Map.entry("call:explain 1", NONE), Map.entry("call:simulate roles-1 442071234567", "404 Not Found"),
      Map.entry("cdr:list", ""), Map.entry("cdr:show 1", NONE), Map.entry("payment:list account:ID", "OPENING"), Map.entry("plan:list", "roles-plan"),
      Map.entry("route:carrier-list", ""), Map.entry("route:carrier-show nowhere", NONE), Map.entry("route:group-list", ""),
      Map.entry("route:group-show nowhere", NONE), Map.entry("route:test roles-1 442071234567", "404 Not Found"), Map.entry("route:translate 's/^0/44/' 0207", "44207"),
      Map.entry("switch:about", "programFolder"), Map.entry("switch:bans", ""), Map.entry("switch:bundles", "org.strowger.calls"), Map.entry("switch:health", "rating"),
      Map.entry("switch:meters", "calls"), Map.entry("switch:commands", "account:show"), Map.entry("switch:plugins", "routing"), Map.entry("switch:registrations", ""), Map.entry("switch:status", "uptime"),
      Map.entry("switch:version", "karaf"), Map.entry("system:start-level", "Level 100"),
      Map.entry("tariff:list", "roles-tariff"), Map.entry("tariff:show roles-tariff", "freeSeconds"), Map.entry("tariff:rates roles-tariff", "price1")));

  /** What the scripts that begin a session use, and its end: none of them reads or changes anything outside of it. */
  private static final Set<String> SESSION = Set.of("shell:if", "shell:complete", "shell:setopt", "shell:unsetopt", "shell:keymap", "shell:clear", "shell:exit", "shell:logout");

  private static Instance instance;
  private static Ssh admin;
  private static Ssh viewer;
  private static String account;

  @BeforeAll
  static void aViewer(Instance shared) throws IOException {
    instance = shared;
    admin = new Ssh(instance, "admin", instance.read("keys/admin-password").strip());
    String made = admin.shell("tariff:create roles-tariff EUR; tariff:rate roles-tariff 44 0.60; plan:create roles-plan roles-tariff; "
        + "account:create --json --balance 7.00 roles-1 roles-plan");
    account = made.replaceAll("(?s).*\"id\":\\s*(\\d+).*", "$1");
    viewer = new Ssh(instance, "vera", made(admin.shell("switch:user-create --json vera viewer")).get("vera"));
  }

  @AfterAll
  static void asItWas() throws IOException {
    admin.run("switch:user-delete vera; account:delete roles-1");
    admin.run("plan:delete roles-plan; tariff:delete roles-tariff");
    viewer.close();
    admin.close();
  }

  @Test
  void ofAllCommandsAReaderMayRunThoseThatOnlyLook() throws Exception {
    var all = Pattern.compile("(?m)^\\s*([a-z]+:[a-z0-9-]+)\\s").matcher(admin.shell("*:help")).results().map(match -> match.group(1)).collect(Collectors.toCollection(TreeSet::new));
    var reading = READING.keySet().stream().map(line -> line.split(" ")[0]).collect(Collectors.toCollection(TreeSet::new));
    assertThat(all).containsAll(reading).contains("account:create", "tariff:rate", "tariff:import", "plan:create", "route:carrier-create", "call:disconnect", "switch:keys",
        "switch:user-create", "switch:drain", "switch:trace", "feature:install", "bundle:stop", "config:property-set", "shell:exec", "jaas:user-add", "system:shutdown");

    List<String> commands = all.stream().filter(command -> !SESSION.contains(command)).toList();
    List<Outcome> said = viewer.runAll(commands.stream().map(command -> command + " --help").toList());
    for (int i = 0; i < commands.size(); i++) {
      String command = commands.get(i);
      if (reading.contains(command)) {
        assertThat(said.get(i).output()).contains("DESCRIPTION").contains(command);
      } else {
        // Where an argument decides, Karaf asks for the role when the command is run.
        assertThat(said.get(i).output()).as(command).containsAnyOf("Command not found: " + command, "Insufficient credentials").doesNotContain("DESCRIPTION");
        assertThat(said.get(i).status()).as(command).isNotZero();
      }
    }
  }

  @Test
  void aReadersSessionBeginsWithoutErrors() throws Exception {
    viewer.run("switch:status");
    assertThat(instance.read("log/console.log")).doesNotContain("initialization script", "Command not found");
  }

  @Test
  void aReaderReads() throws Exception {
    List<String> lines = READING.keySet().stream().map(line -> line.replace("ID", account)).toList();
    List<String> words = List.copyOf(READING.values());
    List<Outcome> said = viewer.runAll(lines);
    for (int i = 0; i < lines.size(); i++) {
      assertThat(said.get(i).output()).as(lines.get(i)).contains(words.get(i));
      assertThat(said.get(i).status() == 0).as(lines.get(i) + ": " + said.get(i).output()).isEqualTo(!words.get(i).equals(NONE));
    }
  }

  @Test
  void whatAReaderIsRefusedDoesNotHappen() throws Exception {
    String before = state();
    String touched = instance.home() + "/touched";
    List<String> changing = List.of("account:add-funds roles-1 5", "account:block roles-1", "tariff:rate roles-tariff 44 0", "tariff:rate-delete roles-tariff 44", "rate roles-tariff 44 0",
        "account:delete roles-1", "switch:user-create mallory admin", "user-create mallory admin", "switch:user-role vera admin", "switch:bans --lift 192.0.2.1", "feature:install package",
        "bundle:stop org.strowger.rest", "config:property-set -p org.strowger.calls calls.max 1", "shell:exec touch " + touched, "exec touch " + touched,
        "new java.io.FileOutputStream " + touched, "echo touched > " + touched, ".context bundle 0", "system:start-level 79");

    assertThat(viewer.runAll(changing)).allSatisfy(said -> assertThat(said.status()).as(said.output()).isNotZero());
    assertThat(instance.home().resolve("touched")).doesNotExist();
    assertThat(state()).isEqualTo(before);
  }

  private static String state() throws IOException {
    return admin.shell("account:show --json roles-1") + admin.shell("account:balance --json roles-1") + admin.shell("tariff:rates --json roles-tariff")
        + admin.shell("switch:user-list --json") + admin.shell("switch:bundles --json") + admin.shell("config:list \"(service.pid=org.strowger.calls)\"");
  }

  @Test
  void nobodyComesInWithoutTheRightPassword() {
    for (String stranger : List.of("admin", "vera", "karaf", "nobody")) {
      try (var guessing = new Ssh(instance, stranger, stranger)) {
        assertThatThrownBy(guessing::login).as(stranger).isInstanceOf(IOException.class).hasMessageContaining("No more authentication methods");
      }
    }
  }

  /** Administrators who make users at the same time lose none, and nobody waits for a file to be written. */
  @Test
  void whoWasMadeComesInAtOnce() throws Exception {
    Map<String, String> passwords = new LinkedHashMap<>();
    ExecutorService admins = Executors.newFixedThreadPool(2);
    try {
      List<Future<String>> said = IntStream.range(0, 2).mapToObj(one -> admins.submit(() -> admin.shell(
          IntStream.range(0, 6).mapToObj(i -> "switch:user-create --json u" + one + "-" + i + " viewer").collect(Collectors.joining("; "))))).toList();
      for (Future<String> each : said) {
        passwords.putAll(made(each.get(60, TimeUnit.SECONDS)));
      }
      assertThat(passwords).hasSize(12);
      for (var each : passwords.entrySet()) {
        try (var made = new Ssh(instance, each.getKey(), each.getValue())) {
          assertThatCode(made::login).as(each.getKey()).doesNotThrowAnyException();
        }
      }
      assertThat(instance.read("etc/users.properties")).contains("admin = {CRYPT}$sha256-generated$", "u1-5 = {CRYPT}$sha256-generated$").doesNotContain(passwords.values());
    } finally {
      admins.shutdownNow();
      admin.run(passwords.keySet().stream().map(name -> "switch:user-delete " + name).collect(Collectors.joining("; ")));
    }
    String gone = passwords.keySet().iterator().next();
    try (var deleted = new Ssh(instance, gone, passwords.get(gone))) {
      assertThatThrownBy(deleted::login).isInstanceOf(IOException.class);
    }
    assertThat(instance.read("etc/users.properties")).contains("vera").doesNotContain("u0-", "u1-");
  }

  /** What a person types into the file is a secret he chose: hashed slowly, taken by every door, and by none any more when he is gone. */
  @Test
  void aPasswordThatAPersonChoseComesIntoEveryDoorUntilItIsTakenBack() throws Exception {
    Path users = instance.home().resolve("etc/users.properties");
    String line = "chooser = My own 7 words,_g_:viewergroup\n";
    Files.writeString(users, line, StandardOpenOption.APPEND);
    try {
      Waiting.until(() -> instance.read("etc/users.properties").contains("chooser = {CRYPT}$argon2id$v=19$m=19456;t=2;p=1$"));
      assertThat(instance.read("etc/users.properties")).doesNotContain("My own").contains("_g_\\:viewergroup").contains("vera", "admin");
      for (String password : List.of("My own 7 words", "My own 8 words")) {
        boolean right = password.contains("7");
        try (var chooser = new Ssh(instance, "chooser", password)) {
          if (right) {
            assertThat(chooser.shell("switch:status")).contains("uptime");
          } else {
            assertThatThrownBy(chooser::login).isInstanceOf(IOException.class).hasMessageContaining("No more authentication methods");
          }
        }
        for (int i = 0; i < 3; i++) {
          assertThat(rest("chooser", password)).isEqualTo(right ? 200 : 401);
        }
      }
    } finally {
      admin.run("switch:user-delete chooser");
    }
    assertThat(rest("chooser", "My own 7 words")).as("known a moment ago").isEqualTo(401);
  }

  private static int rest(String user, String password) throws IOException {
    var asked = (HttpURLConnection) URI.create("http://127.0.0.1:" + instance.httpPort() + "/api/v1/accounts").toURL().openConnection();
    asked.setRequestProperty("Authorization", "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8)));
    return asked.getResponseCode();
  }

  /** Passwords by name. */
  private static Map<String, String> made(String json) {
    var found = new LinkedHashMap<String, String>();
    Pattern.compile("\"name\":\"([^\"]+)\".*?\"password\":\"([^\"]+)\"").matcher(json).results().forEach(user -> found.put(user.group(1), user.group(2)));
    assertThat(found).as(json).isNotEmpty();
    return found;
  }
}
