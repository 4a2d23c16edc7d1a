package org.strowger.scenarios;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Somebody without privileges: whoever runs the tests, or, if that is root, the user {@code nobody}. The program is where this user can
 * read it, the instances where it can write.
 *
 * @param prefix words before a command that make it run as this user
 * @param name as the kernel shows the owner of what it makes
 */
record OrdinaryUser(List<String> prefix, String name, Path program, Path instances) implements AutoCloseable {

  private static final String SOMEBODY = "nobody";

  /** Skips the test, and says why, where nobody can be made. */
  static OrdinaryUser make(Path program) throws IOException, InterruptedException {
    Path instances = Files.createTempDirectory("strowger-user");
    String me = Files.getOwner(instances).getName();
    if (!me.equals("root")) {
      return new OrdinaryUser(List.of(), me, program, instances);
    }
    List<String> prefix = List.of("setpriv", "--reuid=" + SOMEBODY, "--regid=" + id("-g"), "--clear-groups", "--");
    assumeTrue(run(with(prefix, "true")), "root can't become the user " + SOMEBODY + " here (setpriv)");
    Files.setPosixFilePermissions(instances, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path readable = program;
    if (!run(with(prefix, "test", "-r", program.resolve("bin/strowger").toString()))) {
      readable = instances.resolve("program");
      assumeTrue(run(List.of("cp", "-a", program.toString(), readable.toString())), "no room for a copy of the program that " + SOMEBODY + " can read");
    }
    assumeTrue(run(with(prefix, readable.resolve("bin/strowger").toString(), "help")), SOMEBODY + " can't read " + readable);
    Path own = Files.createDirectory(instances.resolve("home"));
    assumeTrue(run(List.of("chown", SOMEBODY, own.toString())), "root can't give a folder away here");
    return new OrdinaryUser(prefix, SOMEBODY, readable, own);
  }

  private static String id(String what) throws IOException, InterruptedException {
    Process id = new ProcessBuilder("id", what, SOMEBODY).start();
    String said = new String(id.getInputStream().readAllBytes()).strip();
    assumeTrue(id.waitFor() == 0, "there is no user " + SOMEBODY);
    return said;
  }

  private static List<String> with(List<String> prefix, String... words) {
    var all = new ArrayList<>(prefix);
    all.addAll(List.of(words));
    return all;
  }

  private static boolean run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
  }

  @Override
  public void close() throws IOException, InterruptedException {
    run(List.of("rm", "-rf", instances.getFileName().toString().equals("home") ? instances.getParent().toString() : instances.toString()));
  }
}
