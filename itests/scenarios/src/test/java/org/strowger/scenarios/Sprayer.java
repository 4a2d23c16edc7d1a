package org.strowger.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.strowger.phone.Digest;
import org.strowger.phone.SipParser;
import org.strowger.phone.Waiting;
import org.strowger.scenarios.World.Subscriber;

/**
 * Sends INVITEs with valid credentials that it made before, from many addresses, and keeps no state: it acknowledges nothing and repeats nothing. It has the
 * machine in common with the switch, and is frugal: one thread, nothing is copied or allocated for a message, answers are counted by their first bytes.
 */
final class Sprayer implements AutoCloseable {

  /** A source's answers are looked at once in so many of what all of them send. */
  private static final int LOOKS = 8;
  private static final byte[] REFUSAL = "SIP/2.0 503 ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LATER = "\r\nRetry-After: ".getBytes(StandardCharsets.US_ASCII);

  private final InetSocketAddress to;
  private final Subscriber who;
  private final String number;
  private final List<DatagramChannel> sources = new ArrayList<>();
  private final List<ByteBuffer> messages = new ArrayList<>();
  private final LongAdder refused = new LongAdder();
  private final LongAdder named = new LongAdder();
  private final LongAdder others = new LongAdder();
  private volatile boolean going;
  private volatile long lasted;
  private Thread thread;
  private int next;
  private ByteBuffer slab;

