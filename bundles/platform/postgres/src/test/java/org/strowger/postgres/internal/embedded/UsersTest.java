package org.strowger.postgres.internal.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.strowger.kernel.Time;
import org.strowger.postgres.internal.OneServer;
import org.strowger.postgres.internal.TestFiles;

/** Under whom the server runs, and where its data goes. Most of it can only be tried as root, who can become others. */
@Timeout(180)
class UsersTest {

  private static final int SOMEBODY = 15061;

  private static Path classes;
  private static String classPath;

  private Path root;

  /** Copies of our class path that everybody may read. */
  @BeforeAll
  static void copyClassPath() throws IOException {
    OneServer.unpackPrograms();
    classes = TestFiles.passable("classes");
    classPath = readableClassPath();
  }

  @AfterAll
  static void clearClasses() {
    TestFiles.delete(classes);
  }

  @BeforeEach
  void makeRoot() throws IOException {
    root = TestFiles.passable("users");
  }

  @AfterEach
  void clear() {
    TestFiles.delete(root);
  }

  private record Said(String runsAs, Path data, int owner) {}

  @Test
  void anOrdinaryUsersServerIsItsOwn() throws Exception {
    if (RunAs.me() != 0) {
      try (EmbeddedPostgres server = EmbeddedPostgres.start(LaunchSettings.of(root.resolve("home"), 0), Time.SYSTEM, new CountDownLatch(1))) {
        assertThat(server.runsAs()).isEqualTo("the switch's own user");
        assertThat(Folders.owner(server.folder())).isEqualTo(RunAs.me());
      }
      return;
    }
    Path home = Files.createDirectory(root.resolve("home"));
    Files.setAttribute(home, "unix:uid", SOMEBODY);
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx------"));

    Said said = startAndStop(home, List.of("setpriv", "--reuid=" + SOMEBODY, "--regid=" + SOMEBODY, "--clear-groups", "--"), null, TestFiles.programs().orElseThrow().toString());

    assertThat(said).isEqualTo(new Said("the switch's own user", home.resolve("db/18/data"), SOMEBODY));
  }

  @Test
  void rootsServerRunsUnderAnotherUser() throws Exception {
    assumeThat(RunAs.me()).as("root").isZero();
    Path home = Files.createDirectory(root.resolve("home"), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));

    Said said = startAndStop(home, List.of(), null, TestFiles.programs().orElseThrow().toString());

