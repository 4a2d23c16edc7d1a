package org.strowger.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.strowger.scenarios.World.SOON;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.strowger.phone.Behaviour;
import org.strowger.phone.IncomingCall;
import org.strowger.phone.OutgoingCall;
import org.strowger.phone.Phone;
import org.strowger.phone.Waiting;
import org.strowger.scenarios.World.Subscriber;

/** Programs that others wrote, where they are installed. */
@ExtendWith(SharedSwitch.class)
@Execution(ExecutionMode.SAME_THREAD)
class PeersScenario {

  private static final Path BENCHMARK = Path.of(System.getProperty("strowger.program"), "../../../benchmarks/sip.d").normalize();
  /** For the audio of each baresip. */
  private static final AtomicInteger PORTS = new AtomicInteger(41_000);
  private static final Duration SIPP = Duration.ofSeconds(60);

  @TempDir Path work;
  private World world;
  private final List<Process> processes = new ArrayList<>();

  @BeforeEach
  void open(Switch at) {
    world = new World(at);
  }

  @AfterEach
  void close() throws Exception {
    for (Process process : processes) {
      process.destroy();
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    }
    world.close();
  }

  private static boolean installed(String program) {
    return List.of(System.getenv("PATH").split(":")).stream().anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  private Process start(String name, String... line) throws IOException {
    Process process = new ProcessBuilder(line).directory(work.toFile()).redirectErrorStream(true).redirectOutput(work.resolve(name + ".out").toFile()).start();
    processes.add(process);
    return process;
  }

  @ParameterizedTest
  @CsvSource({"udp, false", "tcp, false"})
  void sippCallsThroughTheSwitchToSipp(String transport, boolean ipv6) throws Exception {
    assumeTrue(installed("sipp"), "sipp is not installed");
    assumeTrue(!ipv6 || Switch.hasIpv6(), "there is no IPv6 here");
    int calls = 20;
    String host = ipv6 ? "::1" : "127.0.0.1";
    String mode = transport.equals("tcp") ? "t1" : "u1";
    String carrierPort = Integer.toString(Switch.freePort());
    start("carrier", "sipp", "-sf", BENCHMARK.resolve("carrier.xml").toString(), "-i", host, "-p", carrierPort, "-t", mode, "-nostdin", "-timeout", "60");
    String address = (ipv6 ? "[::1]:" : "127.0.0.1:") + carrierPort;
    int carrier = world.rest.post("/carriers", "{\"name\":\"" + world.name("c") + "\",\"address\":\"" + address + "\",\"transport\":\""
        + transport.toUpperCase(java.util.Locale.ROOT) + "\"}").get("id").asInt();
    Subscriber alice = world.account(world.plan(world.tariff("", "1=0.60=60/60")), world.group(carrier), "100", "0");
    Files.writeString(work.resolve("calls.csv"), "SEQUENTIAL\n" + alice.name() + ";14165550100;[authentication username=" + alice.name() + " password=" + alice.password() + "]\n");

    Process caller = start("caller", "sipp", "-sf", BENCHMARK.resolve("caller.xml").toString(), "-inf", work.resolve("calls.csv").toString(), ipv6 ? world.at.sip6() : world.at.sip(), "-i", host,
        "-t", mode, "-nostdin", "-r", "20", "-m", Integer.toString(calls), "-d", "700", "-timeout", "50");
    assertThat(caller.waitFor(SIPP.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(caller.exitValue()).as(() -> read("caller")).isZero();
    assertThat(world.cdrs(alice, calls)).hasSize(calls).allSatisfy(cdr -> assertThat(cdr.get("result").asInt()).isZero());
    Waiting.until(() -> world.held(alice).signum() == 0, SOON);
    assertThat(world.balance(alice)).isEqualByComparingTo("88");
  }

  @ParameterizedTest
  @CsvSource({"udp, false", "tcp, false"})
  void baresipRegistersAndIsCalled(String transport, boolean ipv6) throws Exception {
    assumeTrue(installed("baresip"), "baresip is not installed");
    assumeTrue(!ipv6 || Switch.hasIpv6(), "there is no IPv6 here");
    int plan = world.plan(world.tariff(""));
    Subscriber alice = world.account(plan, null, "5", "0");
    Subscriber bob = world.account(plan, null, "5", "0");
    baresip(bob, transport, ipv6, "auto", null);
    Waiting.until(() -> world.rest.get("/accounts/" + bob.id() + "/registrations").size() == 1, SOON);

    Phone phone = world.registered(alice);
    OutgoingCall call = phone.call(bob.name());
    call.awaitAnswered(SOON);
    call.hangup();
    assertThat(world.cdrs(alice, 1).get(0).get("result").asInt()).isZero();
    phone.assertClean();
  }

  @ParameterizedTest
  @CsvSource({"udp, false", "tcp, false"})
  void baresipCalls(String transport, boolean ipv6) throws Exception {
    assumeTrue(installed("baresip"), "baresip is not installed");
    assumeTrue(!ipv6 || Switch.hasIpv6(), "there is no IPv6 here");
    int plan = world.plan(world.tariff(""));
    Subscriber alice = world.account(plan, null, "5", "0");
    Subscriber bob = world.account(plan, null, "5", "0");
    Phone phone = world.registered(bob);
    phone.onCall(Behaviour.answer());
    baresip(alice, transport, ipv6, "manual", bob.name());
    IncomingCall call = phone.awaitIncoming(SOON);
    call.awaitAck(SOON);
    assertThat(call.cli()).isEqualTo(alice.name());
    call.hangup();
    assertThat(world.cdrs(alice, 1).get(0).get("releaseSource").asText()).isEqualTo("CALLEE");
  }

  private void baresip(Subscriber subscriber, String transport, boolean ipv6, String answer, String dial) throws IOException {
    String server = ipv6 ? world.at.sip6() : world.at.sip();
    int ports = PORTS.getAndAdd(20);
    Path modules = Path.of("/usr/lib/baresip/modules");
    Path folder = Files.createDirectories(work.resolve("baresip-" + subscriber.name()));
    Files.writeString(folder.resolve("config"), """
        module_path %s
        sip_listen %s:%d
        net_interface %s
        audio_player aufile,%s
        audio_source aufile,%s
        audio_alert aufile,/dev/null
        rtp_ports %d-%d
        module g711.so
        module aufile.so
        module_tmp account.so
        module_app menu.so
        menu_bell no
        """.formatted(modules, ipv6 ? "[::1]" : "127.0.0.1", Switch.freePort(), ipv6 ? "lo" : "127.0.0.1", folder.resolve("heard.wav"), silence(folder), ports, ports + 20));
    Files.writeString(folder.resolve("accounts"), "<sip:%s@%s;transport=%s>;auth_user=%s;auth_pass=%s;regint=300;answermode=%s;audio_codecs=pcmu/8000/1\n"
        .formatted(subscriber.name(), server, transport, subscriber.name(), subscriber.password(), answer));
    Files.writeString(folder.resolve("contacts"), "");
    var line = new ArrayList<String>(List.of("baresip", ipv6 ? "-6" : "-4", "-f", folder.toString(), "-t", "40"));
    if (dial != null) {
      line.addAll(List.of("-e", "/dial sip:" + dial + "@" + server));
    }
    start("baresip-" + subscriber.name(), line.toArray(String[]::new));
  }

  /** A second of nothing, 8 kHz, 16 bits, as a WAV file. */
  private static Path silence(Path folder) throws IOException {
    int bytes = 16_000;
    var wav = java.nio.ByteBuffer.allocate(44 + bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    wav.put("RIFF".getBytes()).putInt(36 + bytes).put("WAVEfmt ".getBytes()).putInt(16).putShort((short) 1).putShort((short) 1).putInt(8_000).putInt(16_000).putShort((short) 2).putShort((short) 16);
    wav.put("data".getBytes()).putInt(bytes);
    return Files.write(folder.resolve("silence.wav"), wav.array());
  }

  private String read(String name) {
    try {
      return Files.readString(work.resolve(name + ".out"));
    } catch (IOException e) {
      return e.toString();
    }
  }
}
