package org.strowger.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The shipped program as a process of its own, in an instance of its own, used from outside only. */
final class Switch implements AutoCloseable {

  /** For {@code org.strowger.sip.cfg}: at small size nobody waits half a minute for a message that does not come, but 13 s. */
  static final String TIMERS = "sip.listen = udp:${strowger.sip.host}:${strowger.sip.port}, tcp:${strowger.sip.host}:${strowger.sip.port}\nsip.t1Millis = " + Size.of(200, 500) + "\n";
  private static final Duration START = Duration.ofSeconds(180);
  private static final boolean IPV6 = hasIpv6();

  private final Path home;
  private final List<String> script;
  private final int sipPort;
  private final int httpPort;
  private final int sshPort;
  private FirstStart first;
  private Ssh ssh;

  private Switch(Path home, List<String> script) {
    this.home = home;
    this.script = script;
    this.sipPort = freePort();
    this.httpPort = freePort();
    this.sshPort = freePort();
  }

  /** One of its own for a scenario that kills or restarts it. */
  static Switch start(String name) {
    return start(name, Map.of());
  }

  /**
   * One of its own in another environment.
   *
   * @param environment of the start, beside ours
   * @param options of the start
   */
  static Switch startElsewhere(String name, Map<String, String> environment, String... options) {
    var script = new ArrayList<>(List.of("/usr/bin/env"));
    environment.forEach((key, value) -> script.add(key + "=" + value));
    script.add(program() + "/bin/strowger");
    var started = new Switch(place(name), script);
    Result result = started.tryStart(options);
    assertThat(result.status()).as("strowger start: %s", result.output()).isZero();
    return started;
  }

  private static Path place(String name) {
    return Path.of(System.getProperty("strowger.instances")).resolve(name + "-" + Long.toString(System.nanoTime(), 36));
  }

  /** @param etc settings other than the shipped ones, by name of their file */
  static Switch start(String name, Map<String, String> etc) {
    Switch started = notStarted(name, etc);
    long begin = System.nanoTime();
    started.start();
    started.first = new FirstStart(Duration.ofNanos(System.nanoTime() - begin), started.log());
    return started;
  }

