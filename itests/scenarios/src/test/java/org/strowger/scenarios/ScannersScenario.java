package org.strowger.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.strowger.phone.Phone;
import org.strowger.phone.Waiting;
import org.strowger.scenarios.World.Subscriber;

/** Those who try names and passwords, each from an address of its own, at the limits as shipped: sipvicious, where it is installed, and one who comes by TCP, which it cannot. */
@ExtendWith(SharedSwitch.class)
class ScannersScenario {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir Path work;
  private World world;

  @BeforeEach
  void open(Switch at) {
    world = new World(at);
  }

  @AfterEach
  void close() throws Exception {
    world.close();
  }

  private static void assumeSipvicious() {
    assumeTrue(List.of(System.getenv("PATH").split(":")).stream().anyMatch(folder -> Files.isExecutable(Path.of(folder, "svwar"))), "sipvicious is not installed");
  }

  /** Between a program and the switch, which sees it come from another address: svcrack cannot choose its own. */
  private static final class Nat implements AutoCloseable {

    private final DatagramSocket inside;
    private final DatagramSocket outside;
    private volatile SocketAddress last;

    Nat(String from, String server) throws IOException {
      String[] at = server.split(":");
      var to = new InetSocketAddress(at[0], Integer.parseInt(at[1]));
      inside = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"));
      outside = new DatagramSocket(0, InetAddress.getByName(from));
      carry(inside, packet -> {
        last = packet.getSocketAddress();
        packet.setSocketAddress(to);
        outside.send(packet);
      });
      carry(outside, packet -> {
        packet.setSocketAddress(last);
        inside.send(packet);
      });
    }

    private interface Way {
      void send(DatagramPacket packet) throws IOException;
    }

    /** Until its socket is closed. */
    private static void carry(DatagramSocket from, Way way) {
      var thread = new Thread(() -> {
        try {
          while (true) {
            var packet = new DatagramPacket(new byte[8192], 8192);
            from.receive(packet);
            way.send(packet);
          }
        } catch (IOException e) {
          // closed
        }
      }, "nat");
      thread.setDaemon(true);
      thread.start();
    }

    int port() {
      return inside.getLocalPort();
    }

    @Override
    public void close() {
      inside.close();
      outside.close();
    }
  }

  /** What it printed. It ends by itself, soon: when nothing is answered any more. */
  private String run(String program, String from, String... options) throws Exception {
    try (var nat = new Nat(from, world.at.sip())) {
      return run(program, nat.port(), options);
    }
  }

