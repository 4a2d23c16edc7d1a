package org.strowger.sip.internal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.kernel.HostPort;
import org.strowger.kernel.Time;
import org.strowger.sip.api.Flow;
import org.strowger.sip.api.Transport;
import org.strowger.sip.internal.admission.Admission;

/**
 * All TCP: listening points and connections, in and out, on one selector thread. Connecting and writing
 * never block the caller.
 */
final class TcpPorts {

  private static final Logger LOG = LoggerFactory.getLogger(TcpPorts.class);
  private static final int MOST_CONNECTIONS = 20_000;
  /** Of these, so many are for peers that we connect to. */
  private static final int KEPT_FOR_OURS = 1000;
  private static final long CONNECT_NANOS = 5_000_000_000L;
  /** A message that has begun must be whole by then. */
  private static final long MESSAGE_NANOS = 30_000_000_000L;
  /** A connection nobody used for that long is closed. Longer than any registration. */
  private static final long IDLE_NANOS = 3 * 3600_000_000_000L;
  /** Who has connected must have sent a whole message by then: who says nothing keeps no place. */
  private static final long FIRST_NANOS = 30_000_000_000L;
  /** What a peer is sent it must have taken by then: nobody waits for it any longer (64 T1). */
  private static final long TAKE_NANOS = 32_000_000_000L;
  /** Times that the loop may be found where it was. */
  private static final int MOST_STUCK = 3;
  static final long MOST_OWED = 32 << 20;
  static final long MOST_OWED_BY_A_SOURCE = 2 << 20;
  private static final byte[] PONG = "\r\n".getBytes(StandardCharsets.US_ASCII);

  private final Selector selector;
  private final int limit;
  private final Time time;
  private final Consumer<Arrival> taker;
  private final Admission admission;
  /** What peers have not taken yet, and beginnings of messages of theirs. */
  private final Owed owed = new Owed(MOST_OWED, MOST_OWED_BY_A_SOURCE);
  private final Map<HostPort, TcpConnection> connections = new ConcurrentHashMap<>();
  /** Connections that came from a source. */
  private final Map<String, Integer> sources = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<TcpConnection> connecting = new ConcurrentLinkedQueue<>();
  private final List<ServerSocketChannel> listeners = new ArrayList<>();
  private final Thread thread;
  private volatile boolean open = true;
  /** Turns of the loop; only its thread writes it. */
  private volatile long turns;
  private long warned;
  private long turnsBefore;
  private volatile int stuck;

  TcpPorts(int limit, Time time, Admission admission, Consumer<Arrival> taker) throws IOException {
    this.selector = Selector.open();
    this.limit = limit;
    this.time = time;
    this.admission = admission;
    this.taker = taker;
    this.thread = new Thread(this::loop, "sip-tcp");
    thread.setDaemon(true);
  }

