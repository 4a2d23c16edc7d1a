package org.strowger.sip.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.strowger.sip.api.Flow;

/**
 * One TCP connection: what of a message has come so far, and what could not be written yet. Read by the
 * selector's thread only, written by any.
 */
final class TcpConnection {

  /** A slow reader may owe us this much; past it the connection is cut. */
  private static final int MOST_UNSENT = 1 << 20;

  private record Unsent(ByteBuffer bytes, Runnable failed) {}

  final SocketChannel channel;
  final Flow flow;
  private final Consumer<TcpConnection> gone;
  private final ArrayDeque<Unsent> unsent = new ArrayDeque<>();
  private int unsentBytes;
  private boolean connected;
  private boolean closed;
  private SelectionKey key;
  private byte[] begun = new byte[2048];
  private int have;
  /** When the first byte of an unfinished message came, or the connection was used last. */
  volatile long touched;
  final long since;
  /** A whole message has come, or it was we who connected. */
  volatile boolean spoke;
  /** The stream makes no sense any more: answered if it could be, read no further, closed soon. */
  volatile boolean condemned;

  /** @param gone told once, when it is closed, before what was not written fails */
  TcpConnection(SocketChannel channel, Flow flow, boolean connected, long now, Consumer<TcpConnection> gone) {
    this.channel = channel;
    this.flow = flow;
    this.connected = connected;
    this.touched = now;
    this.since = now;
    this.gone = gone;
  }

  synchronized void key(SelectionKey registered) {
    key = registered;
  }

  /**
   * Writes now or when it can.
   *
   * @param failed runs if it was taken and then never can be written
   * @return false if this connection takes nothing any more: {@code failed} does not run
   */
  boolean send(byte[] bytes, Runnable failed) {
    boolean full;
    boolean broken = false;
    synchronized (this) {
      if (closed) {
        return false;
      }
      full = unsentBytes + bytes.length > MOST_UNSENT;
      if (!full) {
        unsent.add(new Unsent(ByteBuffer.wrap(bytes), failed));
        unsentBytes += bytes.length;
        broken = connected && !flush();
      }
    }
    if (full || broken) {
      close();
    }
    if (full) {
      failed.run();
    }
    return true;
  }

  /** Stands, and the peer has taken all there was. */
  synchronized boolean isClear() {
    return connected && !closed && unsent.isEmpty();
  }

  /** The connection stands. */
  synchronized boolean connected() {
    connected = true;
    return flush();
  }

  synchronized boolean isConnected() {
    return connected && !closed;
  }

  /** False if the connection broke. */
  synchronized boolean flush() {
    try {
      while (!unsent.isEmpty()) {
        ByteBuffer next = unsent.peek().bytes();
        unsentBytes -= channel.write(next);
        if (next.hasRemaining()) {
          break;
        }
        unsent.poll();
      }
      if (key != null && key.isValid()) {
        int wanted = unsent.isEmpty() ? SelectionKey.OP_READ : SelectionKey.OP_READ | SelectionKey.OP_WRITE;
        if (key.interestOps() != wanted) {
          key.interestOps(wanted);
          key.selector().wakeup();
        }
      }
      return true;
    } catch (IOException | java.nio.channels.CancelledKeyException e) {
      return false;
    }
  }

  /** What was never written fails. Safe to call again. */
  void close() {
    List<Unsent> lost;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      lost = new ArrayList<>(unsent);
      unsent.clear();
    }
    try {
      channel.close();
    } catch (IOException e) {
      // it is gone either way
    }
    gone.accept(this);
    lost.forEach(one -> one.failed().run());
  }

  /** What reading found. */
  record Read(List<byte[]> messages, int pings, boolean broken) {}

  /**
   * Cuts the stream into messages (RFC 3261 18.3).
   *
   * @param in new bytes, flipped
   */
  Read read(ByteBuffer in, int limit) {
    if (have + in.remaining() > begun.length) {
      begun = java.util.Arrays.copyOf(begun, Math.max(begun.length * 2, have + in.remaining()));
    }
    int got = in.remaining();
    in.get(begun, have, got);
    have += got;
    var messages = new ArrayList<byte[]>(2);
    int pings = 0;
    int at = 0;
    while (true) {
      int start = at;
      while (at < have && (begun[at] == '\r' || begun[at] == '\n')) {
        at++;
      }
      pings += (at - start) / 4;
      int head = headEnd(at);
      if (head < 0) {
        if (have - at > limit) {
          return new Read(messages, pings, true);
        }
        break;
      }
      int length = contentLength(at, head);
      if (length < 0 || head - at + length > limit) {
        // without a length that holds, nobody knows where the next message begins
        messages.add(java.util.Arrays.copyOfRange(begun, at, head));
        return new Read(messages, pings, true);
      }
      if (have < head + length) {
        break;
      }
      messages.add(java.util.Arrays.copyOfRange(begun, at, head + length));
      at = head + length;
    }
    System.arraycopy(begun, at, begun, 0, have - at);
    have -= at;
    if (have == 0 && begun.length > 16384) {
      begun = new byte[2048];
    }
    return new Read(messages, pings, false);
  }

  boolean midMessage() {
    return have > 0;
  }

  private int headEnd(int from) {
    for (int i = from; i + 1 < have; i++) {
      if (begun[i] == '\n' && (begun[i + 1] == '\n' || (begun[i + 1] == '\r' && i + 2 < have && begun[i + 2] == '\n'))) {
        return begun[i + 1] == '\n' ? i + 2 : i + 3;
      }
    }
    return -1;
  }

  /** -1 if it is given and no number; 0 if it is not given. */
  private int contentLength(int from, int head) {
    int at = RawHead.value(begun, from, head, "content-length", 'l');
    if (at < 0) {
      return 0;
    }
    int length = 0;
    int digits = 0;
    for (; at < head && begun[at] >= '0' && begun[at] <= '9' && digits < 7; at++, digits++) {
      length = length * 10 + begun[at] - '0';
    }
    while (at < head && (begun[at] == ' ' || begun[at] == '\t')) {
      at++;
    }
    return digits == 0 || digits > 6 || at >= head || (begun[at] != '\r' && begun[at] != '\n') ? -1 : length;
  }
}
