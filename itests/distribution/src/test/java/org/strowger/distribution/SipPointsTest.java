package org.strowger.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The script knows every point of {@code sip.listen}: nothing runs here but bash. */
class SipPointsTest {

  private static final Program PROGRAM = Program.unpack("program");

  @TempDir Path folder;

  @BeforeEach
  void settings() throws IOException {
    Path etc = Files.createDirectories(folder.resolve("etc"));
    for (String file : new String[] {"strowger.properties", "org.strowger.sip.cfg"}) {
      Files.copy(PROGRAM.folder().resolve("etc").resolve(file), etc.resolve(file));
    }
  }

  private void listen(String list) throws IOException {
    Files.writeString(folder.resolve("etc/org.strowger.sip.cfg"), "sip.realm = strowger\nsip.advertised = 192.0.2.66\nsip.listen = " + list + "\n");
  }

  private Outcome bash(String lines) {
    return PROGRAM.bash(folder, "common etc net instance watch client", "command=start checkout=; parse_options --home \"$FOLDER\"\n" + lines);
  }

  @Test
  void theShippedListIsThatOfStrowgerProperties() {
    assertThat(bash("sip_host=192.0.2.7 sip_port=5070; sip_points; doors | head -1").output().lines()).containsExactly(
        "udp 192.0.2.7 5070 shipped", "tcp 192.0.2.7 5070 shipped", "SIP udp,tcp 192.0.2.7 5070 strowger.properties strowger.sip.port --sip-port");
  }

  @Test
  void aListMayGoOnOnTheNextLineAndNameOtherKeys() throws IOException {
    listen("udp:${strowger.sip.host}:${strowger.sip.port}, \\\n   tcp:192.0.2.7:5070,\\\nudp:192.0.2.7:5070, UDP:${sip.advertised}, tcp:${strowger.ssh.host}:5061, udp:${user.name}:7, nonsense");

    assertThat(bash("sip_addresses").output().lines()).containsExactly(
        "udp 127.0.0.1 5060 shipped", "tcp,udp 192.0.2.7 5070 own", "udp 192.0.2.66 5060 own", "tcp 127.0.0.1 5061 own");
  }

  @Test
  void whereNoListIsTheSwitchHasItsOwn() throws IOException {
    Files.delete(folder.resolve("etc/org.strowger.sip.cfg"));
    assertThat(bash("sip_host=192.0.2.7; sip_addresses").output().strip()).isEqualTo("udp,tcp 127.0.0.1 5060 own");
  }

  /** As the switch reads them: SipSettingsTest. */
  @ParameterizedTest
  @CsvSource({
      "[2001:db8::7]:5070, 2001:db8::7 5070", "[::1], ::1 5060", "2001:db8::7:5070, 2001:db8::7 5070", ":::5060, :: 5060", "::1:5060, ::1 5060", "2001:db8::7, 2001:db8::7 5060",
      "1:2:3:4:5:6:7:8, 1:2:3:4:5:6:7:8 5060", "1:2:3:4:5:6:7:8:5070, 1:2:3:4:5:6:7:8 5070", "::ffff:192.0.2.1:5070, ::ffff:192.0.2.1 5070", "192.0.2.1, 192.0.2.1 5060",
      "sw.example:5070, sw.example 5070", "192.0.2.1:70000, ''"})
  void addressesWithAndWithoutBracketsAndPorts(String text, String at) throws IOException {
    listen("udp:" + text);
    assertThat(bash("sip_points").output().strip()).isEqualTo(at.isEmpty() ? "" : "udp " + at + " own");
  }

