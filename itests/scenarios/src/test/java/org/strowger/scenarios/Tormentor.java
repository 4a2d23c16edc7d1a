package org.strowger.scenarios;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.strowger.phone.Digest;
import org.strowger.phone.SipParser;
import org.strowger.phone.SipSyntaxException;
import org.strowger.phone.Waiting;
import org.strowger.scenarios.World.Subscriber;

/**
 * Sends broken messages by UDP and TCP from many addresses of 127.0.2.0/24: of every second one the head is broken, of the others the body of an INVITE whose
 * credentials are right, so that it gets as far as a body can. One thread.
 */
final class Tormentor implements AutoCloseable {

  private static final int SOURCES = 20;
  private static final int BY_TCP = 5;
  private static final int A_CONNECTION = 10;
  private static final long CHALLENGE_AGE = 20_000_000_000L;
  private static final int MOST_BYTES = 7500;

  static final String SDP = "v=0\r\no=- 1 1 IN IP4 127.0.2.1\r\ns=-\r\nc=IN IP4 127.0.2.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0 8 101\r\na=rtpmap:0 PCMU/8000\r\n"
      + "a=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\na=ptime:20\r\na=sendrecv\r\n";

  private final InetSocketAddress to;
  private final Subscriber who;
  private final String number;
  private final Random random;
  private final Mutation mutation;
  private final List<byte[]> corpus;
  private final List<DatagramChannel> sources = new ArrayList<>();
  private final ByteBuffer answer = ByteBuffer.allocate(65_536);
  private final Map<String, Integer> answers = new TreeMap<>();
  private final Digest.Challenge[] challenges = new Digest.Challenge[SOURCES];
  private final long[] challenged = new long[SOURCES];
  private final int[] counts = new int[SOURCES];
  private Socket stream;
  private int onStream;
  private int unconnected;
  private long sent;
  private final OutputStream record;

