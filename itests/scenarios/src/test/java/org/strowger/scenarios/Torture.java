package org.strowger.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.strowger.phone.Digest;
import org.strowger.phone.PhoneTimeout;
import org.strowger.phone.SipMessage;
import org.strowger.phone.SipParser;
import org.strowger.phone.SipSyntaxException;
import org.strowger.phone.Waiting;
import org.strowger.scenarios.World.Subscriber;

/**
 * A message of RFC 4475.
 *
 * @param answer the status it gets, 0 for none: a response nobody waits for
 * @param withCredentials the status it gets when it is sent again with credentials; 0 if it is not
 * @param bound of a REGISTER that the owner of its address sends: what he finds registered afterwards, empty if nothing; null if it is not looked at
 */
record Torture(String name, int answer, int withCredentials, String bound) {

  private static final Path FOLDER = Path.of(System.getProperty("strowger.torture"));
  private static final Pattern OWNER = Pattern.compile("(?m)^((?:From|To): sip:)[^@]+@");
  private static final Duration SILENCE = Duration.ofMillis(300);

  /** What the RFC says of each in the heading above; the numbers are those of its sections. */
  static List<Torture> verdicts() {
    return Stream.concat(Stream.concat(
        // 3.1.1 valid: understood, and then judged as any other request
        answered(401, 404, "esc01", "longreq"),
        answered(401, 403, "escnull", "dblreq")), Stream.of(
        answered(481, 0, "wsinv"), answered(501, 0, "intmeth", "esc02"), answered(405, 0, "mpart01"),
        answered(200, 0, "lwsdisp", "semiuri", "transports"),
        // 3.1.2 invalid
        answered(400, 0, "badinv01", "clerr", "ncl", "scalar02", "quotbal", "ltgtruri", "lwsruri", "lwsstart", "trws", "escruri", "regbadct", "badaspec", "mismatch01", "mismatch02"),
        answered(505, 0, "badvers"),
        answered(0, 0, "scalarlg", "bigcode"),
        // 3.1.2 invalid where one may be lenient about a header one does not use
        answered(401, 404, "baddate"),
        answered(200, 0, "baddn"),
        // 3.2 transaction layer, 3.3 application layer
        answered(200, 0, "badbranch", "zeromf"),
        answered(400, 0, "insuf", "unksm2", "multi01", "mcl01"),
        answered(416, 0, "unkscm", "novelsc"),
        answered(420, 0, "bext01"),
        answered(401, 415, "invut"),
        // an unknown scheme is no credentials; it asks what is registered
        registers("regaut01", ""),
        // of a bare URI the parameter is the header's, in angle brackets it is the URI's; an escaped header stays with the URI
        registers("cparam01", "sip:+19725552222@gw1.example.net"),
        registers("cparam02", "sip:+19725552222@gw1.example.net;unknownparam"),
        registers("regescrt", "sip:user@example.com?Route=%3Csip:sip.example.com%3E"),
        answered(401, 406, "sdp01"),
        answered(0, 0, "unreason", "noreason", "bcast"),
        // 3.4 backward compatibility
        answered(401, 404, "inv2543")).flatMap(each -> each)).toList();
  }

  private static Stream<Torture> answered(int answer, int withCredentials, String... names) {
    return Arrays.stream(names).map(name -> new Torture(name, answer, withCredentials, null));
  }

  private static Stream<Torture> registers(String name, String bound) {
    return Stream.of(new Torture(name, 401, 200, bound));
  }