  @ParameterizedTest
  @CsvSource({"udp", "tcp"})
  void aTakenPointOfTheListIsNamedWithItsHolder(String protocol) throws Exception {
    try (var udp = new DatagramSocket(new InetSocketAddress("127.0.0.2", 0)); var tcp = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.2"))) {
      int port = protocol.equals("udp") ? udp.getLocalPort() : tcp.getLocalPort();
      var instance = new Instance(PROGRAM, "listless");
      Files.createDirectories(instance.home().resolve("etc"));
      instance.write("etc/org.strowger.sip.cfg", "sip.listen = udp:${strowger.sip.host}:${strowger.sip.port}, " + protocol + ":127.0.0.2:" + port + "\n");

      Outcome refused = instance.tryStart(Map.of());

      assertThat(refused.status()).as(refused.output()).isEqualTo(1);
      assertThat(refused.output()).contains("SIP port " + port + "/" + protocol + " is taken by process " + ProcessHandle.current().pid() + " (")
          .contains("sip.listen in " + instance.home().resolve("etc/org.strowger.sip.cfg")).doesNotContain("--sip-port", "starting bundles");
    }
  }

  @Test
  void twoDoorsShareAPortOnlyWithDifferentProtocols() throws IOException {
    listen("udp:127.0.0.1:8181, tcp:127.0.0.1:8101");
    Outcome refused = bash("listeners() { :; }; check_ports");

    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.output()).contains("SSH and SIP can't both have port 8101 on 127.0.0.1").doesNotContain("HTTP and SIP");
  }

  @Test
  void theSummaryListsAllOfThem() throws IOException {
    listen("udp:192.0.2.7:5060, tcp:192.0.2.7:5060, tcp:[::1]:5070");
    assertThat(bash("web_unfit=yes; summary").output()).contains("\n  SIP       192.0.2.7:5060, UDP and TCP\n            [::1]:5070, TCP\n").doesNotContain("127.0.0.1:5060", "--sip-host");
    listen("udp:127.0.0.1:5070, tcp:[::1]:5070");
    assertThat(bash("web_unfit=yes; summary").output()).contains("\n  SIP       127.0.0.1:5070, UDP   (phones on other machines: --sip-host ADDRESS)\n            [::1]:5070, TCP\n");
  }

  /** Nobody answers at the first point; the third is not asked any more. */
  @ParameterizedTest
  @CsvSource({"udp, 200, 0", "udp, 503, 1", "tcp, 200, 0", "tcp, 503, 1"})
  void theFirstPointThatAnswersSaysHowItIs(String protocol, int status, int exit) throws Exception {
    String answer = "SIP/2.0 " + status + " any\r\n\r\n";
    try (var silent = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0)); var udp = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0));
        var tcp = new ServerSocket(0, 1, InetAddress.getLoopbackAddress()); var other = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0))) {
      int port = protocol.equals("udp") ? udp.getLocalPort() : tcp.getLocalPort();
      listen("udp:127.0.0.1:" + silent.getLocalPort() + ", " + protocol + ":127.0.0.1:" + port + ", udp:127.0.0.1:" + other.getLocalPort());
      var asked = CompletableFuture.supplyAsync(() -> {
        try {
          return protocol.equals("udp") ? answer(udp, answer) : answer(tcp, answer);
        } catch (IOException e) {
          throw new IllegalStateException(e);
        }
      });

      assertThat(bash("answers_sip").status()).isEqualTo(exit);

      assertThat(asked.join()).startsWith("OPTIONS sip:ping@127.0.0.1:" + port + " SIP/2.0\r\nVia: SIP/2.0/" + protocol.toUpperCase() + " ");
      assertThat(heard(other)).isFalse();
    }
  }

  private static String answer(DatagramSocket socket, String text) throws IOException {
    var packet = new DatagramPacket(new byte[8192], 8192);
    socket.setSoTimeout(20_000);
    socket.receive(packet);
    byte[] answer = text.getBytes(StandardCharsets.UTF_8);
    socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
    return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
  }

  private static String answer(ServerSocket server, String text) throws IOException {
    server.setSoTimeout(20_000);
    try (Socket socket = server.accept()) {
      var asked = new byte[8192];
      int length = socket.getInputStream().read(asked);
      socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
      return new String(asked, 0, length, StandardCharsets.UTF_8);
    }
  }

  private static boolean heard(DatagramSocket socket) throws IOException {
    socket.setSoTimeout(1);
    try {
      socket.receive(new DatagramPacket(new byte[1], 1));
      return true;
    } catch (java.net.SocketTimeoutException nothing) {
      return false;
    }
  }
}