  /** @param from the last number of 127.0.1.x of the first source */
  Sprayer(String server, Subscriber who, String number, int from, int count) {
    this.to = new InetSocketAddress(server.substring(0, server.indexOf(':')), Integer.parseInt(server.substring(server.indexOf(':') + 1)));
    this.who = who;
    this.number = number;
    try {
      for (int i = 0; i < count; i++) {
        DatagramChannel channel = DatagramChannel.open().bind(new InetSocketAddress(InetAddress.getByName("127.0.1." + (from + i)), 0));
        channel.configureBlocking(false);
        sources.add(channel);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** So many INVITEs, in turn from each source, with credentials for a challenge that each of them asked for. */
  Sprayer load(int count) throws Exception {
    var challenges = new ArrayList<Digest.Challenge>();
    for (DatagramChannel source : sources) {
      challenges.add(challenge(source));
    }
    for (int i = 0; i < count; i++) {
      int of = i % sources.size();
      String credentials = Digest.authorization(challenges.get(of), who.name(), who.password(), "INVITE", uri(), i / sources.size() + 1, "c" + i);
      byte[] bytes = invite(sources.get(of), challenges.get(of).header() + ": " + credentials + "\r\n").getBytes(StandardCharsets.UTF_8);
      messages.add(slab(bytes.length).put(bytes).flip());
    }
    return this;
  }

  /** A piece outside of the heap, from which the kernel takes it as it is. */
  private ByteBuffer slab(int length) {
    if (slab == null || slab.remaining() < length) {
      slab = ByteBuffer.allocateDirect(1 << 20);
    }
    ByteBuffer piece = slab.slice(slab.position(), length);
    slab.position(slab.position() + length);
    return piece;
  }

  private Digest.Challenge challenge(DatagramChannel source) throws Exception {
    var answer = ByteBuffer.allocate(8192);
    long[] sent = {0};
    Waiting.until("a challenge", () -> {
      try {
        if (System.nanoTime() - sent[0] > 500_000_000L) {
          sent[0] = System.nanoTime();
          source.send(ByteBuffer.wrap(invite(source, "").getBytes(StandardCharsets.UTF_8)), to);
        }
        answer.clear();
        return source.receive(answer) != null && new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8).startsWith("SIP/2.0 401");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }, World.SOON);
    return Digest.Challenge.of(SipParser.parse(java.util.Arrays.copyOf(answer.array(), answer.position()), false)).get(0);
  }

  private String uri() {
    return "sip:" + number + "@" + to.getHostString();
  }

  private String invite(DatagramChannel source, String extra) throws IOException {
    var at = (InetSocketAddress) source.getLocalAddress();
    String here = at.getHostString() + ":" + at.getPort();
    String id = at.getHostString() + "-" + at.getPort() + "-" + next++;
    String body = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n";
    return "INVITE " + uri() + " SIP/2.0\r\nVia: SIP/2.0/UDP " + here + ";branch=z9hG4bKf" + id + ";rport\r\nMax-Forwards: 70\r\nFrom: <sip:" + who.name() + "@" + to.getHostString() + ">;tag=f" + next
        + "\r\nTo: <" + uri() + ">\r\nCall-ID: flood-" + id + "\r\nCSeq: 1 INVITE\r\nContact: <sip:" + who.name() + "@" + here + ">\r\n" + extra
        + "Content-Type: application/sdp\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
  }

  /** Begins; ends by itself when every INVITE is sent. */
  void start(int perSecond) {
    going = true;
    thread = new Thread(() -> spray(1_000_000_000L / perSecond), "sprayer");
    thread.setDaemon(true);
    thread.start();
  }

  private void spray(long each) {
    var answer = ByteBuffer.allocateDirect(8192);
    long begin = System.nanoTime();
    try {
      for (int i = 0; i < messages.size() && going; i++) {
        sources.get(i % sources.size()).send(messages.get(i), to);
        if (i % LOOKS == 0) {
          count(sources.get(i / LOOKS % sources.size()), answer);
        }
        long early = begin + each * i - System.nanoTime();
        if (early > 1_000_000) {
          LockSupport.parkNanos(early);
        }
      }
      lasted = System.nanoTime() - begin;
      for (DatagramChannel source : sources) {
        count(source, answer);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      going = false;
    }
  }

  private void count(DatagramChannel source, ByteBuffer answer) throws IOException {
    for (answer.clear(); source.receive(answer) != null; answer.clear()) {
      answer.flip();
      if (is(answer, 0, REFUSAL)) {
        refused.increment();
        named.add(has(answer, LATER) ? 1 : 0);
      } else {
        others.increment();
      }
    }
  }

  private static boolean has(ByteBuffer answer, byte[] text) {
    for (int i = REFUSAL.length; i + text.length <= answer.limit(); i++) {
      if (answer.get(i) == text[0] && is(answer, i, text)) {
        return true;
      }
    }
    return false;
  }

  private static boolean is(ByteBuffer answer, int at, byte[] text) {
    if (at + text.length > answer.limit()) {
      return false;
    }
    for (int i = 0; i < text.length; i++) {
      if (answer.get(at + i) != text[i]) {
        return false;
      }
    }
    return true;
  }

  /** So many a second were really sent, once it is over: a machine that is busy may not let it. */
  long perSecond() {
    return messages.size() * 1_000_000_000L / Math.max(1, lasted);
  }

  /** Datagrams that the switch's socket had no room for since it is open, as Linux counts them; -1 where it is not known. */
  long lost() throws IOException {
    Path sockets = Path.of("/proc/net/udp");
    if (!Files.isReadable(sockets)) {
      return -1;
    }
    String port = String.format(":%04X", to.getPort());
    return Files.readAllLines(sockets).stream().map(line -> line.trim().split("\\s+")).filter(column -> column[1].endsWith(port)).mapToLong(column -> Long.parseLong(column[column.length - 1]))
        .sum();
  }

  boolean isGoing() {
    return going;
  }

  /** How many were refused with 503. All but a few were told when to come back: a call that got further may fail with 503 too, at a leg of its own. */
  long refused() {
    assertThat(named.sum()).as("of %s that got 503, those who were told when to come back", refused.sum()).isGreaterThanOrEqualTo(refused.sum() * 95 / 100);
    return refused.sum();
  }

  /** What else came. */
  long others() {
    return others.sum();
  }

  @Override
  public void close() throws Exception {
    going = false;
    if (thread != null) {
      thread.join(5000);
    }
    for (DatagramChannel source : sources) {
      source.close();
    }
  }
}
