package org.strowger.distribution;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** An instance on random ports, driven by the script like an operator does. Closing it stops it and deletes its folder. */
final class Instance implements AutoCloseable {

  private final Path home;
  private final List<Integer> ports = freePorts();
  private Program program;
  private String said = "";

  Instance(Program program, String name) {
    this.program = program;
    this.home = Program.WORK.resolve(name);
    Folders.delete(home);
  }

  void use(Program newer) {
    program = newer;
  }

  /** {@code strowger}, for who starts it himself. */
  Path script() {
    return program.folder().resolve("bin/strowger");
  }

  Path home() {
    return home;
  }

  int sipPort() {
    return ports.get(0);
  }

  int httpPort() {
    return ports.get(1);
  }

  int sshPort() {
    return ports.get(2);
  }

  /** What the script said at its last start. */
  String said() {
    return said;
  }

  /** Starts it and waits until it is ready; throws with everything the script said if it does not become so. */
  String start(String... options) {
    Outcome outcome = tryStart(Map.of(), options);
    if (outcome.status() != 0) {
      throw new IllegalStateException("the switch did not start:\n" + outcome.output());
    }
    said = outcome.output();
    return said;
  }

  Outcome tryStart(Map<String, String> environment, String... options) {
    var line = new ArrayList<>(List.of("start", "--sip-port", "" + sipPort(), "--http-port", "" + httpPort(), "--ssh-port", "" + sshPort()));
    line.addAll(List.of(options));
    return script(environment, line.toArray(String[]::new));
  }

  Outcome stop() {
    return script(Map.of(), "stop");
  }

  Outcome status() {
    return script(Map.of(), "status");
  }

  /** One shell command, as {@code strowger client} runs it. */
  Outcome client(String command) {
    return script(Map.of(), "client", command);
  }

  /** One shell command of the administrator, from within this process: the script's client is a process of its own each time. */
  Outcome tell(String command) {
    try (var admin = new Ssh(this, "admin", read("keys/admin-password").strip())) {
      return admin.run(command);
    } catch (IOException e) {
      throw new UncheckedIOException(command, e);
    }
  }

  /** As {@link #tell}, for a command that must succeed. */
  String shell(String command) {
    Outcome outcome = tell(command);
    if (outcome.status() != 0) {
      throw new IllegalStateException(command + " failed with " + outcome.status() + ":\n" + outcome.output());
    }
    return outcome.output();
  }

  Outcome backup(Path file) {
    return script(Map.of(), "backup", file.toString());
  }

  private Outcome script(Map<String, String> environment, String... arguments) {
    var command = new ArrayList<>(List.of(program.folder().resolve("bin/strowger").toString()));
    command.addAll(List.of(arguments));
    command.addAll(List.of("--home", home.toString()));
    return Outcome.of(environment, 240, command.toArray(String[]::new));
  }

  String read(String file) {
    try {
      return Files.readString(home.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void write(String file, String text) throws IOException {
    Files.writeString(home.resolve(file), text);
  }

  /** Lines of the log that hold one of the words. */
  List<String> logged(String... words) {
    return read("log/strowger.log").lines().filter(line -> Stream.of(words).anyMatch(line::contains)).toList();
  }

  @Override
  public void close() {
    if (Files.exists(home.resolve("strowger.pid"))) {
      stop();
    }
  }

  void deleteCache() {
    Folders.delete(home.resolve("karaf"));
  }

  /** Three ports that are free for UDP and TCP now. */
  private static List<Integer> freePorts() {
    var found = new ArrayList<Integer>();
    while (found.size() < 3) {
      try (var tcp = new ServerSocket(0)) {
        try (var udp = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), tcp.getLocalPort()))) {
          if (!found.contains(udp.getLocalPort())) {
            found.add(udp.getLocalPort());
          }
        }
      } catch (IOException taken) {
        // another process was faster: the next one
      }
    }
    return found;
  }
}