  /** Binds a listening point; before {@link #start()}. */
  HostPort listen(HostPort at) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open();
    try {
      server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      server.bind(new InetSocketAddress(InetAddress.getByName(at.host()), at.port()), 1024);
      server.configureBlocking(false);
      HostPort local = new HostPort(at.host(), ((InetSocketAddress) server.getLocalAddress()).getPort());
      server.register(selector, SelectionKey.OP_ACCEPT, local);
      listeners.add(server);
      return local;
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  void start() {
    thread.start();
  }

  boolean alive() {
    return open && thread.isAlive() && stuck <= MOST_STUCK && listeners.stream().allMatch(ServerSocketChannel::isOpen);
  }

  /**
   * Called every few seconds, by one thread at a time. Makes the loop turn once.
   *
   * @return false if the thread or a listening point is gone, or the loop has not turned since the last few times
   */
  boolean hears() {
    long now = turns;
    stuck = now == turnsBefore ? stuck + 1 : 0;
    turnsBefore = now;
    if (selector.isOpen()) {
      selector.wakeup();
    }
    return alive();
  }

  int connections() {
    return connections.size();
  }

  /** Bytes that are kept for peers. */
  long owed() {
    return owed.bytes();
  }

  /**
   * As {@link #send(byte[], Flow, Runnable)}, but if there is no such connection any more by one to where the peer listens
   * (RFC 3261 18.2.2): where it came from nobody does.
   *
   * @param otherwise may be null
   */
  void send(byte[] bytes, Flow flow, HostPort otherwise, Runnable failed) {
    if (otherwise == null || otherwise.equals(flow.remote())) {
      send(bytes, flow, failed);
      return;
    }
    Runnable afresh = () -> send(bytes, new Flow(flow.transport(), flow.local(), otherwise), this::connectOnTheirWord, failed);
    TcpConnection there = connections.get(flow.remote());
    if (there == null || !there.send(bytes, afresh)) {
      afresh.run();
    }
  }

  private interface Connect {
    TcpConnection to(Flow flow) throws IOException;
  }

  /** Sends over the connection with {@code flow.remote()}, made if there is none. */
  void send(byte[] bytes, Flow flow, Runnable failed) {
    send(bytes, flow, to -> connect(to, this::gone), failed);
  }

  private void send(byte[] bytes, Flow flow, Connect how, Runnable failed) {
    // A connection that broke unnoticed is out of the table once it refuses; the second look makes a fresh one.
    for (int look = 0; look < 2 && open; look++) {
      TcpConnection connection = connections.get(flow.remote());
      if (connection == null) {
        if (connections.size() >= MOST_CONNECTIONS) {
          break;
        }
        try {
          connection = how.to(flow);
        } catch (IOException | RuntimeException e) {
          break;
        }
      }
      if (connection.send(bytes, failed)) {
        if (connection.isClear()) {
          connection.touched = time.ticks();
        }
        return;
      }
    }
    failed.run();
  }

  /** Who has us connect to him is counted as if he had connected. */
  private synchronized TcpConnection connectOnTheirWord(Flow flow) throws IOException {
    String source = admission.source(flow.remote().host());
    TcpConnection there = connections.get(flow.remote());
    if (there != null) {
      return there;
    }
    if (!admission.connects(flow.remote().host(), sources.getOrDefault(source, 0))) {
      throw new IOException("too many connections with " + source);
    }
    sources.merge(source, 1, Integer::sum);
    try {
      return connect(flow, this::left);
    } catch (IOException | RuntimeException e) {
      left(source);
      throw e;
    }
  }

  private synchronized TcpConnection connect(Flow flow, Consumer<TcpConnection> end) throws IOException {
    TcpConnection there = connections.get(flow.remote());
    if (there != null) {
      return there;
    }
    SocketChannel channel = SocketChannel.open();
    try {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      if (!Addresses.isWildcard(flow.local().host())) {
        channel.bind(new InetSocketAddress(InetAddress.getByName(flow.local().host()), 0));
      }
      channel.connect(Addresses.socket(flow.remote()));
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
    var connection = new TcpConnection(channel, flow, admission.source(flow.remote().host()), true, () -> admission.exempts(flow.remote().host()), time, owed, end);
    connections.put(flow.remote(), connection);
    connecting.add(connection);
    selector.wakeup();
    return connection;
  }

  private void loop() {
    // what answers to so much may come to, a peer may owe: who sends fast and reads slowly is not cut for it
    ByteBuffer buffer = ByteBuffer.allocateDirect(16 << 10);
    long swept = time.ticks();
    while (open) {
      turns++;
      try {
        selector.select(500);
        for (TcpConnection fresh = connecting.poll(); fresh != null; fresh = connecting.poll()) {
          register(fresh);
        }
        var keys = selector.selectedKeys().iterator();
        while (keys.hasNext()) {
          SelectionKey key = keys.next();
          keys.remove();
          handle(key, buffer);
        }
        if (time.ticks() - swept > 1_000_000_000L) {
          swept = time.ticks();
          sweep(swept);
        }
      } catch (Throwable e) {
        stumbled(e);
      }
    }
  }

  private void register(TcpConnection fresh) {
    try {
      fresh.key(fresh.channel.register(selector, SelectionKey.OP_CONNECT, fresh));
      if (fresh.channel.isConnected()) {
        finish(fresh);
      }
    } catch (IOException | RuntimeException e) {
      fresh.close();
    }
  }

  private void handle(SelectionKey key, ByteBuffer buffer) {
    try {
      if (!key.isValid()) {
        return;
      }
      if (key.isAcceptable()) {
        accept((ServerSocketChannel) key.channel(), (HostPort) key.attachment());
        return;
      }
    } catch (IOException | RuntimeException e) {
      // Most likely too many files are open: asking again at once would only say so again.
      LOG.warn("accepting a TCP connection failed; no other is accepted for a second: {}", e.toString());
      if (key.isValid()) {
        key.interestOps(0);
      }
      return;
    }
    var connection = (TcpConnection) key.attachment();
    try {
      if (key.isConnectable()) {
        finish(connection);
      } else {
        if (key.isWritable() && !connection.flush()) {
          connection.close();
          return;
        }
        if (key.isReadable()) {
          read(connection, buffer);
        }
      }
    } catch (IOException | RuntimeException e) {
      connection.close();
    }
  }

  private void finish(TcpConnection connection) throws IOException {
    if (connection.channel.finishConnect()) {
      SelectionKey key = connection.channel.keyFor(selector);
      key.interestOps(SelectionKey.OP_READ);
      if (!connection.connected()) {
        connection.close();
      }
    }
  }

  private void accept(ServerSocketChannel server, HostPort local) throws IOException {
    SocketChannel channel = server.accept();
    if (channel == null) {
      return;
    }
    HostPort remote;
    TcpConnection connection;
    try {
      remote = Addresses.of((InetSocketAddress) channel.getRemoteAddress());
      String source = admission.source(remote.host());
      if (connections.size() >= MOST_CONNECTIONS - KEPT_FOR_OURS || !admission.connects(remote.host(), sources.getOrDefault(source, 0))) {
        channel.close();
        return;
      }
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      connection = new TcpConnection(channel, new Flow(Transport.TCP, local, remote), source, false, () -> admission.exempts(remote.host()), time, owed, this::left);
      connection.key(channel.register(selector, SelectionKey.OP_READ, connection));
    } catch (IOException | RuntimeException e) {
      channel.close();
      LOG.debug("a TCP connection was gone before it was accepted: {}", e.toString());
      return;
    }
    sources.merge(connection.source, 1, Integer::sum);
    TcpConnection old = connections.put(remote, connection);
    if (old != null) {
      old.close();
    }
  }

  private void read(TcpConnection connection, ByteBuffer buffer) throws IOException {
    buffer.clear();
    int got = connection.channel.read(buffer);
    if (got < 0) {
      connection.close();
      return;
    }
    TcpConnection.Read found = connection.read(buffer.flip(), limit);
    connection.touched = time.ticks();
    if (found.pings() > 0) {
      connection.send(PONG, () -> { });
    }
    connection.spoke |= !found.messages().isEmpty();
    for (byte[] message : found.messages()) {
      hand(new Arrival(message, connection.flow, time.ticks()));
    }
    if (found.broken()) {
      connection.condemn();
    }
  }

  /** What goes wrong with one message is nothing to the next one, nor to the connection. */
  private void hand(Arrival message) {
    try {
      taker.accept(message);
    } catch (Throwable e) {
      stumbled(e);
    }
  }

  private void stumbled(Throwable e) {
    if (open && (warned == 0 || time.ticks() - warned > 1_000_000_000L)) {
      warned = time.ticks();
      Threads.survive(() -> LOG.warn("the TCP loop failed, going on: {}", e.toString()));
    }
  }

  private void sweep(long now) {
    for (TcpConnection connection : connections.values()) {
      long still = now - connection.touched;
      boolean mute = !connection.spoke && now - connection.since > FIRST_NANOS;
      boolean slow = connection.midMessage(now) > MESSAGE_NANOS || connection.waits(now) > TAKE_NANOS;
      if (connection.condemned || mute || slow || still > IDLE_NANOS || (!connection.isConnected() && still > CONNECT_NANOS)) {
        connection.close();
      }
    }
    for (ServerSocketChannel listener : listeners) {
      SelectionKey key = listener.keyFor(selector);
      if (key != null && key.isValid()) {
        key.interestOps(SelectionKey.OP_ACCEPT);
      }
    }
  }

  /** Whoever closes it: from now on nobody finds it. */
  private void gone(TcpConnection connection) {
    connections.remove(connection.flow.remote(), connection);
  }

  /** One that had come from elsewhere. */
  private void left(TcpConnection connection) {
    gone(connection);
    left(connection.source);
  }

  private void left(String source) {
    sources.computeIfPresent(source, (host, count) -> count > 1 ? count - 1 : null);
  }

  void close() {
    open = false;
    selector.wakeup();
    Threads.join(thread);
    abandon();
  }

  /** Closes everything without waiting for a thread that may never come back. */
  void abandon() {
    open = false;
    try {
      for (ServerSocketChannel listener : listeners) {
        listener.close();
      }
      connections.values().forEach(TcpConnection::close);
      connections.clear();
      selector.close();
    } catch (IOException e) {
      LOG.warn("closing TCP failed: {}", e.toString());
    }
  }
}