  /**
   * As {@link #start(String, Map)}, of which the instance's folder is there with its settings, and nothing else yet.
   *
   * @param environment KEY=VALUE, beside ours
   */
  static Switch notStarted(String name, Map<String, String> etc, String... environment) {
    var script = new ArrayList<>(List.of("/usr/bin/env"));
    script.addAll(List.of(environment));
    script.add(program() + "/bin/strowger");
    var prepared = new Switch(place(name), script);
    try {
      Path folder = Files.createDirectories(prepared.home.resolve("etc"));
      for (Map.Entry<String, String> file : etc.entrySet()) {
        Files.writeString(folder.resolve(file.getKey()), file.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return prepared;
  }

  /** Not started yet, and used by somebody without privileges. */
  static Switch of(OrdinaryUser user, String name) {
    var script = new ArrayList<>(user.prefix());
    script.add(user.program().resolve("bin/strowger").toString());
    return new Switch(user.instances().resolve(name), script);
  }

  static Path program() {
    return Path.of(System.getProperty("strowger.program")).toAbsolutePath().normalize();
  }

  void start(String... options) {
    Result result = tryStart(options);
    assertThat(result.status()).as("strowger start: %s", result.output()).isZero();
  }

  /** Whatever comes of it. */
  Result tryStart(String... options) {
    var line = new ArrayList<>(List.of("start", "--sip-port", "" + sipPort, "--http-port", "" + httpPort, "--ssh-port", "" + sshPort));
    line.addAll(List.of(options));
    return run(START, line.toArray(String[]::new));
  }

  /** In the foreground of a terminal. */
  Terminal run(String... options) {
    var line = new ArrayList<>(script);
    line.addAll(List.of("run", "--home", home.toString(), "--sip-port", "" + sipPort, "--http-port", "" + httpPort, "--ssh-port", "" + sshPort));
    line.addAll(List.of(options));
    return new Terminal(line);
  }

  void stop() {
    command(Duration.ofSeconds(90), "stop");
  }

  /** As the kernel would end it: no hook runs, nothing is flushed. */
  void kill() {
    ProcessHandle.of(pid()).ifPresent(process -> {
      process.destroyForcibly();
      process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
    });
  }

  long pid() {
    try {
      return Long.parseLong(Files.readString(home.resolve("strowger.pid")).trim());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether somebody has its SIP port. */
  boolean listens() {
    return !isFree("127.0.0.1", sipPort);
  }

  String sip() {
    return "127.0.0.1:" + sipPort;
  }

  /** The same port of the same switch, by IPv6. */
  String sip6() {
    return "[::1]:" + sipPort;
  }

  int sshPort() {
    return sshPort;
  }

  Rest rest() {
    return new Rest("http://127.0.0.1:" + httpPort + "/api/v1", "admin", password());
  }

  String http() {
    return "http://127.0.0.1:" + httpPort;
  }

  String password() {
    try {
      return Files.readString(home.resolve("keys/admin-password")).trim();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path home() {
    return home;
  }

  /** What a shell command printed, which must succeed. */
  String shell(String line) {
    return ssh().run(line);
  }

  /** A shell command, whatever comes of it. */
  Result tell(String line) {
    return ssh().tell(line);
  }

  private synchronized Ssh ssh() {
    if (ssh == null) {
      ssh = new Ssh(this);
    }
    return ssh;
  }

  String log() {
    try {
      return Files.readString(home.resolve("log/strowger.log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How the start of an instance that did not exist before went. @param log what it had logged when it was ready */
  record FirstStart(Duration took, String log) {}

  FirstStart first() {
    return first;
  }

  /** What was booked for an account and a call, read from the ledger's own table in the embedded database. */
  BigDecimal booked(long call, int account) {
    try (Connection connection = Postgres.connect(this);
        var entries = connection.prepareStatement("select coalesce(sum(amount), 0) from ledger.entry where call = ? and party = 'ACCOUNT' and party_id = ?")) {
      entries.setLong(1, call);
      entries.setInt(2, account);
      try (var sum = entries.executeQuery()) {
        sum.next();
        return sum.getBigDecimal(1);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private String command(Duration limit, String... arguments) {
    Result result = run(limit, arguments);
    assertThat(result.status()).as("strowger %s: %s", String.join(" ", arguments), result.output()).isZero();
    return result.output();
  }

  /** Exit status and everything printed. */
  record Result(int status, String output) {}

  Result run(Duration limit, String... arguments) {
    var line = new ArrayList<>(script);
    line.addAll(List.of(arguments));
    line.addAll(List.of("--home", home.toString()));
    try {
      Path output = Files.createTempFile("strowger", ".out");
      Process process = new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(output.toFile()).start();
      process.getOutputStream().close();
      if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("not done within " + limit + ": " + line + "\n" + Files.readString(output));
      }
      String printed = Files.readString(output);
      Files.delete(output);
      return new Result(process.exitValue(), printed);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public synchronized void close() {
    if (ssh != null) {
      ssh.close();
      ssh = null;
    }
    run(Duration.ofSeconds(90), "stop");
  }

  /** Whether this machine has IPv6, on its loopback at least. */
  static boolean hasIpv6() {
    return isFree("::1", 0);
  }

  private static boolean isFree(String host, int port) {
    try (var tcp = new ServerSocket(); var udp = new DatagramSocket(new InetSocketAddress(host, port))) {
      tcp.bind(new InetSocketAddress(host, port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  static int freePort() {
    for (int i = 0; i < 50; i++) {
      try (var tcp = new ServerSocket()) {
        tcp.bind(new InetSocketAddress("127.0.0.1", 0));
        try (var udp = new DatagramSocket(new InetSocketAddress("127.0.0.1", tcp.getLocalPort()))) {
          if (!IPV6 || isFree("::1", udp.getLocalPort())) {
            return udp.getLocalPort();
          }
        }
      } catch (IOException e) {
        // Taken for UDP: ask for another.
      }
    }
    throw new IllegalStateException("no free port on 127.0.0.1");
  }
}
