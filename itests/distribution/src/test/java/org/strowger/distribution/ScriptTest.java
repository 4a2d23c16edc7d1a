package org.strowger.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the script refuses before it starts anything, and its functions by themselves: nothing runs here but bash. */
class ScriptTest {

  private static final Program PROGRAM = Program.unpack("program");

  @TempDir Path folder;
  private Instance instance;

  @BeforeEach
  void anInstanceThatNeverStarts() {
    instance = new Instance(PROGRAM, "never");
  }

  @Test
  void valuesThatAreNoPortsOrAddressesAreNamedBeforeTheStart() throws IOException {
    Path etc = Files.createDirectories(instance.home().resolve("etc"));
    String shipped = Files.readString(PROGRAM.folder().resolve("etc/strowger.properties"));
    Files.writeString(etc.resolve("strowger.properties"), shipped.replace("sip.port = 5060", "sip.port = 5o60").replace("ssh.host = 127.0.0.1", "ssh.host =")
        .replace("http.port = 8181", "http.port = 65536"));

    Outcome refused = start();

    assertThat(refused.status()).as(refused.output()).isEqualTo(1);
    assertThat(refused.output()).contains("strowger.sip.port = 5o60 in " + etc, "a port is a number from 1 to 65535", "strowger.http.port = 65536",
        "strowger.ssh.host = (not set)").doesNotContain("strowger.sip.host", "starting bundles");
  }

  @Test
  void onePortForTwoDoorsIsRefusedAndNotKept() {
    Outcome refused = start("--sip-port", "" + instance.sipPort(), "--http-port", "" + instance.sshPort(), "--ssh-port", "" + instance.sshPort());

    assertThat(refused.status()).as(refused.output()).isEqualTo(1);
    assertThat(refused.output()).contains("SSH and HTTP can't both have port " + instance.sshPort() + " on 127.0.0.1").doesNotContain("SIP and", "starting bundles");
    assertThat(instance.read("etc/strowger.properties")).as("what a refused start was told").contains("strowger.http.port = 8181");
  }

  @ParameterizedTest
  @CsvSource({"sip, SIP, udp", "sip, SIP, tcp", "ssh, SSH, tcp"})
  void aTakenPortIsNamedWithItsHolder(String key, String name, String protocol) throws IOException {
    int port = key.equals("sip") ? instance.sipPort() : instance.sshPort();
    try (AutoCloseable taken = taken(protocol, port)) {
      Outcome refused = start("--sip-port", "" + instance.sipPort(), "--http-port", "" + instance.httpPort(), "--ssh-port", "" + instance.sshPort());

      assertThat(refused.status()).as(refused.output()).isEqualTo(1);
      assertThat(refused.output()).contains(name + " port " + port + "/" + protocol + " is taken by process " + ProcessHandle.current().pid() + " (")
          .contains("strowger." + key + ".port in " + instance.home()).doesNotContain("starting bundles");
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static AutoCloseable taken(String protocol, int port) throws IOException {
    var address = InetAddress.getLoopbackAddress();
    return protocol.equals("tcp") ? new ServerSocket(port, 1, address) : new DatagramSocket(new InetSocketAddress(address, port));
  }

  @ParameterizedTest
  @CsvSource({
      "192.0.2.1, 192.0.2.2, no", "192.0.2.1, 192.0.2.1, yes", "192.0.2.1, 0.0.0.0, yes", "::, 192.0.2.1, yes", "0.0.0.0, 2001:db8::7, no", "::1, 127.0.0.1, no",
      "2001:db8::7, 2001:DB8:0::0007, yes", "2001:db8::7, 2001:db8::8, no", "localhost, 127.0.0.1, yes"})
  void onePortIsThereTwiceOnAddressesThatDoNotMeet(String one, String other, String meet) {
    assertThat(bash("net", "addresses_meet '" + one + "' '" + other + "' && echo yes || echo no").output().strip()).isEqualTo(meet);
  }

  @Test
  void aListenerOnAnotherAddressLeavesThePortFree() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.2"))) {
      int port = taken.getLocalPort();
      // Not 127.0.0.1: another test's server may have the same port there.
      assertThat(bash("net", "listeners tcp " + port + " 127.0.7.1").output()).isEmpty();
      assertThat(bash("net", "listeners tcp " + port + " 127.0.0.2").output()).isNotEmpty();
      assertThat(bash("net", "listeners tcp " + port + " 0.0.0.0").output()).isNotEmpty();
      assertThat(bash("net", "listeners tcp " + port).output()).isNotEmpty();
    }
  }

