import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The far end of the demo's carrier, on this machine: rings, answers every number after a second and sends the caller's voice back. Speaks just
 * enough SIP over UDP for that. Ends with the switch.
 */
class DemoCarrier {

  private static final int USUAL_PORT = 5090;
  private static final int CALLS = 200;
  private static final long ANSWER_AFTER_SECONDS = 1;

  private final DatagramSocket sip;
  private final DatagramSocket echo = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();
  /** The last answer to each INVITE by its top Via, so that a repeated one gets it again. */
  private final Map<String, String> invites = new LinkedHashMap<>() {
    @Override
    protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
      return size() > CALLS;
    }
  };

  private DemoCarrier() throws IOException {
    sip = open();
  }

  private static DatagramSocket open() throws IOException {
    try {
      return new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), USUAL_PORT));
    } catch (SocketException taken) {
      return new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }
  }

  /** Arguments: process of the switch, file that gets our address when we listen. */
  public static void main(String[] arguments) throws Exception {
    ProcessHandle ours = ProcessHandle.of(Long.parseLong(arguments[0])).orElseThrow();
    ours.onExit().thenRun(() -> System.exit(0));
    var carrier = new DemoCarrier();
    Path half = Path.of(arguments[1] + ".part");
    Files.writeString(half, "127.0.0.1:" + carrier.sip.getLocalPort() + "\n");
    Files.move(half, Path.of(arguments[1]), StandardCopyOption.ATOMIC_MOVE);
    var voice = new Thread(carrier::sendVoiceBack, "voice");
    voice.setDaemon(true);
    voice.start();
    carrier.serve();
  }

  private void sendVoiceBack() {
    var packet = new DatagramPacket(new byte[4096], 4096);
    while (true) {
      try {
        packet.setLength(4096);
        echo.receive(packet);
        echo.send(packet);
      } catch (IOException unreachable) {
        // a phone that has hung up
      }
    }
  }

  private void serve() throws IOException {
    var packet = new DatagramPacket(new byte[65536], 65536);
    while (true) {
      try {
        packet.setLength(65536);
        sip.receive(packet);
        take(new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8), (InetSocketAddress) packet.getSocketAddress());
      } catch (SocketTimeoutException | SocketException unreachable) {
        // the switch closed its port
      }
    }
  }

  private void take(String message, InetSocketAddress from) throws IOException {
    int blank = message.indexOf("\r\n\r\n");
    if (blank < 0 || message.startsWith("SIP/2.0 ")) {
      return;
    }
    List<String> head = List.of(message.substring(0, blank).split("\r\n"));
    String via = header(head, "Via");
    switch (head.get(0).split(" ")[0]) {
      case "INVITE" -> invite(head, via, message.substring(blank + 4), from);
      case "CANCEL" -> {
        send(answer(head, "200 OK", ""), from);
        finish(head, via, "487 Request Terminated", "", from);
      }
      case "ACK" -> { }
      default -> send(answer(head, "200 OK", ""), from);
    }
  }

  private void invite(List<String> head, String via, String offer, InetSocketAddress from) throws IOException {
    String before;
    synchronized (invites) {
      before = invites.get(via);
      if (before == null) {
        invites.put(via, answer(head, "180 Ringing", ""));
      }
    }
    boolean again = header(head, "To").contains("tag=");
    send(before == null ? answer(head, again ? "100 Trying" : "180 Ringing", "") : before, from);
    if (before == null) {
      long wait = again ? 0 : ANSWER_AFTER_SECONDS;
      later.schedule(() -> finish(head, via, "200 OK", voice(offer), from), wait, TimeUnit.SECONDS);
    }
  }

  /** The final answer, unless there was one: a CANCEL and our own answer may cross. */
  private void finish(List<String> head, String via, String status, String body, InetSocketAddress to) {
    synchronized (invites) {
      String before = invites.get(via);
      if (before == null || !before.startsWith("SIP/2.0 180")) {
        return;
      }
      var invite = new ArrayList<>(head);
      invite.replaceAll(line -> line.startsWith("CSeq:") ? line.replace("CANCEL", "INVITE") : line);
      String answer = answer(invite, status, body);
      invites.put(via, answer);
      try {
        send(answer, to);
      } catch (IOException unreachable) {
        // asked again, it is sent again
      }
    }
  }

  /** Takes every stream that was offered, with all its formats, at our one port. */
  private String voice(String offer) {
    var sdp = new StringBuilder("v=0\r\no=demo 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n");
    for (String line : offer.split("\r?\n")) {
      if (line.startsWith("m=audio ")) {
        sdp.append(line.replaceFirst("m=audio \\d+", "m=audio " + echo.getLocalPort())).append("\r\n");
      } else if (line.startsWith("m=")) {
        sdp.append(line.replaceFirst(" \\d+ ", " 0 ")).append("\r\n");
      } else if (line.startsWith("a=rtpmap:") || line.startsWith("a=fmtp:")) {
        sdp.append(line).append("\r\n");
      }
    }
    return sdp.indexOf("m=") >= 0 ? sdp.toString() : sdp + "m=audio " + echo.getLocalPort() + " RTP/AVP 0 8\r\n";
  }

  private String answer(List<String> request, String status, String body) {
    var answer = new StringBuilder("SIP/2.0 " + status + "\r\n");
    for (String line : request) {
      String name = line.substring(0, Math.max(0, line.indexOf(':'))).strip().toLowerCase();
      if (name.equals("to") && !line.contains("tag=")) {
        answer.append(line).append(";tag=demo").append(Integer.toHexString(header(request, "Call-ID").hashCode())).append("\r\n");
      } else if (List.of("via", "from", "to", "call-id", "cseq", "record-route").contains(name)) {
        answer.append(line).append("\r\n");
      }
    }
    answer.append("Contact: <sip:demo@127.0.0.1:").append(sip.getLocalPort()).append(">\r\n");
    if (!body.isEmpty()) {
      answer.append("Content-Type: application/sdp\r\n");
    }
    return answer.append("Content-Length: ").append(body.getBytes(StandardCharsets.UTF_8).length).append("\r\n\r\n").append(body).toString();
  }

  /** Our switch writes long names only. */
  private static String header(List<String> head, String name) {
    return head.stream().filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1)).findFirst().map(line -> line.substring(name.length() + 1).strip()).orElse("");
  }

  private synchronized void send(String message, InetSocketAddress to) throws IOException {
    byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
    sip.send(new DatagramPacket(bytes, bytes.length, to));
  }
}
