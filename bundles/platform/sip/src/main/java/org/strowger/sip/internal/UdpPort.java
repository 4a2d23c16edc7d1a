package org.strowger.sip.internal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.security.SecureRandom;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.kernel.HostPort;
import org.strowger.kernel.Time;
import org.strowger.sip.api.Flow;
import org.strowger.sip.api.Transport;

/**
 * One UDP listening point: its socket and the thread that reads it. The thread does nothing but stamp
 * and hand over, and nothing short of closing the channel ends it. Whether it still hears it finds out by sending
 * itself a few bytes.
 */
final class UdpPort {

  private static final Logger LOG = LoggerFactory.getLogger(UdpPort.class);
  private static final int BUFFER = 4 << 20;
  private static final int PROBE = 16;
  /** Times that it may hear nothing of what it sends itself. */
  private static final int MOST_UNHEARD = 3;

  private final DatagramChannel channel;
  private final HostPort local;
  private final int limit;
  private final Time time;
  private final Consumer<Arrival> taker;
  private final Thread reader;
  /** Peers sent to lately: reading their addresses costs more than the rest of sending. Threads race for a slot harmlessly. */
  private final Peer[] peers = new Peer[1024];
  private final byte[] probe = new byte[PROBE];
  private volatile boolean open = true;
  /** Datagrams read; only the reader writes it. */
  private volatile long heard;
  /** A probe came back once: where it never does, a filter takes it, and silence says nothing. */
  private volatile boolean echoes;
  private long heardBefore;
  private volatile int unheard;

  private record Peer(HostPort at, InetSocketAddress socket) {}

  UdpPort(HostPort at, int limit, Time time, Consumer<Arrival> taker) throws IOException {
    InetAddress address = InetAddress.getByName(at.host());
    boolean v6 = address instanceof java.net.Inet6Address;
    channel = DatagramChannel.open(v6 ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET);
    try {
      channel.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER);
      channel.setOption(StandardSocketOptions.SO_SNDBUF, BUFFER);
      channel.bind(new InetSocketAddress(address, at.port()));
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
    String shortage = shortage(at, channel.getOption(StandardSocketOptions.SO_RCVBUF));
    if (!shortage.isEmpty()) {
      LOG.warn(shortage);
    }
    this.local = new HostPort(at.host(), ((InetSocketAddress) channel.getLocalAddress()).getPort());
    this.limit = limit;
    this.time = time;
    this.taker = taker;
    new SecureRandom().nextBytes(probe);
    this.reader = new Thread(this::read, "sip-udp-" + local);
    reader.setDaemon(true);
  }

  /** What is to be said of so many bytes for what waits to be read; empty if they are as many as we asked for. */
  static String shortage(HostPort at, int given) {
    return given >= BUFFER ? "" : "UDP port " + at + ": the system gives " + (given >> 10) + " KB of the " + (BUFFER >> 10) + " KB asked for what waits to be read; what a flood"
        + " brings while nobody reads is lost past that. On Linux: sysctl -w net.core.rmem_max=" + BUFFER;
  }

  void start() {
    reader.start();
  }

  HostPort local() {
    return local;
  }

  private void read() {
    // one byte more than allowed tells a message that is too large from one that just fits
    ByteBuffer buffer = ByteBuffer.allocateDirect(limit + 1);
    long warned = 0;
    while (open) {
      try {
        buffer.clear();
        var from = (InetSocketAddress) channel.receive(buffer);
        if (from == null) {
          continue;
        }
        heard++;
        if (buffer.position() < 4 || isProbe(buffer)) {
          continue;
        }
        byte[] bytes = new byte[buffer.position()];
        buffer.flip().get(bytes);
        taker.accept(new Arrival(bytes, new Flow(Transport.UDP, local, Addresses.of(from)), time.ticks()));
      } catch (ClosedChannelException e) {
        if (!open) {
          return;
        }
        Threads.survive(() -> LOG.error("UDP port {} was closed under us; it is opened again soon", local));
        return;
      } catch (Throwable e) {
        if (open && (warned == 0 || time.ticks() - warned > 1_000_000_000L)) {
          warned = time.ticks();
          Threads.survive(() -> LOG.warn("reading UDP port {} failed, going on: {}", local, e.toString()));
        }
      }
    }
  }

  private boolean isProbe(ByteBuffer buffer) {
    if (buffer.position() != PROBE) {
      return false;
    }
    for (int i = 0; i < PROBE; i++) {
      if (buffer.get(i) != probe[i]) {
        return false;
      }
    }
    echoes = true;
    return true;
  }

  boolean alive() {
    return open && reader.isAlive() && channel.isOpen() && !isDeaf();
  }

  private boolean isDeaf() {
    return echoes && unheard > MOST_UNHEARD;
  }

  /**
   * Called every few seconds, by one thread at a time.
   *
   * @return false if the thread or the channel is gone, or nothing was read of all that was sent here since the last few times
   */
  boolean hears() {
    long now = heard;
    unheard = now == heardBefore ? unheard + 1 : 0;
    heardBefore = now;
    if (!alive()) {
      return false;
    }
    try {
      String host = Addresses.isWildcard(local.host()) ? local.isV6() ? "::1" : "127.0.0.1" : local.host();
      send(probe, new HostPort(host, local.port()));
    } catch (IOException | RuntimeException e) {
      LOG.debug("UDP port {} cannot send to itself: {}", local, e.toString());
    }
    return true;
  }

  void send(byte[] bytes, HostPort to) throws IOException {
    int slot = Math.floorMod(to.hashCode(), peers.length);
    Peer peer = peers[slot];
    if (peer == null || !peer.at.equals(to)) {
      peer = new Peer(to, Addresses.socket(to));
      peers[slot] = peer;
    }
    // An interrupted thread that sends would close the channel for everybody.
    boolean interrupted = Thread.interrupted();
    try {
      channel.send(ByteBuffer.wrap(bytes), peer.socket);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Closes it without waiting for a reader that may never come back. */
  void abandon() {
    open = false;
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("closing UDP port {} failed: {}", local, e.toString());
    }
  }

  void close() {
    abandon();
    Threads.join(reader);
  }
}