  @Test
  void anInstanceThatAnotherCommandIsStartingIsLeftAlone() throws IOException {
    Files.createDirectories(instance.home());
    Outcome refused = Outcome.of(Map.of("HERE", instance.home().toString(), "STROWGER", script()), 60,
        "bash", "-c", "exec 5>>\"$HERE/strowger.lock\"; flock 5; \"$STROWGER\" start --home \"$HERE\" 5>&-");

    assertThat(refused.status()).as(refused.output()).isEqualTo(1);
    assertThat(refused.output()).contains("another command is starting or stopping this instance").doesNotContain("starting bundles");
    assertThat(instance.home().resolve("strowger.pid")).doesNotExist();
  }

  @Test
  void withoutAnyJavaTheOneThatIsNeededIsNamed() throws IOException {
    Path tools = Files.createDirectories(folder.resolve("tools"));
    for (String tool : new String[] {"bash", "dirname", "readlink", "realpath", "cat", "sed", "head"}) {
      Files.createSymbolicLink(tools.resolve(tool), Path.of(Outcome.of(Map.of(), 10, "bash", "-c", "command -v " + tool).output().strip()));
    }
    var environment = new HashMap<>(Map.of("PATH", tools.toString(), "JAVA_HOME", ""));
    Outcome refused = Outcome.of(environment, 60, script(), "start", "--home", instance.home().toString());

    assertThat(refused.status()).as(refused.output()).isEqualTo(1);
    assertThat(refused.output()).contains("Java 17 is needed and none was found", "Install a JDK 17", "JAVA_HOME");
    assertThat(instance.home()).doesNotExist();
  }

  @Test
  void optionsOfTheJavaMachineComeFromTheInstanceAndForOneStartFromTheEnvironment() {
    String said = bash("instance", """
        unset STROWGER_JVM_OPTIONS
        home=$FOLDER program=$FOLDER java=java; mkdir -p "$FOLDER"/etc "$FOLDER"/lib/endorsed; cd "$FOLDER"
        touch lib/endorsed/org.apache.karaf.specs.locator-1.jar lib/endorsed/org.apache.karaf.specs.java.xml-1.jar
        printf '# why\n-Xmx1m  \n\n-Da=b c\n' >etc/jvm.options
        options() { java_command; printf '%s|' "${jvm[@]:1:$1}"; echo; }
        options 3; STROWGER_JVM_OPTIONS='-Xlog:gc  -Dx=*' options 5
        """).output();

    assertThat(said.lines()).containsExactly("-Xmx1m|-Da=b c|--add-reads=java.xml=java.logging|", "-Xmx1m|-Da=b c|-Xlog:gc|-Dx=*|--add-reads=java.xml=java.logging|");
  }

  /** In a checkout the next build deletes the program. */
  @Test
  void anInstanceOfACheckoutRunsFromACopyOfItsOwn() {
    String said = bash("etc", """
        cd "$FOLDER"; mkdir -p built/bin built/etc built/lib built/system/a instance/karaf; echo one >built/system/a/a.jar
        program=$FOLDER/built home=$FOLDER/instance
        copy_program "$(program_listing)"
        rm -rf built; echo "$program"; cat "$program/system/a/a.jar"
        """).output();

    assertThat(said.lines()).containsExactly(folder.resolve("instance/karaf/program").toString(), "one");
  }