    RunAs expected = RunAs.systemUser();
    assertThat(said).isEqualTo(new Said(expected.words(), home.resolve("db/18/data"), expected.uid()));
  }

  @Test
  void outOfThatUsersReachItRunsInANamespace() throws Exception {
    assumeThat(RunAs.me()).as("root").isZero();
    assumeThat(Command.run(Path.of("/"), Duration.ofSeconds(5), RunAs.namespace().command("true")).ok()).as("user namespaces").isTrue();
    Path home = closedHome();

    Said said = startAndStop(home, List.of(), null);

    assertThat(said).isEqualTo(new Said(RunAs.namespace().words(), home.resolve("db/18/data"), 0));
  }

  @Test
  void withoutNamespacesItsDataGoesWhereTheUserReachesItAndIsFoundAgain() throws Exception {
    assumeThat(RunAs.me()).as("root").isZero();
    Path home = closedHome();
    Path noNamespaces = Files.createDirectory(root.resolve("bin"));
    Path refuses = Files.writeString(noNamespaces.resolve("unshare"), "#!/bin/sh\nexit 1\n");
    Files.setPosixFilePermissions(refuses, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path shared = null;
    try {
      Said first = startAndStop(home, List.of(), noNamespaces);
      Said second = startAndStop(home, List.of(), noNamespaces);

      String id = Files.readString(home.resolve("db/instance.id")).strip();
      shared = Path.of("/var/lib/strowger", id);
      RunAs expected = RunAs.systemUser();
      assertThat(first).isEqualTo(new Said(expected.words(), shared.resolve("18/data"), expected.uid()));
      assertThat(second).isEqualTo(first);
      assertThat(home.resolve("db/18/data")).doesNotExist();
      // Namespaces or not: data that lies there stays there.
      assertThat(startAndStop(home, List.of(), null)).isEqualTo(first);
    } finally {
      if (shared != null) {
        TestFiles.delete(shared);
      }
    }
  }

  @Test
  void linksOfTheServersUserAreNotWrittenThrough() throws Exception {
    assumeThat(RunAs.me()).as("root").isZero();
    Path home = Files.createDirectory(root.resolve("home"), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    Path roots = Files.writeString(root.resolve("roots"), "root's");
    startHere(home);
    Folders folders = new Folders(home.resolve("db/18"), TestFiles.programs().orElseThrow());
    for (String name : List.of("data/pg_hba.conf", "data/postgresql.conf", "log/start.log")) {
      assertThat(asServer("ln", "-sf", roots.toString(), folders.base().resolve(name).toString())).as("link %s", name).isTrue();
    }
    for (Path ours : List.of(folders.config().resolve("pg_hba.conf"), folders.startLog(), folders.base().resolve("initdb"))) {
      assertThat(asServer("ln", "-sf", roots.toString(), ours.toString())).as("link %s", ours).isFalse();
    }
    assertThat(asServer("mv", folders.log().toString(), folders.base().resolve("other").toString())).as("move a folder").isFalse();

    startHere(home);

    assertThat(roots).hasContent("root's");
  }

  @Test
  void linksInAFolderThatWasTheServersUsersAreRefused() throws Exception {
    assumeThat(RunAs.me()).as("root").isZero();
    Path home = Files.createDirectory(root.resolve("home"), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    Path base = Files.createDirectories(home.resolve("db/18"));
    Files.createSymbolicLink(base.resolve("config"), Files.createDirectory(root.resolve("roots")));
    Files.setAttribute(base, "unix:uid", RunAs.systemUser().uid());

    assertThatThrownBy(() -> startHere(home)).isInstanceOf(LaunchException.class).hasMessageContaining(base.resolve("config") + " is a symbolic link");
    assertThat(Folders.owner(base)).isZero();
    assertThat(root.resolve("roots")).isEmptyDirectory();
  }

  private static void startHere(Path home) {
    EmbeddedPostgres.start(new LaunchSettings(home, 0, true, TestFiles.programs()), Time.SYSTEM, new CountDownLatch(1)).close();
  }

  private static boolean asServer(String... words) {
    return Command.run(Path.of("/"), Duration.ofSeconds(5), RunAs.systemUser().command(words)).ok();
  }

  private Path closedHome() throws IOException {
    Path closed = Files.createDirectory(root.resolve("closed"), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    return Files.createDirectory(closed.resolve("home"));
  }

  /** In a JVM of its own, as the prefix says. */
  private Said startAndStop(Path home, List<String> prefix, Path firstOnPath, String... programs) throws Exception {
    ProcessBuilder java = TestFiles.java(OtherSwitch.class, home.toString());
    java.command().addAll(List.of(programs));
    List<String> words = new ArrayList<>(prefix);
    words.addAll(java.command());
    words.set(words.indexOf("-cp") + 1, classPath);
    java.command(words);
    if (firstOnPath != null) {
      java.environment().merge("PATH", firstOnPath.toString(), (path, first) -> first + ":" + path);
    }
    Process process = java.directory(Path.of("/").toFile()).start();
    try (BufferedReader said = process.inputReader(); OutputStream in = process.getOutputStream()) {
      assertThat(said.readLine()).isEqualTo("started");
      String runsAs = said.readLine();
      Path data = Path.of(said.readLine());
      Said all = new Said(runsAs, data, Folders.owner(data));
      in.write('\n');
      in.flush();
      assertThat(said.readLine()).isEqualTo("stopped");
      return all;
    } finally {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    }
  }

  private static String readableClassPath() throws IOException {
    String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    List<String> copied = new ArrayList<>();
    for (String entry : path.split(":")) {
      Path from = Path.of(entry);
      Path to = classes.resolve(copied.size() + "-" + from.getFileName());
      copied.add(to.toString());
      if (Files.exists(from) && !Files.exists(to)) {
        copy(from, to);
      }
    }
    return String.join(":", copied);
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Path target = to.resolve(from.relativize(path).toString());
        Files.copy(path, target, StandardCopyOption.REPLACE_EXISTING);
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString(Files.isDirectory(path) ? "rwxr-xr-x" : "rw-r--r--"));
      }
    }
    Files.setPosixFilePermissions(to.getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
