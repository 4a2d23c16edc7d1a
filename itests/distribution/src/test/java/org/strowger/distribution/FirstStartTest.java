package org.strowger.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What an operator meets at the first start of an instance: of the shared one, before anybody else does anything with it. */
@ExtendWith(SharedInstance.class)
@Order(1)
class FirstStartTest {

  private static final Program PROGRAM = Program.unpack("program");
  private static Instance instance;
  private static String said;

  @BeforeAll
  static void start(Instance shared) {
    instance = shared;
    said = shared.said();
  }

  @Test
  void theSummaryNamesEveryAddressAndWhereThePasswordIs() {
    assertThat(said)
        .contains("127.0.0.1:" + instance.sipPort())
        .contains("http://127.0.0.1:" + instance.httpPort() + "/api/v1")
        .contains("ssh -p " + instance.sshPort())
        .contains(instance.home() + "/keys/admin-password")
        .doesNotContain(instance.read("keys/admin-password").strip());
  }

  /** Item 2 of what is built: who PostgreSQL runs as and where its data is, which depends on who starts the switch. */
  @Test
  void theSummarySaysWhereTheDatabaseIsAndWhoItRunsAs() throws IOException {
    Path inside = instance.home().resolve("db/18/data");
    Path data = Files.exists(inside) ? inside : Path.of("/var/lib/strowger", instance.read("db/instance.id").strip(), "18/data");
    assertThat(said).contains("embedded PostgreSQL 18").contains("data in " + data);
    int owner = (int) Files.getAttribute(data, "unix:uid");
    if ((int) Files.getAttribute(instance.home(), "unix:uid") != 0) {
      assertThat(said).contains("runs as the switch's own user");
    } else if (owner == 0) {
      assertThat(said).contains("runs as root without privileges, in a user namespace");
    } else {
      String user = Files.getOwner(data).getName();
      assertThat(said).containsAnyOf("runs as user strowger", "runs as uid 15060");
      assertThat(user).isIn("strowger", "15060");
    }
  }

  @Test
  void theFirstBootRefreshesAndStopsNothing() {
    assertThat(instance.logged("Refreshing", "Stopping bundles")).isEmpty();
  }

  /** At its start level Karaf's logins wait for one: they come first or last as it happens, and all that starts waits 10 s with them. */
  @Test
  void componentsCanBeMadeBeforeAnythingBoots() throws IOException {
    assertThat(Files.readString(PROGRAM.folder().resolve("etc/startup.properties"))).contains("org.apache.felix.scr");
  }

  @Test
  void nothingWentWrong() {
    assertThat(instance.logged(" ERROR ")).isEmpty();
  }

  @Test
  void everyBundleIsActiveAndEveryComponentHasWhatItNeeds() {
    assertThat(instance.shell("bundle:list -t 0 --no-format | grep Strowger").lines())
        .isNotEmpty().allMatch(line -> line.contains("Active"), "Active");
  }