  static List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".dat")).map(name -> name.replace(".dat", "")).sorted().toList();
    }
  }

  static byte[] bytes(String name) throws IOException {
    return Files.readAllBytes(FOLDER.resolve(name + ".dat"));
  }

  /** Sends it, and again with credentials if it is to be. @param alice whose they are, unless it registers its own */
  void assertAnswered(World world, Subscriber alice) throws Exception {
    String server = world.at.sip();
    Subscriber who = bound == null ? alice : world.subscriber();
    try (DatagramChannel socket = DatagramChannel.open().bind(new InetSocketAddress(InetAddress.getByName("127.0.2.99"), 0))) {
      socket.configureBlocking(false);
      socket.connect(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), Integer.parseInt(server.substring(server.indexOf(':') + 1))));
      String sent = ownBranch(withRport(new String(bytes(name), StandardCharsets.ISO_8859_1)));
      String text = bound == null ? sent : OWNER.matcher(sent).replaceAll("$1" + who.name() + "@");
      send(socket, text);
      if (answer == 0) {
        assertSilent(socket);
        return;
      }
      byte[] first = receive(socket);
      assertThat(status(first)).as(name).isEqualTo(answer);
      if (withCredentials > 0) {
        send(socket, with(Digest.Challenge.of(parsed(first)).get(0), who, text));
        assertThat(status(receive(socket))).as("%s with credentials", name).isEqualTo(withCredentials);
      }
    }
    if (bound != null) {
      assertBound(world, who);
    }
  }

  /** What a later REGISTER is told, and who administers. */
  private void assertBound(World world, Subscriber who) {
    List<String> bindings = bound.isEmpty() ? List.of() : List.of(bound);
    SipMessage asked = world.phone(who, UnaryOperator.identity()).registration(World.AS_LONG_AS_IT_LASTS, query -> query.without("Contact").without("Expires")).await(World.SOON);
    assertThat(asked.status()).isEqualTo(200);
    List<String> contacts = asked.headers("Contact");
    assertThat(contacts).as("Contact of %s", name).hasSameSizeAs(bindings).allMatch(contact -> contact.startsWith("<" + bound + ">;"));
    assertThat(contacts).allMatch(contact -> contact.substring(contact.indexOf('>')).contains(";unknownparam") == name.equals("cparam01"));
    var listed = new ArrayList<String>();
    world.rest.get("/accounts/" + who.id() + "/registrations").forEach(one -> listed.add(one.get("contact").asText()));
    assertThat(listed).as("listed of %s", name).isEqualTo(bindings);
  }

  /** So that the answer comes to this socket, whatever the Via says. */
  private static String withRport(String text) {
    return text.replaceFirst("(?is)((?:^|\r?\n)(?:v|via)\\s*:(?:[^,\r\n]|\r?\n[ \t])*)", "$1;rport");
  }

  /** Some of them have the same one, and would be taken for one another's repetition. */
  private String ownBranch(String text) {
    return text.replaceFirst("(branch\\s*=\\s*z9hG4bK[^;,\\s]+)", "$1" + name);
  }

  private static String with(Digest.Challenge challenge, Subscriber who, String text) {
    String[] line = text.substring(0, text.indexOf("\r\n")).split(" ");
    String credentials = challenge.header() + ": " + Digest.authorization(challenge, who.name(), who.password(), line[0], line[1], 1, "c") + "\r\n";
    int headers = text.indexOf("\r\n") + 2;
    return text.substring(0, headers) + credentials + text.substring(headers).replaceAll("(?im)^Authorization\\s*:.*(\r\n[ \t].*)*\r\n", "");
  }

  private static void send(DatagramChannel socket, String text) throws IOException {
    socket.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
  }

  /** The final answer. */
  private byte[] receive(DatagramChannel socket) {
    var answer = new byte[1][];
    Waiting.until("an answer to " + name, () -> {
      answer[0] = next(socket);
      return answer[0] != null && status(answer[0]) >= 200;
    }, World.SOON);
    return answer[0];
  }

  private void assertSilent(DatagramChannel socket) {
    try {
      Waiting.until("nothing", () -> next(socket) != null, SILENCE);
    } catch (PhoneTimeout silent) {
      return;
    }
    throw new AssertionError(name + " is a response and was answered");
  }

  private static byte[] next(DatagramChannel socket) {
    var buffer = ByteBuffer.allocate(65_536);
    try {
      return socket.read(buffer) > 0 ? Arrays.copyOf(buffer.array(), buffer.position()) : null;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static int status(byte[] answer) {
    return Integer.parseInt(new String(answer, 8, 3, StandardCharsets.US_ASCII));
  }

  private static SipMessage parsed(byte[] answer) throws SipSyntaxException {
    return SipParser.parse(answer, false);
  }
}