  private String run(String program, int port, String... options) throws Exception {
    var line = new ArrayList<>(List.of(program, "-P", Integer.toString(Switch.freePort()), "-p", Integer.toString(port), "--maximumtime", "3"));
    line.addAll(List.of(options));
    line.add("127.0.0.1");
    Path output = work.resolve(program + ".out");
    Process process = new ProcessBuilder(line).directory(work.toFile()).redirectErrorStream(true).redirectOutput(output.toFile()).start();
    try {
      assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).as("%s ends", program).isTrue();
    } finally {
      process.destroyForcibly();
    }
    return Files.readString(output);
  }

  private Optional<JsonNode> ban(String address) {
    return StreamSupport.stream(world.rest.get("/bans").spliterator(), false).filter(ban -> ban.get("source").asText().equals(address)).findFirst();
  }

  private void hearsNothing(String address) {
    Phone there = world.phone(new Subscriber(0, "x", "x"), builder -> builder.local(address + ":0").obeyRetryAfter(false));
    assertThatThrownBy(() -> there.request("OPTIONS", "sip:" + world.at.sip(), UnaryOperator.identity()).await(Duration.ofMillis(600))).as("nothing of %s is read", address).isNotNull();
  }

  @Test
  void svwarLearnsNoName() throws Exception {
    assumeSipvicious();
    Subscriber alice = world.subscriber();
    var names = new StringBuilder();
    for (int i = 0; i < 20; i++) {
      names.append("nobody").append(i).append('\n').append(i == 0 ? alice.name() + '\n' : "");
    }
    Files.writeString(work.resolve("names"), names);
    assertThat(run("svwar", "127.0.0.71", "-d", "names")).as("it asks for one who is not there first").contains("authentication request for an unknown extension").doesNotContain(alice.name());
    for (String method : List.of("REGISTER", "INVITE")) {
      String forced = run("svwar", "127.0.0.71", "--force", "-m", method, "-d", "names");
      assertThat(forced).as("all are alike to it").contains("found nothing").doesNotContain("exists");
    }
  }

  @Test
  void svcrackIsBannedBeforeItComesToThePasswordAndTheAccountIsNot() throws Exception {
    assumeSipvicious();
    Subscriber alice = world.subscriber();
    var passwords = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      passwords.append("guess").append(i).append('\n');
    }
    Files.writeString(work.resolve("passwords"), passwords + alice.password() + '\n');
    String output = run("svcrack", "127.0.0.72", "-u", alice.name(), "-d", "passwords");
    assertThat(output).doesNotContain(alice.password());
    JsonNode ban = ban("127.0.0.72").orElseThrow(() -> new AssertionError("not banned: " + output));
    assertThat(ban.get("effect").asText()).isEqualTo("banned");
    assertThat(ban.get("reason").asText()).matches("[34][0-9] wrong passwords for 1 logins within 300 s");
    hearsNothing("127.0.0.72");
    assertThat(world.registered(alice).user()).as("the account is not locked").isEqualTo(alice.name());
  }

  @Test
  void whoTriesNamesByTcpIsBannedAndNobodyElseNotices() throws Exception {
    Subscriber alice = world.subscriber();
    String[] at = world.at.sip().split(":");
    try (var scanner = new Socket(InetAddress.getByName(at[0]), Integer.parseInt(at[1]), InetAddress.getByName("127.0.0.73"), 0)) {
      OutputStream out = scanner.getOutputStream();
      long begin = System.nanoTime();
      int tried = 0;
      // A busy switch may refuse some of them for that, which counts for nothing.
      while (ban("127.0.0.73").filter(ban -> ban.get("effect").asText().equals("banned")).isEmpty()) {
        assertThat(tried).as("names tried, and no ban").isLessThan(20_000);
        for (int end = tried + 100; tried < end; tried++) {
          out.write(register("name" + tried, scanner.getLocalPort()).getBytes(StandardCharsets.US_ASCII));
        }
        out.flush();
        // Only who is challenged and does not answer counts, and that are 50 a second.
        Waiting.pass(Duration.ofMillis(250));
      }
      long seconds = (System.nanoTime() - begin) / 1_000_000_000L;
      assertThat(ban("127.0.0.73").orElseThrow().get("reason").asText()).isEqualTo("300 names within 300 s and no answer to a challenge");
      assertThat(tried).isGreaterThanOrEqualTo(500);
      assertThat((long) told(scanner)).as("200, and 50 a second").isBetween(200L, 300 + 50 * seconds);
    }
    hearsNothing("127.0.0.73");
    assertThat(world.registered(alice).user()).isEqualTo(alice.name());
  }

  private static String register(String name, int port) {
    return "REGISTER sip:strowger SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.73:" + port + ";branch=z9hG4bK" + name + "\r\nMax-Forwards: 70\r\nFrom: <sip:" + name + "@strowger>;tag=1\r\nTo: <sip:" + name
        + "@strowger>\r\nCall-ID: " + name + "\r\nCSeq: 1 REGISTER\r\nContact: <sip:" + name + "@127.0.0.73>\r\nContent-Length: 0\r\n\r\n";
  }

  /** How many challenges came, until nothing does. */
  private static int told(Socket scanner) throws IOException {
    scanner.setSoTimeout(500);
    var read = new java.io.ByteArrayOutputStream();
    byte[] some = new byte[65_536];
    try {
      for (int length = scanner.getInputStream().read(some); length > 0; length = scanner.getInputStream().read(some)) {
        read.write(some, 0, length);
      }
    } catch (java.net.SocketTimeoutException e) {
      // that was all
    }
    return read.toString(StandardCharsets.US_ASCII).split("SIP/2.0 401", -1).length - 1;
  }
}