  @Test
  void aProgramThatIsBeingBuiltIsNotCopied() {
    Outcome refused = bash("etc", """
        die() { echo "$*"; exit 1; }
        cd "$FOLDER"; mkdir -p built/bin built/etc built/lib built/system/a instance/karaf; echo one >built/system/a/a.jar
        program=$FOLDER/built home=$FOLDER/instance
        before=$(program_listing); rm built/system/a/a.jar
        copy_program "$before"
        """);

    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.output()).contains("another command is building it");
    assertThat(folder.resolve("instance/karaf/program")).doesNotExist();
  }

  @Test
  void aCopyWithCoarserTimesIsTheSameProgram() {
    String said = bash("etc", """
        cp() { [ "$1" != -al ] && command cp "$@" && touch -d 2026-01-01 "${@: -1}/system/a/a.jar"; }
        die() { echo "$*"; exit 1; }
        cd "$FOLDER"; mkdir -p built/bin built/etc built/lib built/system/a instance/karaf instance/etc/.shipped; echo one >built/system/a/a.jar
        program=$FOLDER/built home=$FOLDER/instance
        program_digest >instance/etc/.shipped/digest
        copy_program "$(program_listing)"
        cat "$program/system/a/a.jar"; echo two >built/system/a/a.jar; rm -rf instance/karaf/program; program=$FOLDER/built
        copy_program "before"
        """).output();

    assertThat(said.lines()).hasSize(2).first().isEqualTo("one");
    assertThat(said).contains("another command is building it");
  }

  @Test
  void onlyOptionsSetPortsAndAddressesAndHttpsHasItsOwnByDefault() {
    String said = bash("net", """
        . "$LIB/common.sh"
        home=$FOLDER/instance http_host=192.0.2.66 ssh_host=192.0.2.66
        parse_options --ssh-port 8101; mkdir -p "$home/etc"
        printf '%s\\n' 'strowger.sip.host = 127.0.0.1' 'strowger.sip.port = 5060' 'strowger.http.host = 127.0.0.1' 'strowger.http.port = 8181' 'strowger.ssh.host = 127.0.0.1' \
          >"$home/etc/strowger.properties"
        echo 'org.osgi.service.http.secure.enabled = true' >"$home/etc/org.ops4j.pax.web.cfg"
        doors | cut -d ' ' -f 1-4
        """).output();

    assertThat(said.lines()).containsExactly("SIP udp,tcp 127.0.0.1 5060", "HTTP tcp 127.0.0.1 8181", "HTTPS tcp 127.0.0.1 8443", "SSH tcp 127.0.0.1 8101");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\tb", "a,1"})
  void aFolderThatTheSwitchCouldNotRunInIsRefused(String name) {
    Outcome refused = Outcome.of(Map.of(), 30, script(), "start", "--home", folder.resolve(name).toString());

    assertThat(refused.status()).as(refused.output()).isEqualTo(1);
    assertThat(refused.output()).contains("may hold no comma, tab or line break", name);
    assertThat(folder.resolve(name)).doesNotExist();
  }

  @Test
  void aCheckoutBelowABlankIsAsGoodAsAnother() throws IOException {
    Path checkout = Files.createDirectories(folder.resolve("a b"));
    Outcome.of(Map.of("BIN", PROGRAM.folder().resolve("bin").toString(), "CHECKOUT", checkout.toString()), 30, "bash", "-euc", """
        cd "$CHECKOUT"; mkdir -p karaf-distribution/src/main/resources bundles features; touch pom.xml bnd.bnd LICENSE NOTICE
        cp "$BIN"/strowger .; cp -r "$BIN" karaf-distribution/src/main/resources/
        """);
    var environment = Map.of("STROWGER_MVN", "true");
    String script = checkout.resolve("strowger").toString();

    for (String command : List.of("help", "start --help", "build --help", "build")) {
      var words = new ArrayList<>(List.of(script));
      words.addAll(List.of(command.split(" ")));
      Outcome said = Outcome.of(environment, 60, words.toArray(String[]::new));
      assertThat(said.status()).as(command + ": " + said.output()).isZero();
    }
    Outcome started = Outcome.of(environment, 60, script, "start");
    assertThat(started.status()).isEqualTo(1);
    assertThat(started.output()).contains("Building", "there is no program at " + checkout);
  }

  @Test
  void theHelpOfTheBackupSaysWhatIsNotInIt() {
    for (String words : List.of("help", "backup --help")) {
      Outcome said = Outcome.of(Map.of(), 30, "bash", "-c", "exec \"$0\" " + words, script());
      assertThat(said.status()).isZero();
      assertThat(said.output()).as(words).contains("all data of all domains").containsIgnoringCase("users").contains("tokens", "etc/").doesNotContain("everything");
    }
  }

  @Test
  void theDemoIsRefusedInALineWhereOnlyHttpsIsServed() throws IOException {
    Files.writeString(Files.createDirectories(folder.resolve("etc")).resolve("org.ops4j.pax.web.cfg"), "org.osgi.service.http.enabled = false\n");
    Outcome refused = bash("client", ". \"$LIB/common.sh\"; . \"$LIB/net.sh\"; java=java home=$FOLDER pid=$$ scripts=$LIB; load_demo");

    assertThat(refused.status()).as(refused.output()).isEqualTo(1);
    assertThat(refused.output().strip().lines()).as(refused.output()).singleElement().asString().contains("the demo is not loaded", "HTTP");
  }

  @Test
  void aDemoThatReachesNobodySaysSoInALine() throws IOException {
    int nobody;
    try (var socket = new ServerSocket(0)) {
      nobody = socket.getLocalPort();
    }
    Path password = Files.writeString(folder.resolve("password"), "any");
    Outcome refused = Outcome.of(Map.of(), 60, Path.of(System.getProperty("java.home"), "bin/java").toString(),
        PROGRAM.folder().resolve("bin/strowger.d/Demo.java").toString(), "http://127.0.0.1:" + nobody + "/api/v1", password.toString(), "sip", "carrier", "client");

    assertThat(refused.status()).as(refused.output()).isEqualTo(1);
    assertThat(refused.output()).contains("the demo could not be loaded", "can't be reached").doesNotContain("\tat ");
  }

  @ParameterizedTest
  @CsvSource({
      "0.0.0.0, 127.0.0.1 2001:db8::7 192.0.2.7 10.0.0.7, 192.0.2.7:5070", "::, fe80::1 2001:db8::7 192.0.2.7, [2001:db8::7]:5070", "0.0.0.0, '', 127.0.0.1:5070",
      "127.0.0.1, 192.0.2.7, 127.0.0.1:5070", "192.0.2.9, 192.0.2.7, 192.0.2.9:5070"})
  void theDemoNamesAnAddressThatPhonesOnOtherMachinesReach(String host, String own, String server) throws IOException {
    Files.createDirectories(folder.resolve("karaf"));
    String said = bash("client", """
        . "$LIB/common.sh"; . "$LIB/net.sh"; . "$LIB/instance.sh"; . "$LIB/watch.sh"
        home=$FOLDER pid=$$ scripts=$LIB checkout= sip_host='HOST' sip_port=5070 http_port=1 http_host=127.0.0.1; mkdir -p "$home/log" "$home/etc"
        cp "$LIB/../../etc/org.strowger.sip.cfg" "$home/etc"
        setsid() { :; }; wait_until() { :; }; hostname() { echo 'OWN '; }
        demo_java() { case $1 in --list-modules) echo jdk.compiler@17 ;; */Demo.java) echo "server $4" ;; esac; }
        java=demo_java
        printf carrier >"$home/karaf/demo-carrier"; rm() { :; }
        load_demo
        """.replace("HOST", host).replace("OWN", own)).output();

    assertThat(said.lines()).contains("server " + server);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "{\"id\":7,\"name\":\"1002\",\"batchTag\":\"office\",\"features\":{}} | | account 1002",
      "{\"id\":7,\"name\":\"1001\",\"description\":\"as \\\"batchTag\\\":\\\"demo\\\"\",\"features\":{\"x\":{\"batchTag\":\"demo\"}}} | | account 1001",
      " | {\"id\":3,\"name\":\"demo\",\"address\":\"192.0.2.9:5060\"} | a carrier 'demo'"})
  void theDemoChangesNothingOfAnInstanceInUse(String account, String carrier, String named) throws IOException {
    try (var rest = new RecordedRest(account, carrier)) {
      Outcome refused = demo(rest.address());

      assertThat(refused.status()).as(refused.output()).isEqualTo(1);
      assertThat(refused.output().strip().lines()).singleElement().asString().contains(named, "nothing was changed", "--home DIR");
      assertThat(rest.changes()).isEmpty();
    }
  }

  @Test
  void theDemoTagsItsAccountsAndRenewsOnlyThose() throws IOException {
    try (var rest = new RecordedRest(null, null)) {
      assertThat(demo(rest.address()).status()).isZero();
      assertThat(rest.changes()).filteredOn(change -> change.startsWith("POST /api/v1/accounts ")).hasSize(2).allMatch(change -> change.contains("\"batchTag\":\"demo\""));
    }
    try (var rest = new RecordedRest("{\"id\":7,\"name\":\"1001\",\"batchTag\":\"demo\",\"features\":{\"x\":{\"id\":9}}}", "{\"id\":3,\"name\":\"demo\",\"address\":\"127.0.0.1:4711\"}")) {
      Outcome again = demo(rest.address());
      assertThat(again.status()).as(again.output()).isZero();
      assertThat(rest.changes()).anyMatch(change -> change.startsWith("PATCH /api/v1/accounts/7 {\"voipPassword\"")).anyMatch(change -> change.startsWith("PATCH /api/v1/carriers/3 "))
          .filteredOn(change -> change.startsWith("POST /api/v1/accounts ")).singleElement().asString().contains("\"1002\"");
    }
  }

  @Test
  void aDemoOfABuildThatDidNotTagItsAccountsIsTakenOver() throws IOException {
    try (var rest = oldDemo("{\"id\":7,\"name\":\"1001\",\"batchTag\":\"\",\"plan\":5,\"routingGroup\":6,\"features\":{}}")) {
      Outcome again = demo(rest.address());
      assertThat(again.status()).as(again.output()).isZero();
      assertThat(rest.changes()).anyMatch(change -> change.startsWith("PATCH /api/v1/accounts/7 ") && change.contains("\"batchTag\":\"demo\"")).anyMatch(change -> change.startsWith("DELETE /api/v1/tariffs/4/rates/1 "))
          .noneMatch(change -> change.startsWith("POST /api/v1/tariffs ") || change.startsWith("POST /api/v1/plans ") || change.contains("/entries"));
    }
    try (var rest = oldDemo("{\"id\":7,\"name\":\"1001\",\"batchTag\":\"demo\",\"plan\":5,\"routingGroup\":6,\"features\":{}}")) {
      assertThat(demo(rest.address()).status()).isZero();
      assertThat(rest.changes()).as("a rate 1 that was put into the demo since").noneMatch(change -> change.startsWith("DELETE"));
    }
    try (var rest = oldDemo("{\"id\":7,\"name\":\"1001\",\"batchTag\":\"\",\"plan\":8,\"routingGroup\":6,\"features\":{}}")) {
      assertThat(demo(rest.address()).output()).contains("account 1001", "nothing was changed");
      assertThat(rest.changes()).isEmpty();
    }
  }

  private static RecordedRest oldDemo(String account) throws IOException {
    return new RecordedRest(account, "{\"id\":3,\"name\":\"demo\",\"address\":\"127.0.0.1:4711\"}").with("/tariffs", "{\"id\":4,\"version\":1,\"name\":\"demo\",\"currency\":\"EUR\"}")
        .with("/plans", "{\"id\":5,\"name\":\"demo\",\"tariff\":4}").with("/routing-groups", "{\"id\":6,\"name\":\"demo\"}").with("/routing-groups/6", "{\"id\":6,\"entries\":[{\"id\":1,\"carrier\":3}]}");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "/tariffs | {\"id\":4,\"name\":\"demo\",\"currency\":\"EUR\",\"connectFee\":\"0.01\"} | | | a tariff 'demo'",
      "/tariffs | {\"id\":4,\"name\":\"demo\",\"currency\":\"USD\",\"connectFee\":\"0.01\"} | /tariffs/4/rates | {\"prefix\":\"44\"},{\"prefix\":\"49\"} | a tariff 'demo'",
      "/plans | {\"id\":5,\"name\":\"demo\",\"tariff\":9} | | | a service plan 'demo'",
      "/routing-groups | {\"id\":6,\"name\":\"demo\"} | /routing-groups/6 | {\"id\":6,\"entries\":[{\"id\":1,\"carrier\":2}]} | a routing group 'demo'"})
  void theDemoWritesNothingIntoATariffPlanOrGroupOfItsNameThatIsNotItsOwn(String path, String thing, String below, String what, String named) throws IOException {
    try (var rest = new RecordedRest(null, null).with(path, thing)) {
      if (below != null) {
        rest.with(below, what);
      }
      Outcome refused = demo(rest.address());
      assertThat(refused.status()).as(refused.output()).isEqualTo(1);
      assertThat(refused.output().strip().lines()).singleElement().asString().contains(named, "nothing was changed", "--home DIR");
      assertThat(rest.changes()).isEmpty();
    }
  }

  @Test
  void aDemoWhoseLoadWasInterruptedIsCompleted() throws IOException {
    try (var rest = new RecordedRest(null, null).with("/tariffs", "{\"id\":4,\"name\":\"demo\",\"currency\":\"USD\",\"connectFee\":\"0.01\"}").with("/routing-groups", "{\"id\":6,\"name\":\"demo\"}")) {
      Outcome again = demo(rest.address());
      assertThat(again.status()).as(again.output()).isZero();
      assertThat(rest.changes()).anyMatch(change -> change.startsWith("POST /api/v1/tariffs/4/rates ")).anyMatch(change -> change.startsWith("POST /api/v1/routing-groups/6/entries "))
          .noneMatch(change -> change.startsWith("POST /api/v1/tariffs "));
    }
  }

  private Outcome demo(String rest) throws IOException {
    Path password = Files.writeString(folder.resolve("password"), "any");
    return Outcome.of(Map.of(), 60, Path.of(System.getProperty("java.home"), "bin/java").toString(),
        PROGRAM.folder().resolve("bin/strowger.d/Demo.java").toString(), rest, password.toString(), "192.0.2.7:5060", "127.0.0.1:4712", "client");
  }

  @Test
  void whoMayNotEndTheSwitchIsTold() throws IOException {
    Path pidFile = Files.writeString(folder.resolve("strowger.pid"), "");
    Outcome refused = bash("instance", """
        . "$LIB/common.sh"
        . "$LIB/watch.sh"
        STROWGER_STOP_LIMIT=1 home=$FOLDER pid=$$; echo $pid >"$FOLDER/strowger.pid"
        kill() { return 1; } # as for a process of another user
        stop_process; echo stopped
        """);

    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.output()).contains("can't be ended by").contains("run this as its user").doesNotContain("stopped");
    assertThat(pidFile).isNotEmptyFile();
  }

  @ParameterizedTest
  @CsvSource({
      "'', 'echo sip OK; return 0', 0, SIP answers, asked", "--parts, 'echo sip OK; return 0', 0, SIP answers, asked",
      "'', 'echo ledger DOWN; return 1', 0, this is down:, ledger DOWN", "--parts, 'echo ledger DOWN; return 1', 3, this is down:, ledger DOWN",
      "'', 'echo no password >&2; return 1', 0, how its parts are can't be asked:, no password",
      "--parts, 'echo no password >&2; return 1', 3, how its parts are can't be asked:, no password"})
  void theStatusIsThatOfSipAndSaysWhatIsDown(String option, String health, int status, String said, String detail) throws IOException {
    Files.createFile(Files.createDirectories(folder.resolve("etc")).resolve("strowger.properties"));
    Outcome asked = bash("instance", """
        . "$LIB/common.sh"
        home=$FOLDER command=status; parse_options OPTION; running_pid() { echo 7; }; answers_sip() { :; }
        run_command() { HEALTH; }
        do_status
        """.replace("HEALTH", health).replace("OPTION", option));

    assertThat(asked.status()).as(asked.output()).isEqualTo(status);
    assertThat(asked.output()).contains(said);
    if (detail.equals("asked")) {
      assertThat(asked.output()).doesNotContain(detail);
    } else {
      assertThat(asked.output()).contains(detail);
    }
  }

  @ParameterizedTest
  @CsvSource({"true, 'echo sip OK; echo plugins DOWN dncl; return 1', plugins DOWN dncl", "true, 'return 1', ''", "false, 'echo plugins DOWN dncl', ''"})
  void theStatusOfASwitchThatDoesNotAnswerSaysWhatIsDownWhereThatCanBeAsked(boolean shell, String health, String said) throws IOException {
    Files.createFile(Files.createDirectories(folder.resolve("etc")).resolve("strowger.properties"));
    Outcome asked = bash("instance", """
        . "$LIB/common.sh"
        home=$FOLDER command=status; parse_options; running_pid() { echo 7; }; answers_sip() { return 1; }; shell_is_open() { SHELL; }
        run_command() { HEALTH; }
        do_status
        """.replace("HEALTH", health).replace("SHELL", Boolean.toString(shell)));

    assertThat(asked.status()).as(asked.output()).isEqualTo(3);
    assertThat(asked.output().lines()).startsWith("running, process 7, SIP does not answer 200").hasSize(said.isEmpty() ? 1 : 2).last().asString().endsWith(said);
  }

  @ParameterizedTest
  @ValueSource(strings = {"build", "test", "soak", "bench rating"})
  void whatBuildsNamesTheJdkThatARuntimeIsNot(String command) throws IOException {
    Outcome refused = bash("checkout", """
        . "$LIB/common.sh"
        checkout=$FOLDER/source JAVA_HOME=$FOLDER/runtime; mkdir -p "$checkout/benchmarks" "$JAVA_HOME/bin"; touch "$checkout/pom.xml" "$checkout/benchmarks/rating"
        printf '%s\\n' '#!/bin/sh' 'echo openjdk version \\"17.0.9\\"' >"$JAVA_HOME/bin/java"; chmod +x "$JAVA_HOME/bin/java" "$checkout/benchmarks/rating"
        maven() { echo "Maven ran"; return 1; }
        do_COMMAND
        """.replace("COMMAND", command));

    assertThat(refused.status()).as(refused.output()).isEqualTo(1);
    assertThat(refused.output()).contains("building needs a JDK 17", folder.resolve("runtime/bin/java").toString()).doesNotContain("Maven ran", "does not build");
  }

  @Test
  void aBuildIsNeededAfterADeletionAndAfterOneThatDidNotEnd() throws IOException {
    String said = bash("checkout", """
        checkout=$FOLDER; cd "$FOLDER"; say() { :; }
        mkdir -p bundles/a/src/main bundles/a/src/test bundles/a/target/classes features karaf-distribution/target/assembly/etc
        touch pom.xml bnd.bnd strowger LICENSE NOTICE bundles/a/pom.xml bundles/a/src/main/A.java bundles/a/src/main/B.java
        ask() { is_built && echo "$1: built" || echo "$1: not built"; }
        whole() { touch karaf-distribution/target/assembly/etc/startup.properties; touch -d '+1 second' karaf-distribution/target/karaf-distribution-1.tar.gz; }
        whole; ask never
        sources >"$(built)"; ask whole
        touch bundles/a/src/test/ATest.java; ask test
        touch -d '+3 seconds' karaf-distribution/target/assembly/etc/startup.properties; ask interrupted
        rm karaf-distribution/target/assembly/etc/startup.properties; ask emptied
        whole; ask again
        rm bundles/a/src/main/B.java; ask deleted
        forget_deleted "$(sources)"; [ -d bundles/a/target/classes ] && echo stale || echo clean
        """).output();

    assertThat(said.lines()).containsExactly("never: not built", "whole: built", "test: built", "interrupted: not built", "emptied: not built", "again: built", "deleted: not built", "clean");
  }

  @Test
  void ofABuildTheModulesTheDownloadsAndTheFailuresAreShown() throws IOException {
    var maven = new StringBuilder("[INFO] Scanning for projects...\n");
    for (int file = 0; file < 250; file++) {
      maven.append("Downloading from central: https://example.invalid/a.jar\nDownloaded from central: https://example.invalid/a.jar (1 kB at 2 kB/s)\n");
    }
    maven.append("[INFO] Building Strowger :: Kernel 0.1.0-SNAPSHOT                          [2/61]\nparsing WSDL...\nGenerating code...\n");
    maven.append("[INFO] Tests run: 3, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 0.1 s -- in org.strowger.kernel.TimeTest\n");
    maven.append("[ERROR] org.strowger.kernel.TimeTest.ticks -- Time elapsed: 0.1 s <<< FAILURE!\n[ERROR] COMPILATION ERROR : \n");
    Files.writeString(folder.resolve("maven.log"), maven);

    assertThat(bash("checkout", ". \"$LIB/common.sh\"; progress <\"$FOLDER/maven.log\" | sed 's/[0-9]* different/N different/'").output().lines()).containsExactly(
        "  100 files downloaded", "  200 files downloaded", "Strowger :: Kernel [2/61]",
        "  Tests run: 3, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 0.1 s -- in org.strowger.kernel.TimeTest",
        "    org.strowger.kernel.TimeTest.ticks -- Time elapsed: 0.1 s <<< FAILURE!", "  COMPILATION ERROR",
        "  250 files downloaded, in N different seconds");
  }

  @Test
  void whatFailedIsSaidWithItsReason() throws IOException {
    Files.writeString(Files.createDirectories(folder.resolve("a/target/surefire-reports")).resolve("TEST-a.xml"), """
        <testsuite name="org.strowger.kernel.TimeTest" tests="3" errors="1" failures="1" skipped="0">
          <testcase name="ticks(Clock)[2]" classname="org.strowger.kernel.TimeTest" time="0.1">
            <failure message="expected: &quot;a &amp;amp; b&quot; &lt;1&gt;&#10;but was: 2" type="java.lang.AssertionError"><![CDATA[at]]></failure>
          </testcase>
          <testcase name="stops" classname="org.strowger.kernel.TimeTest" time="0.1"/>
          <testcase name="falls" classname="org.strowger.kernel.TimeTest" time="0.1">
            <error type="java.lang.NullPointerException"><![CDATA[at]]></error>
          </testcase>
        </testsuite>
        """);

    Outcome said = bash("checkout", ". \"$LIB/common.sh\"; checkout=$FOLDER; tally 61 1 /dev/null");

    assertThat(said.output().lines()).containsExactly("", "took 1 min 1 s", "Failed:", "  TimeTest.ticks(Clock)[2]: expected: \"a &amp; b\" <1> but was: 2",
        "  TimeTest.falls: java.lang.NullPointerException", "1 passed, 2 failed, 0 skipped");
    assertThat(said.status()).isEqualTo(1);
  }

  @Test
  void ofAFailedStartTheErrorsAndTheirCausesAreShown() throws IOException {
    Path log = Files.createDirectories(folder.resolve("log")).resolve("strowger.log");
    Files.writeString(log, "2026-11-21T10:00:00,000 ERROR [] of.an.Earlier - start\n");
    long begin = Files.size(log);
    Files.writeString(log, Files.readString(log) + """
        2026-11-22T10:00:00,000 INFO  [] o.s.Good - news
        2026-11-22T10:00:01,000 ERROR [] o.s.Bad - the door does not open
        java.io.IOException: no door
        \tat o.s.Bad.open(Bad.java:7)
        Caused by: java.net.BindException: Cannot assign requested address
        2026-11-22T10:00:02,000 INFO  [] o.s.Good - more of it
        """);

    String said = bash("instance", "home=$FOLDER log_begin=" + begin + " console_begin=0; what_went_wrong; has_errors && echo bad").output();

    assertThat(said).contains("the door does not open", "Caused by: java.net.BindException", "bad").doesNotContain("Earlier", "Good", "\tat ");
  }

  @Test
  void aLongConsoleLogIsSetAside() throws IOException {
    Path log = Files.createDirectories(folder.resolve("log"));
    Files.writeString(log.resolve("console.log"), "short\n");
    bash("instance", "home=$FOLDER; set_console_aside");
    assertThat(log.resolve("console.log")).exists();

    Files.write(log.resolve("console.log"), new byte[1_000_001]);
    bash("instance", "home=$FOLDER; set_console_aside");
    assertThat(log.resolve("console.log")).doesNotExist();
    assertThat(log.resolve("console.log.1")).hasSize(1_000_001);
  }

  private Outcome start(String... options) {
    var command = new ArrayList<>(List.of(script(), "start", "--home", instance.home().toString()));
    command.addAll(List.of(options));
    return Outcome.of(Map.of(), 60, command.toArray(String[]::new));
  }

  private static String script() {
    return PROGRAM.folder().resolve("bin/strowger").toString();
  }

  private Outcome bash(String part, String lines) {
    return PROGRAM.bash(folder, part, lines);
  }
}