  @Test
  void thePasswordIsRandomAndForTheOwnerOnly() throws IOException {
    assertThat(instance.read("keys/admin-password").strip()).hasSizeGreaterThan(20).matches("[a-zA-Z0-9]+");
    for (Path secret : List.of(instance.home().resolve("keys/admin-password"), instance.home().resolve("etc/users.properties"))) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret))).as(secret.toString()).isEqualTo("rw-------");
    }
    assertThat(instance.read("etc/users.properties")).contains("admin = {CRYPT}$sha256-generated$").doesNotContain(instance.read("keys/admin-password").strip(), "karaf = karaf", "admin = admin");
  }

  @Test
  void whoCalledWhomIsForTheOwnerOnly() throws IOException {
    for (String folder : List.of("log", "karaf", "journal", "keys", "etc")) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(instance.home().resolve(folder)))).as(folder).isEqualTo("rwx------");
    }
    try (var logs = Files.list(instance.home().resolve("log"))) {
      assertThat(logs).isNotEmpty().allSatisfy(log -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(log))).isEqualTo("rw-------"));
    }
  }

  @Test
  void aShellCommandsExitStatusIsPassedOn() {
    assertThat(instance.client("switch:about").status()).isZero();
    assertThat(instance.client("no:such-command").status()).isNotZero();
  }

  @Test
  void theWebAndTheShellListenOnLoopbackOnly() throws IOException {
    for (int port : List.of(instance.httpPort(), instance.sshPort())) {
      assertThat(listening(port)).as("addresses of port " + port).isNotEmpty().allMatch(address -> address.endsWith("0100007F"));
    }
  }

  /** Local addresses, in the kernel's hexadecimal, that listen on a TCP port. */
  private static List<String> listening(int port) throws IOException {
    String suffix = ":%04X".formatted(port);
    var lines = new java.util.ArrayList<>(Files.readAllLines(Path.of("/proc/net/tcp")));
    lines.addAll(Files.readAllLines(Path.of("/proc/net/tcp6")));
    return lines.stream()
        .map(line -> line.strip().split("\\s+"))
        .filter(words -> words[1].endsWith(suffix) && words[3].equals("0A"))
        .map(words -> words[1].substring(0, words[1].indexOf(':')))
        .toList();
  }

  @Test
  void aSecondStartOfTheSameInstanceIsRefused() {
    Outcome again = instance.tryStart(Map.of());

    assertThat(again.status()).isNotZero();
    assertThat(again.output()).contains("runs already").contains(instance.read("strowger.pid").strip());
  }

  @Test
  void aTakenPortIsNamedWithItsHolder() {
    try (var other = new Instance(PROGRAM, "second")) {
      Outcome taken = Outcome.of(Map.of(), 60, PROGRAM.folder().resolve("bin/strowger").toString(), "start", "--home", other.home().toString(),
          "--sip-port", "" + other.sipPort(), "--http-port", "" + instance.httpPort(), "--ssh-port", "" + other.sshPort());

      assertThat(taken.status()).isNotZero();
      assertThat(taken.output()).contains("HTTP port " + instance.httpPort())
          .contains("process " + instance.read("strowger.pid").strip() + " (the switch of " + instance.home() + ")");
      assertThat(other.read("etc/strowger.properties")).as("the port of a refused start").doesNotContain("" + instance.httpPort());
    }
  }

  @Test
  void twoInstancesRunSideBySide() throws IOException {
    try (var other = new Instance(PROGRAM, "beside")) {
      other.start();

      assertThat(other.client("switch:about").output()).contains(other.home().toString());
      assertThat(instance.client("switch:about").output()).contains(instance.home().toString());
      assertThat(other.read("keys/admin-password")).isNotEqualTo(instance.read("keys/admin-password"));
      aStopEndsTheDatabaseThatAKilledSwitchLeftBehind(other);
    }
  }

  private static void aStopEndsTheDatabaseThatAKilledSwitchLeftBehind(Instance killed) throws IOException {
    ProcessHandle.of(Long.parseLong(killed.read("strowger.pid").strip())).orElseThrow().destroyForcibly();
    Waiting.until(() -> killed.status().status() == 4);
    Path inside = killed.home().resolve("db/18/data");
    Path data = Files.exists(inside) ? inside : Path.of("/var/lib/strowger", killed.read("db/instance.id").strip(), "18/data");
    String pid = Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip();

    Outcome stopped = killed.stop();

    assertThat(stopped.output()).contains("stopped the PostgreSQL, process " + pid);
    assertThat(data.resolve("postmaster.pid")).as("PostgreSQL ended in order").doesNotExist();
    assertThat(killed.home().resolve("strowger.pid")).doesNotExist();
  }

  @Test
  void anUnfitJavaIsNamedWithTheOneThatIsNeeded() throws IOException {
    Path old = Files.createDirectories(Program.WORK.resolve("java11/bin")).resolve("java");
    Files.writeString(old, "#!/bin/sh\necho 'openjdk version \"11.0.2\" 2019-01-15' >&2\n");
    Files.setPosixFilePermissions(old, PosixFilePermissions.fromString("rwxr-xr-x"));
    try (var other = new Instance(PROGRAM, "old")) {
      Outcome refused = other.tryStart(Map.of("JAVA_HOME", old.getParent().getParent().toString()));

      assertThat(refused.status()).isNotZero();
      assertThat(refused.output()).contains("Java 17 is needed").contains("11.0.2");
    }
  }
}
