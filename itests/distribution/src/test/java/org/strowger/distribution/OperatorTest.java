package org.strowger.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What whoever sits at the keyboard sees when typing errors, pipes, blanks and wrong passwords come in. */
@ExtendWith(SharedInstance.class)
class OperatorTest {

  private final Instance instance;

  OperatorTest(Instance instance) {
    this.instance = instance;
  }

  @Test
  void typingErrorsAreToldToTheTypistAndNotLogged() throws IOException {
    long before = Files.size(log("strowger.log"));

    assertThat(instance.client("account:show 1001 --json")).satisfies(said -> assertThat(said.status()).isNotZero())
        .satisfies(said -> assertThat(said.output()).contains("Options stand before the arguments: account:show [options] [arguments]"));
    assertThat(instance.client("account:show nobody")).satisfies(said -> assertThat(said.status()).isNotZero())
        .satisfies(said -> assertThat(said.output()).contains("there is no account").doesNotContain("Options stand"));
    assertThat(instance.client("no:such").status()).isNotZero();

    assertThat(Files.readString(log("strowger.log")).substring((int) before)).doesNotContain("ERROR").doesNotContain("\tat ");
  }

  @Test
  void aPasswordThatIsTypedStandsInNoLog() throws IOException {
    instance.shell("tariff:create secret-tariff EUR; plan:create secret-plan secret-tariff; log:set DEBUG org.hibernate.SQL");
    try {
      assertThat(instance.client("account:create --voip-password Sup3rSecretPw98 secret-890 secret-plan").status()).isZero();
      instance.client("account:create --voip-password Sup3rSecretPw98 secret-890 secret-plan");
    } finally {
      instance.tell("log:set DEFAULT org.hibernate.SQL; account:delete secret-890; plan:delete secret-plan; tariff:delete secret-tariff");
    }
    // Lines were logged while it ran, by its thread, and tell whose it was; the rest of what was typed they don't.
    assertThat(instance.logged("(pipe-account:create,")).isNotEmpty();
    try (Stream<Path> files = Files.walk(instance.home().resolve("log"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).as(file.toString()).doesNotContain("Sup3rSecret");
      }
    }
  }

  /** Arguments of every process there is. */
  private static List<String> arguments() {
    return ProcessHandle.allProcesses().map(process -> {
      try {
        return Files.readString(Path.of("/proc", "" + process.pid(), "cmdline"), StandardCharsets.ISO_8859_1).replace('\0', ' ');
      } catch (IOException gone) {
        return "";
      }
    }).toList();
  }

  /** What stands in the files of the folder that a client has while it runs. */
  private List<String> inClientsFiles() throws IOException {
    var texts = new ArrayList<String>();
    try (var folders = Files.newDirectoryStream(instance.home().resolve("keys"), "client.*")) {
      for (Path folder : folders) {
        try (var files = Files.newDirectoryStream(folder)) {
          for (Path file : files) {
            texts.add(Files.readString(file, StandardCharsets.ISO_8859_1));
          }
        } catch (IOException | DirectoryIteratorException gone) {
          // The client has ended.
        }
      }
    }
    return texts;
  }