  /**
   * @param number the beginning of the numbers that INVITEs with right credentials call
   * @param file to which all that is sent is added, each message after a line that says when, how and how long
   */
  Tormentor(String server, Subscriber who, String number, List<byte[]> corpus, long seed, Path file) {
    this.to = new InetSocketAddress(server.substring(0, server.indexOf(':')), Integer.parseInt(server.substring(server.indexOf(':') + 1)));
    this.who = who;
    this.number = number;
    this.corpus = corpus;
    this.random = new Random(seed);
    this.mutation = new Mutation(random);
    try {
      record = new BufferedOutputStream(Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
      for (int i = 0; i < SOURCES; i++) {
        DatagramChannel channel = DatagramChannel.open().bind(new InetSocketAddress(InetAddress.getByName("127.0.2." + (i + 1)), 0));
        channel.configureBlocking(false);
        sources.add(channel);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** So many broken messages at a steady rate. */
  void torment(int count, int perSecond) {
    long begin = System.nanoTime();
    for (int i = 0; i < count; i++) {
      int source = random.nextInt(SOURCES);
      byte[] another = corpus.get(random.nextInt(corpus.size()));
      byte[] message = random.nextBoolean() ? mutation.of(corpus.get(random.nextInt(corpus.size())), another) : mutation.ofBody(invite(source), another);
      send(source, message.length > MOST_BYTES ? Arrays.copyOf(message, MOST_BYTES) : message);
      read(source);
      long early = begin + 1_000_000_000L / perSecond * i - System.nanoTime();
      if (early > 0) {
        LockSupport.parkNanos(early);
      }
    }
    for (int i = 0; i < SOURCES; i++) {
      read(i);
    }
  }

  private void send(int source, byte[] message) {
    try {
      boolean tcp = random.nextInt(BY_TCP) == 0;
      record.write(("\n=== " + Instant.now() + " from " + sources.get(source).getLocalAddress() + (tcp ? " by TCP, " : " by UDP, ") + message.length + " bytes\n").getBytes(StandardCharsets.UTF_8));
      record.write(message);
      if (tcp) {
        byTcp(source, message);
      } else {
        sources.get(source).send(ByteBuffer.wrap(message), to);
      }
      sent++;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Some in one stream, where a broken one breaks those behind it too, until the switch has had enough of it. */
  private void byTcp(int source, byte[] message) throws IOException {
    if (stream == null || stream.isClosed() || onStream >= A_CONNECTION) {
      closeStream();
      stream = new Socket();
      stream.bind(new InetSocketAddress(sources.get(source).socket().getLocalAddress(), 0));
      try {
        stream.connect(to, 5000);
      } catch (IOException late) {
        unconnected++;
        closeStream();
        return;
      }
      onStream = 0;
    }
    onStream++;
    try {
      OutputStream out = stream.getOutputStream();
      out.write(message);
      out.flush();
      if (stream.getInputStream().available() > 0) {
        stream.getInputStream().skip(stream.getInputStream().available());
      }
    } catch (IOException ended) {
      closeStream();
    }
  }

  private void closeStream() throws IOException {
    if (stream != null) {
      stream.close();
      stream = null;
    }
  }

  private void read(int source) {
    try {
      answer.clear();
      for (SocketAddress from = sources.get(source).receive(answer); from != null; from = sources.get(source).receive(answer)) {
        String text = new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8);
        answers.merge(text.startsWith("SIP/2.0 ") ? text.substring(8, 11) : "requests", 1, Integer::sum);
        answer.clear();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] invite(int source) {
    if (challenges[source] == null || System.nanoTime() - challenged[source] > CHALLENGE_AGE) {
      challenges[source] = challenge(source);
      challenged[source] = System.nanoTime();
      counts[source] = 0;
    }
    String uri = "sip:" + number + random.nextInt(10) + "@" + to.getHostString();
    String credentials = Digest.authorization(challenges[source], who.name(), who.password(), "INVITE", uri, ++counts[source], "c" + sent);
    return invite(source, uri, challenges[source].header() + ": " + credentials + "\r\n").getBytes(StandardCharsets.UTF_8);
  }

  private Digest.Challenge challenge(int source) {
    long[] asked = {0};
    var found = new Digest.Challenge[1];
    Waiting.until("a challenge", () -> {
      try {
        if (System.nanoTime() - asked[0] > 500_000_000L) {
          asked[0] = System.nanoTime();
          sources.get(source).send(ByteBuffer.wrap(invite(source, "sip:" + number + "@" + to.getHostString(), "").getBytes(StandardCharsets.UTF_8)), to);
        }
        answer.clear();
        if (sources.get(source).receive(answer) != null && new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8).startsWith("SIP/2.0 401")) {
          found[0] = Digest.Challenge.of(SipParser.parse(Arrays.copyOf(answer.array(), answer.position()), false)).get(0);
        }
        return found[0] != null;
      } catch (IOException | SipSyntaxException e) {
        throw new IllegalStateException(e);
      }
    }, World.SOON);
    return found[0];
  }

  private String invite(int source, String uri, String extra) {
    int port = sources.get(source).socket().getLocalPort();
    String here = sources.get(source).socket().getLocalAddress().getHostAddress() + ":" + port;
    String id = port + "-" + sent + "-" + counts[source];
    return "INVITE " + uri + " SIP/2.0\r\nVia: SIP/2.0/UDP " + here + ";branch=z9hG4bKt" + id + ";rport\r\nMax-Forwards: 70\r\nFrom: <sip:" + who.name() + "@" + to.getHostString() + ">;tag=t" + id
        + "\r\nTo: <" + uri + ">\r\nCall-ID: torment-" + id + "\r\nCSeq: 1 INVITE\r\nContact: <sip:" + who.name() + "@" + here + ">\r\n" + extra
        + "Content-Type: application/sdp\r\nContent-Length: " + SDP.length() + "\r\n\r\n" + SDP;
  }

  /** What came back by UDP, by status. */
  Map<String, Integer> answers() {
    return answers;
  }

  /** How often the switch did not take a connection. */
  int unconnected() {
    return unconnected;
  }

  @Override
  public void close() throws IOException {
    closeStream();
    record.close();
    for (DatagramChannel source : sources) {
      source.close();
    }
  }
}
