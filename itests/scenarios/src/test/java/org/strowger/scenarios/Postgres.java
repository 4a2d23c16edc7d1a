package org.strowger.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The embedded PostgreSQL of a switch, looked at from outside of the switch. */
final class Postgres {

  private static final int PORT_LINE = 3;

  private Postgres() {}

  private static List<String> pidFile(Switch at) throws IOException {
    String id = Files.readString(at.home().resolve("db/instance.id")).strip();
    Path inside = at.home().resolve("db/18/data");
    Path data = Files.exists(inside) ? inside : Path.of("/var/lib/strowger", id, "18/data");
    return Files.readAllLines(data.resolve("postmaster.pid"));
  }

  static ProcessHandle server(Switch at) throws IOException {
    return ProcessHandle.of(Long.parseLong(pidFile(at).get(0).strip())).orElseThrow();
  }

  /** The server and its children. */
  static List<ProcessHandle> processes(Switch at) throws IOException {
    ProcessHandle server = server(at);
    return Stream.concat(Stream.of(server), server.descendants()).toList();
  }

  static void signal(String name, List<ProcessHandle> processes) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of("kill", "-" + name));
    processes.stream().filter(ProcessHandle::isAlive).forEach(process -> command.add(Long.toString(process.pid())));
    assertThat(new ProcessBuilder(command).redirectErrorStream(true).start().waitFor(10, TimeUnit.SECONDS)).isTrue();
  }

  /** Whether it does something: one that has ended, and that nobody has collected yet, is there but does not. */
  static boolean runs(ProcessHandle process) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
      return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
    } catch (IOException gone) {
      return false;
    }
  }

  /** By the switch's own user, to read what no door shows. */
  static Connection connect(Switch at) throws IOException, SQLException {
    String password = Files.readString(at.home().resolve("keys/postgres.password")).trim();
    return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + pidFile(at).get(PORT_LINE).strip() + "/strowger", "strowger", password);
  }
}
