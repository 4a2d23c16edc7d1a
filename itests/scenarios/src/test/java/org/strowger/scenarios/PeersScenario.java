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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.strowger.phone.Behaviour;
import org.strowger.phone.IncomingCall;
import org.strowger.phone.OutgoingCall;
import org.strowger.phone.Phone;
import org.strowger.phone.PhoneTimeout;
import org.strowger.phone.Waiting;
import org.strowger.scenarios.World.Subscriber;

/** Programs that others wrote, where they are installed. */
@ExtendWith(SharedSwitch.class)
@Execution(ExecutionMode.SAME_THREAD)
class PeersScenario {

  private static final Path BENCHMARK = Path.of(System.getProperty("strowger.program"), "../../../benchmarks/sip.d").normalize();
  /** For each baresip, its audio's first; below those that the kernel hands out. */
  private static final AtomicInteger PORTS = new AtomicInteger(28_000);
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
  @CsvSource({"udp, false", "tcp, false", "udp, true", "tcp, true"})
  void sippCallsThroughTheSwitchToSipp(String transport, boolean ipv6) throws Exception {
    assumeTrue(installed("sipp"), "sipp is not installed");
    assumeTrue(!ipv6 || Switch.hasIpv6(), "there is no IPv6 here");
    int calls = 20;
    // Only the carrier: as a caller sipp 3.6 forgets the brackets of an IPv6 address in its digest, uri="sip:::1:5060".
    String host = ipv6 ? "::1" : "127.0.0.1";
    String mode = transport.equals("tcp") ? "t1" : "u1";
    String carrierPort = Integer.toString(Switch.freePort());
    start("carrier", "sipp", "-sf", BENCHMARK.resolve("carrier.xml").toString(), "-i", host, "-p", carrierPort, "-t", mode, "-nostdin", "-timeout", "60");
    String address = (ipv6 ? "[::1]:" : "127.0.0.1:") + carrierPort;
    int carrier = world.rest.post("/carriers", "{\"name\":\"" + world.name("c") + "\",\"address\":\"" + address + "\",\"transport\":\""
        + transport.toUpperCase(java.util.Locale.ROOT) + "\"}").get("id").asInt();
    Subscriber alice = world.account(world.plan(world.tariff("", "1=0.60=60/60")), world.group(carrier), "100", "0");
    Files.writeString(work.resolve("calls.csv"), "SEQUENTIAL\n" + alice.name() + ";14165550100;[authentication username=" + alice.name() + " password=" + alice.password() + "]\n");

    Process caller = start("caller", "sipp", "-sf", BENCHMARK.resolve("caller.xml").toString(), "-inf", work.resolve("calls.csv").toString(), world.at.sip(), "-i", "127.0.0.1",
        "-t", mode, "-nostdin", "-r", "20", "-m", Integer.toString(calls), "-d", "700", "-timeout", "50");
    assertThat(caller.waitFor(SIPP.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(caller.exitValue()).as(() -> read("caller")).isZero();
    assertThat(world.cdrs(alice, calls)).hasSize(calls).allSatisfy(cdr -> assertThat(cdr.get("result").asInt()).isZero());
    Waiting.until(() -> world.held(alice).signum() == 0, SOON);
    assertThat(world.balance(alice)).isEqualByComparingTo("88");
  }

  /** Each refresh is durable when it is answered: many phones' in one commit. */
  @Test
  void aStormOfRefreshesIsAnswered() throws Exception {
    assumeTrue(installed("sipp"), "sipp is not installed");
    int rate = Size.of(50, 500);
    int phones = 20;
    var lines = new StringBuilder("SEQUENTIAL\n");
    var subscribers = new ArrayList<Subscriber>();
    for (int i = 0; i < phones; i++) {
      Subscriber one = world.subscriber();
      subscribers.add(one);
      lines.append(one.name()).append(";[authentication username=").append(one.name()).append(" password=").append(one.password()).append("]\n");
    }
    Files.writeString(work.resolve("phones.csv"), lines);
    Files.writeString(work.resolve("register.xml"), "<?xml version=\"1.0\" encoding=\"ISO-8859-1\" ?>\n<!DOCTYPE scenario SYSTEM \"sipp.dtd\">\n<scenario name=\"refresh\">\n" + register(1, "") + "<recv response=\"401\" auth=\"true\"/>\n"
        + register(2, "[field1]\n") + "<recv response=\"200\"/>\n</scenario>\n");
    Process storm = start("storm", "sipp", "-sf", work.resolve("register.xml").toString(), "-inf", work.resolve("phones.csv").toString(), world.at.sip(), "-i", "127.0.0.1",
        "-nostdin", "-r", Integer.toString(rate), "-m", Integer.toString(rate * Size.of(2, 60)), "-l", "5000", "-timeout", Integer.toString(Size.of(50, 110)));
    assertThat(storm.waitFor(SIPP.toSeconds() * 2, TimeUnit.SECONDS)).isTrue();
    assertThat(storm.exitValue()).as(() -> read("storm")).isZero();
    assertThat(subscribers).allSatisfy(one -> assertThat(world.rest.get("/accounts/" + one.id() + "/registrations")).hasSize(1));
  }

  private static String register(int cseq, String credentials) {
    return """
        <send retrans="500"><![CDATA[
        REGISTER sip:[remote_ip]:[remote_port] SIP/2.0
        Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
        From: <sip:[field0]@[remote_ip]>;tag=[pid]r[call_number]
        To: <sip:[field0]@[remote_ip]>
        Call-ID: [call_id]
        CSeq: %d REGISTER
        Contact: <sip:[field0]@[local_ip]:[local_port]>
        %sMax-Forwards: 70
        Expires: 3600
        Content-Length: 0

        ]]></send>
        """.formatted(cseq, credentials);
  }

  @ParameterizedTest
  @ValueSource(strings = {"udp", "tcp"})
  void baresipRegistersAndIsCalled(String transport) throws Exception {
    assumeTrue(installed("baresip"), "baresip is not installed");
    int plan = world.plan(world.tariff(""));
    Subscriber alice = world.account(plan, null, "5", "0");
    Subscriber bob = world.account(plan, null, "5", "0");
    baresip(bob, transport, "auto", null);
    try {
      Waiting.until(() -> world.rest.get("/accounts/" + bob.id() + "/registrations").size() == 1, SOON);
    } catch (PhoneTimeout e) {
      throw new AssertionError(e.getMessage() + "\n" + read("baresip-" + bob.name()), e);
    }

    Phone phone = world.registered(alice);
    OutgoingCall call = phone.call(bob.name());
    call.awaitAnswered(SOON);
    call.hangup();
    assertThat(world.cdrs(alice, 1).get(0).get("result").asInt()).isZero();
    phone.assertClean();
  }

  @ParameterizedTest
  @ValueSource(strings = {"udp", "tcp"})
  void baresipCalls(String transport) throws Exception {
    assumeTrue(installed("baresip"), "baresip is not installed");
    int plan = world.plan(world.tariff(""));
    Subscriber alice = world.account(plan, null, "5", "0");
    Subscriber bob = world.account(plan, null, "5", "0");
    Phone phone = world.registered(bob);
    phone.onCall(Behaviour.answer());
    baresip(alice, transport, "manual", bob.name());
    IncomingCall call;
    try {
      call = phone.awaitIncoming(SOON);
    } catch (PhoneTimeout e) {
      throw new AssertionError(e.getMessage() + "\n" + read("baresip-" + alice.name()), e);
    }
    call.awaitAck(SOON);
    assertThat(call.cli()).isEqualTo(alice.name());
    call.hangup();
    assertThat(world.cdrs(alice, 1).get(0).get("releaseSource").asText()).isEqualTo("CALLEE");
  }

  private void baresip(Subscriber subscriber, String transport, String answer, String dial) throws IOException {
    int ports = PORTS.getAndAdd(40);
    // It takes the one above for TLS.
    int sip = ports + 30;
    Path modules = Path.of("/usr/lib/baresip/modules");
    Path folder = Files.createDirectories(work.resolve("baresip-" + subscriber.name()));
    Files.writeString(folder.resolve("config"), """
        module_path %s
        sip_listen 127.0.0.1:%d
        net_interface 127.0.0.1
        audio_player aufile,%s
        audio_source aufile,%s
        audio_alert aufile,/dev/null
        rtp_ports %d-%d
        module g711.so
        module aufile.so
        module_tmp account.so
        module_app menu.so
        menu_bell no
        """.formatted(modules, sip, folder.resolve("heard.wav"), silence(folder), ports, ports + 20));
    Files.writeString(folder.resolve("accounts"), "<sip:%s@%s;transport=%s>;auth_user=%s;auth_pass=%s;regint=300;answermode=%s;audio_codecs=pcmu/8000/1\n"
        .formatted(subscriber.name(), world.at.sip(), transport, subscriber.name(), subscriber.password(), answer));
    Files.writeString(folder.resolve("contacts"), "");
    var line = new ArrayList<String>(List.of("baresip", "-f", folder.toString(), "-t", "40"));
    if (dial != null) {
      line.addAll(List.of("-e", "/dial sip:" + dial + "@" + world.at.sip()));
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