  @Test
  void aCommandFromStandardInputStandsInNoProcessListAndNoFile() throws Exception {
    instance.shell("tariff:create stdin-tariff EUR; plan:create stdin-plan stdin-tariff");
    Path killed = Files.createDirectories(instance.home().resolve("keys/client.999999999.abcdef"));
    Files.writeString(killed.resolve("users.properties"), "left by a client that was killed");
    try {
      Process client = new ProcessBuilder(instance.script().toString(), "client", "-", "--home", instance.home().toString()).redirectErrorStream(true).start();
      try (var input = client.getOutputStream()) {
        input.write("account:create --voip-password Un5eenSecret77 stdin-890 stdin-plan\naccount:list stdin-890\n".getBytes(StandardCharsets.UTF_8));
      }
      var reading = CompletableFuture.supplyAsync(() -> {
        try {
          return new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      });
      boolean seen = false;
      while (client.isAlive()) {
        List<String> all = arguments();
        assertThat(all).noneMatch(line -> line.contains("Un5eenSecret77"));
        assertThat(inClientsFiles()).noneMatch(text -> text.contains("Un5eenSecret77"));
        seen |= all.stream().anyMatch(line -> line.contains("karaf.client.Main"));
      }
      assertThat(seen).as("the client was looked at while it ran").isTrue();
      assertThat(client.waitFor()).as(reading.get(20, TimeUnit.SECONDS)).isZero();
      assertThat(reading.get()).contains("stdin-890");
      assertThat(instance.home().resolve("keys")).as("what the client kept").isDirectoryNotContaining("glob:**client.*");
    } finally {
      instance.tell("account:delete stdin-890; plan:delete stdin-plan; tariff:delete stdin-tariff");
    }
  }

  @Test
  void ofSeveralCommandsTheFirstThatFailsIsTheLast() throws Exception {
    Process client = new ProcessBuilder(instance.script().toString(), "client", "--home", instance.home().toString()).redirectErrorStream(true).start();
    try (var input = client.getOutputStream()) {
      input.write("no:such\nswitch:version\n".getBytes(StandardCharsets.UTF_8));
    }
    String said = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(client.waitFor()).isNotZero();
    assertThat(said).contains("no:such").doesNotContain("org.strowger.accounts");
  }

  @Test
  void whatIsPipedHasNoColoursAndAllItsLetters() {
    assertThat(instance.client("account:show nobody").output()).contains("there is no account").doesNotContain("\u001b");
    assertThat(instance.client("help").output()).doesNotContain("\u001b").contains("account:list", "Makes an account; passwords that the switch makes are shown once",
        "Deletes an account without balance and calls; its CDRs and payments stay");
    assertThat(instance.shell("switch:commands account:s").lines().filter(line -> line.contains(":"))).hasSizeBetween(2, 5).allMatch(line -> line.startsWith("account:s"));
    assertThat(instance.client("help account").output()).contains("account:show").doesNotContain("tariff:list");
    assertThat(instance.client("help account:create").output()).contains("DESCRIPTION", "--voip-password");
  }

  @Test
  void helpInATerminalHasAllItsLetters() throws IOException {
    try (var admin = new Ssh(instance, "admin", instance.read("keys/admin-password").strip())) {
      assertThat(admin.type(80, "help")).contains("switch:health", "Makes an account; passwords that the switch makes are shown once",
          "Deletes an account without balance and calls; its CDRs and payments stay");
      assertThat(admin.type(80, "help account:create")).contains("DESCRIPTION", "--voip-password").doesNotContain("account:delete");
    }
  }

  @Test
  void aBackupGoesWhereItsPathSaysWhateverIsInIt() throws IOException {
    Path folder = Files.createDirectories(instance.home().resolve("it's a $folder;"));
    Outcome made = instance.backup(folder.resolve("all of it.backup"));

    assertThat(made.status()).as(made.output()).isZero();
    assertThat(folder.resolve("all of it.backup")).isNotEmptyFile();
  }

  @Test
  void refusedLoginsStandInTheSecurityLogWithoutPasswords() throws IOException {
    var rest = (HttpURLConnection) URI.create("http://127.0.0.1:" + instance.httpPort() + "/api/v1/accounts").toURL().openConnection();
    rest.setRequestProperty("Authorization", "Basic " + Base64.getEncoder().encodeToString("mallory:rest-guess".getBytes(StandardCharsets.UTF_8)));
    assertThat(rest.getResponseCode()).isEqualTo(401);

    Path file = instance.home().resolve("keys/admin-password");
    String right = Files.readString(file);
    try {
      Files.writeString(file, "shell-guess\n");
      assertThat(instance.client("switch:version")).satisfies(said -> assertThat(said.status()).isNotZero())
          .satisfies(said -> assertThat(said.output()).contains("refuses user admin with the password in " + file, "switch:user-password admin").doesNotContain("guess"));
    } finally {
      Files.writeString(file, right);
    }

    assertThat(Files.readString(log("security.log"))).contains("login refused at the web door, from 127.0.0.1, user 'mallory'")
        .containsPattern("Authentication failed - admin - .*127\\.0\\.0\\.1").doesNotContain("guess").doesNotContain("succeeded");
  }

  @Test
  void everyNameOfItsFolderIsThatInstance() throws IOException {
    Path home = instance.home();
    Path link = home.resolveSibling("link");
    Files.deleteIfExists(link);
    Files.createSymbolicLink(link, home);
    String settings = instance.read("etc/strowger.properties");
    String pid = instance.read("strowger.pid");
    try {
      for (String name : List.of(home + "/", home.getParent() + "/nowhere/../" + home.getFileName(), link.toString())) {
        assertThat(script("status", "--home", name)).as(name).satisfies(said -> assertThat(said.output()).contains("running, process " + pid.strip()))
            .satisfies(said -> assertThat(said.status()).isZero());
        assertThat(script("start", "--home", name, "--sip-port", "1", "--http-port", "2", "--ssh-port", "3")).as(name).satisfies(said -> assertThat(said.status()).isEqualTo(1))
            .satisfies(said -> assertThat(said.output()).contains("runs already, process " + pid.strip()));
      }
      Files.delete(home.resolve("strowger.pid"));
      assertThat(script("status", "--home", home.toString()).output()).as("without its pid file").contains("running, process " + pid.strip());
    } finally {
      Files.writeString(home.resolve("strowger.pid"), pid);
      Files.delete(link);
    }
    assertThat(instance.read("etc/strowger.properties")).isEqualTo(settings);
    assertThat(home.resolve("karaf/ready")).isNotEmptyFile();
  }

  @Test
  void aNewPasswordOfTheAdministratorIsTheClientsToo() throws IOException {
    Path file = instance.home().resolve("keys/admin-password");
    String before = Files.readString(file);

    String shown = instance.client("switch:user-password admin").output();

    assertThat(Files.readString(file)).isNotEqualTo(before);
    assertThat(shown).contains(Files.readString(file).strip());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
    assertThat(instance.client("switch:version").output()).contains("0.1");
  }

  @Test
  void theStatusIsAnExitStatusToo() throws IOException {
    assertThat(instance.status().status()).isZero();
    assertThat(script("status", "--home", instance.home().resolveSibling("nobody's").toString()).status()).isEqualTo(4);
    String settings = instance.read("etc/strowger.properties");
    try {
      instance.write("etc/strowger.properties", settings.replace("strowger.sip.port = " + instance.sipPort(), "strowger.sip.port = " + instance.sshPort()));
      assertThat(instance.status()).satisfies(said -> assertThat(said.status()).isEqualTo(3)).satisfies(said -> assertThat(said.output()).contains("SIP does not answer"));
    } finally {
      instance.write("etc/strowger.properties", settings);
    }
  }

  private static Outcome script(String... arguments) {
    var command = new ArrayList<>(List.of(Program.unpack("program").folder().resolve("bin/strowger").toString()));
    command.addAll(List.of(arguments));
    return Outcome.of(Map.of(), 60, command.toArray(String[]::new));
  }

  @Test
  void addressesOfIpv6StandInBracketsBeforeAPort() {
    String lib = Program.unpack("program").folder().resolve("bin/strowger.d/net.sh").toString();
    for (var address : Map.of("::", "[::1]", "2001:db8::7", "[2001:db8::7]", "0.0.0.0", "127.0.0.1", "sw.example", "sw.example").entrySet()) {
      assertThat(Outcome.of(Map.of("LIB", lib, "ADDRESS", address.getKey()), 10, "bash", "-c", ". \"$LIB\"; web_host \"$ADDRESS\"").output()).isEqualTo(address.getValue());
    }
  }

  private Path log(String name) {
    return instance.home().resolve("log").resolve(name);
  }
}
