package org.strowger.postgres.internal.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Under which user the server runs: PostgreSQL refuses to run as root.
 *
 * @param words for the start's summary
 * @param uid who owns the files
 * @param prefix words before the program's own
 */
record RunAs(String words, int uid, int gid, List<String> prefix) {

  /** Used where no user {@code strowger} exists: an id of our own, as 65534 is shared by everything that runs as nobody. */
  static final int OWN_ID = 15060;

  private static final Duration SHORT = Duration.ofSeconds(10);

  static int me() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines.filter(line -> line.startsWith("Uid:")).mapToInt(line -> Integer.parseInt(line.split("\\s+")[2])).findFirst().orElseThrow();
    } catch (IOException noProc) {
      throw new LaunchException("cannot find out who the switch runs as: /proc is not readable", noProc);
    }
  }

  /** As whoever the switch runs as. */
  static RunAs myself(int uid) {
    return new RunAs("the switch's own user", uid, uid, List.of());
  }

  /** As the system user {@code strowger}, or our own id. */
  static RunAs systemUser() {
    return Users.named("strowger").map(user -> with("user strowger", user.uid(), user.gid()))
        .orElseGet(() -> with("uid " + OWN_ID, OWN_ID, OWN_ID));
  }

  /** As root outside, as an ordinary user inside a namespace: reaches what root reaches, but has no power over it. */
  static RunAs namespace() {
    return new RunAs("root without privileges, in a user namespace", 0, 0, unshare());
  }

  private static RunAs with(String words, int uid, int gid) {
    return new RunAs(words, uid, gid, List.of("setpriv", "--reuid=" + uid, "--regid=" + gid, "--clear-groups", "--"));
  }

  private static List<String> unshare() {
    int inside = Users.ordinary().map(Users.User::uid).orElse(OWN_ID);
    return List.of("unshare", "--user", "--map-user=" + inside, "--map-group=" + inside, "--");
  }

  /** Who makes the data folder: {@code initdb}, unlike the server, refuses to run as a user without a name. */
  RunAs named() {
    if (prefix.equals(unshare()) || Users.known(uid)) {
      return this;
    }
    List<String> borrowed = new ArrayList<>(prefix);
    borrowed.addAll(unshare());
    RunAs inNamespace = new RunAs(words, uid, gid, borrowed);
    if (Command.run(Path.of("/"), SHORT, inNamespace.command("true")).ok()) {
      return inNamespace;
    }
    return prefix.isEmpty() ? this : Users.named("nobody").map(nobody -> with("user nobody", nobody.uid(), nobody.gid())).orElse(this);
  }

  List<String> command(String... program) {
    List<String> all = new ArrayList<>(prefix);
    all.addAll(List.of(program));
    return all;
  }

  /** Whether the server could get into its base folder and load its program, which folders above may forbid. */
  boolean reaches(Folders folders) {
    return Command.run(Path.of("/"), SHORT, command("test", "-x", folders.base().toString())).ok()
        && Command.run(Path.of("/"), SHORT, command(folders.bin("postgres").toString(), "--version")).ok();
  }
}
