package org.strowger.phone;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Listens and connects; one selector thread for all connections. A connection to a peer is used again, also one the peer opened. */
final class TcpTransport implements Transport {

  private static final int MAX_MESSAGE = 1 << 20;
  private static final int MAX_PENDING = 10_000;

  private final Selector selector;
  private final ServerSocketChannel server;
  private final InetSocketAddress local;
  private final Map<InetSocketAddress, Connection> connections = new ConcurrentHashMap<>();
  private volatile Receiver receiver;
  private Thread thread;
  private volatile boolean closed;

  TcpTransport(InetSocketAddress address) throws IOException {
    selector = Selector.open();
    server = ServerSocketChannel.open();
    server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
    server.bind(address, 512);
    server.configureBlocking(false);
    server.register(selector, SelectionKey.OP_ACCEPT);
    local = (InetSocketAddress) server.getLocalAddress();
  }

  @Override
  public void start(Receiver receiver) {
    this.receiver = receiver;
    thread = new Thread(() -> loop(receiver), "phone-tcp-" + local.getPort());
    thread.setDaemon(true);
    thread.start();
  }

  private void loop(Receiver receiver) {
    while (!closed) {
      try {
        selector.select(200);
      } catch (IOException e) {
        return;
      }
      for (SelectionKey key : selector.selectedKeys()) {
        handle(key, receiver);
      }
      selector.selectedKeys().clear();
    }
  }

  private void handle(SelectionKey key, Receiver receiver) {
    try {
      if (key.isAcceptable()) {
        SocketChannel accepted = server.accept();
        if (accepted != null) {
          connection(accepted, (InetSocketAddress) accepted.getRemoteAddress(), SelectionKey.OP_READ);
        }
        return;
      }
      Connection connection = (Connection) key.attachment();
      if (key.isConnectable()) {
        connection.connected();
      }
      if (key.isValid() && key.isWritable()) {
        connection.write();
      }
      if (key.isValid() && key.isReadable()) {
        connection.read(receiver);
      }
    } catch (IOException | CancelledKeyException e) {
      if (key.attachment() instanceof Connection connection) {
        connection.close();
      }
    }
  }

  private Connection connection(SocketChannel channel, InetSocketAddress remote, int interest) throws IOException {
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    var connection = new Connection(channel, remote);
    connections.put(remote, connection);
    channel.register(selector, interest, connection);
    return connection;
  }

  @Override
  public synchronized Flow flow(InetSocketAddress remote) throws IOException {
    Connection open = connections.get(remote);
    if (open != null) {
      return open;
    }
    SocketChannel channel = SocketChannel.open();
    channel.bind(new InetSocketAddress(local.getAddress(), 0));
    channel.configureBlocking(false);
    boolean connected = channel.connect(remote);
    Connection made = connection(channel, remote, connected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT);
    selector.wakeup();
    return made;
  }

  private final class Connection implements Flow {
    private final SocketChannel channel;
    private final InetSocketAddress remote;
    private final ArrayDeque<ByteBuffer> pending = new ArrayDeque<>();
    private final ByteBuffer chunk = ByteBuffer.allocate(65536);
    private byte[] input = new byte[8192];
    private int filled;

    Connection(SocketChannel channel, InetSocketAddress remote) {
      this.channel = channel;
      this.remote = remote;
    }

    @Override
    public InetSocketAddress remote() {
      return remote;
    }

    @Override
    public void send(byte[] bytes) throws IOException {
      synchronized (pending) {
        if (!channel.isOpen() || pending.size() >= MAX_PENDING) {
          throw new IOException(channel.isOpen() ? "too much unsent to " + remote : "connection to " + remote + " is closed");
        }
        pending.add(ByteBuffer.wrap(bytes));
        if (channel.isConnected()) {
          write();
        }
      }
    }

    void connected() throws IOException {
      channel.finishConnect();
      write();
    }

    void write() throws IOException {
      synchronized (pending) {
        while (!pending.isEmpty()) {
          channel.write(pending.peek());
          if (pending.peek().hasRemaining()) {
            interest(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
            selector.wakeup();
            return;
          }
          pending.remove();
        }
        interest(SelectionKey.OP_READ);
      }
    }

    private void interest(int operations) {
      SelectionKey key = channel.keyFor(selector);
      if (key != null && key.isValid()) {
        key.interestOps(operations);
      }
    }

    void read(Receiver receiver) throws IOException {
      chunk.clear();
      int count = channel.read(chunk);
      if (count < 0) {
        close();
        return;
      }
      if (filled + count > input.length) {
        input = Arrays.copyOf(input, Math.max(input.length * 2, filled + count));
      }
      chunk.flip();
      chunk.get(input, filled, count);
      filled += count;
      deliver(receiver);
    }

    private void deliver(Receiver receiver) {
      while (filled > 0) {
        int blank = 0;
        while (blank < filled && (input[blank] == '\r' || input[blank] == '\n')) {
          blank++;
        }
        take(blank);
        int length;
        try {
          length = SipParser.frame(input, filled);
          if (length == 0 && filled > MAX_MESSAGE) {
            throw new SipSyntaxException("a message is smaller than " + MAX_MESSAGE + " bytes");
          }
        } catch (SipSyntaxException e) {
          receiver.unframed(Arrays.copyOf(input, filled), this, e.getMessage());
          close();
          return;
        }
        if (length == 0) {
          return;
        }
        byte[] message = Arrays.copyOf(input, length);
        take(length);
        receiver.received(message, this);
      }
    }

    private void take(int count) {
      System.arraycopy(input, count, input, 0, filled - count);
      filled -= count;
    }

    void close() {
      connections.remove(remote, this);
      try {
        channel.close();
      } catch (IOException e) {
        // it is gone either way
      }
      boolean unsent;
      synchronized (pending) {
        unsent = !pending.isEmpty();
        pending.clear();
      }
      if (unsent && receiver != null && !closed) {
        receiver.unsent(this);
      }
    }
  }

  @Override
  public InetSocketAddress local() {
    return local;
  }

  @Override
  public boolean reliable() {
    return true;
  }

  /** Closes the connections but keeps listening, as a peer that was restarted. */
  void dropConnections() {
    connections.values().forEach(Connection::close);
  }

  @Override
  public void close() {
    closed = true;
    selector.wakeup();
    Threads.join(thread);
    dropConnections();
    try {
      server.close();
      selector.close();
    } catch (IOException e) {
      // nothing left to release
    }
  }
}
