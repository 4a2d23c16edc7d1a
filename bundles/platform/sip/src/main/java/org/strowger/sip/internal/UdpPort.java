package org.strowger.sip.internal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.kernel.HostPort;
import org.strowger.kernel.Time;
import org.strowger.sip.api.Flow;
import org.strowger.sip.api.Transport;

/**
 * One UDP listening point: its socket and the thread that reads it. The thread does nothing but stamp
 * and hand over, and nothing short of closing the port ends it.
 */
final class UdpPort {

  private static final Logger LOG = LoggerFactory.getLogger(UdpPort.class);
  private static final int BUFFER = 4 << 20;

  private final DatagramChannel channel;
  private final HostPort local;
  private final int limit;
  private final Time time;
  private final Consumer<Arrival> taker;
  private final Thread reader;
  /** Peers sent to lately: reading their addresses costs more than the rest of sending. Threads race for a slot harmlessly. */
  private final Peer[] peers = new Peer[1024];
  private volatile boolean open = true;

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
    this.local = new HostPort(at.host(), ((InetSocketAddress) channel.getLocalAddress()).getPort());
    this.limit = limit;
    this.time = time;
    this.taker = taker;
    this.reader = new Thread(this::read, "sip-udp-" + local);
    reader.setDaemon(true);
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
        if (from == null || buffer.position() < 4) {
          continue;
        }
        byte[] bytes = new byte[buffer.position()];
        buffer.flip().get(bytes);
        taker.accept(new Arrival(bytes, new Flow(Transport.UDP, local, Addresses.of(from)), time.ticks()));
      } catch (ClosedChannelException e) {
        if (!open) {
          return;
        }
        LOG.error("UDP port {} was closed under us", local);
        return;
      } catch (Throwable e) {
        if (open && (warned == 0 || time.ticks() - warned > 1_000_000_000L)) {
          warned = time.ticks();
          LOG.warn("reading UDP port {} failed, going on: {}", local, e.toString());
        }
      }
    }
  }

  boolean alive() {
    return open && reader.isAlive();
  }

  void send(byte[] bytes, HostPort to) throws IOException {
    int slot = Math.floorMod(to.hashCode(), peers.length);
    Peer peer = peers[slot];
    if (peer == null || !peer.at.equals(to)) {
      peer = new Peer(to, Addresses.socket(to));
      peers[slot] = peer;
    }
    channel.send(ByteBuffer.wrap(bytes), peer.socket);
  }

  void close() {
    open = false;
    try {
      channel.close();
    } catch (IOException e) {
      LOG.warn("closing UDP port {} failed: {}", local, e.toString());
    }
    Threads.join(reader);
  }
}
