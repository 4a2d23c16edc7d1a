package org.strowger.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.strowger.phone.Digest;
import org.strowger.phone.SipParser;
import org.strowger.phone.Waiting;
import org.strowger.scenarios.World.Subscriber;

/** Sends INVITEs with valid credentials that it made before, from many addresses, and keeps no state: it acknowledges nothing and repeats nothing. */
final class Sprayer implements AutoCloseable {

  private final InetSocketAddress to;
  private final Subscriber who;
  private final String number;
  private final List<DatagramChannel> sources = new ArrayList<>();
  private final List<byte[]> messages = new ArrayList<>();
  private final LongAdder refused = new LongAdder();
  private final LongAdder named = new LongAdder();
  private final LongAdder others = new LongAdder();
  private volatile boolean going;
  private Thread thread;
  private int next;

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
      messages.add(invite(sources.get(of), challenges.get(of).header() + ": " + credentials + "\r\n").getBytes(StandardCharsets.UTF_8));
    }
    return this;
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
        DatagramChannel source = sources.get(i % sources.size());
        source.send(ByteBuffer.wrap(messages.get(i)), to);
        count(source, answer);
        long early = begin + each * i - System.nanoTime();
        if (early > 1_000_000) {
          LockSupport.parkNanos(early);
        }
      }
      for (DatagramChannel source : sources) {
        count(source, answer);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    going = false;
  }

  private void count(DatagramChannel source, ByteBuffer answer) throws IOException {
    for (answer.clear(); source.receive(answer) != null; answer.clear()) {
      byte[] bytes = new byte[answer.flip().remaining()];
      answer.get(bytes);
      String text = new String(bytes, StandardCharsets.UTF_8);
      if (text.startsWith("SIP/2.0 503 ")) {
        refused.increment();
        named.add(text.contains("\r\nRetry-After: ") ? 1 : 0);
      } else {
        others.increment();
      }
    }
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
