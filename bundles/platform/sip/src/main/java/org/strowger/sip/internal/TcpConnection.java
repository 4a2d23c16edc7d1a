package org.strowger.sip.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.strowger.kernel.Time;
import org.strowger.sip.api.Flow;

/**
 * One TCP connection: what of a message has come so far, and what could not be written yet. Read by the
 * selector's thread only, written by any.
 */
final class TcpConnection {

  /** A peer that connected to us may owe us this much, and is not read meanwhile; past it the connection is cut. */
  private static final int MOST_UNSENT = 64 << 10;
  /** A peer that we connected to, and that is read all the while: were both sides to wait for the other to read, none would. One that is exempt, too. */
  private static final int MOST_UNSENT_OF_OURS = 1 << 20;
  /** About what a message that waits costs beside its bytes. */
  private static final int BESIDES = 200;
  private static final byte[] NOTHING = {};

  private record Unsent(ByteBuffer bytes, long since, Runnable failed) {
    int cost() {
      return bytes.capacity() + BESIDES;
    }
  }

  final SocketChannel channel;
  final Flow flow;
  final String source;
  private final boolean ours;
  private final BooleanSupplier exempt;
  private final Time time;
  private final Owed owed;
  private final Consumer<TcpConnection> gone;
  private final ArrayDeque<Unsent> unsent = new ArrayDeque<>();
  private int unsentBytes;
  /** Bytes of {@link #begun} that are counted. */
  private int counted;
  private boolean connected;
  private boolean closed;
  private SelectionKey key;
  /** No longer than it must be: most connections say nothing most of the time. */
  private byte[] begun = NOTHING;
  private volatile long begunSince;
  /** When it was used last. */
  volatile long touched;
  final long since;
  /** A whole message has come, or it was we who connected. */
  volatile boolean spoke;
  /** The stream makes no sense any more: answered if it could be, read no further, closed soon. */
  volatile boolean condemned;

  /**
   * @param source whom what it owes is counted by
   * @param ours whether we connect; else it stands already
   * @param exempt whether the bounds of a source do not concern this one now
   * @param gone told once, when it is closed, before what was not written fails
   */
  TcpConnection(SocketChannel channel, Flow flow, String source, boolean ours, BooleanSupplier exempt, Time time, Owed owed, Consumer<TcpConnection> gone) {
    this.channel = channel;
    this.flow = flow;
    this.source = source;
    this.ours = ours;
    this.exempt = exempt;
    this.connected = !ours;
    this.spoke = ours;
    this.time = time;
    this.owed = owed;
    this.since = time.ticks();
    this.touched = since;
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
    boolean taken;
    synchronized (this) {
      if (closed) {
        return false;
      }
      taken = write(bytes, failed);
    }
    if (!taken) {
      close();
      failed.run();
    }
    return true;
  }

  /** False if it broke, or owes too much. */
  private boolean write(byte[] bytes, Runnable failed) {
    ByteBuffer rest = ByteBuffer.wrap(bytes);
    try {
      if (connected && unsent.isEmpty()) {
        channel.write(rest);
      }
      if (!rest.hasRemaining()) {
        return true;
      }
      var waiting = new Unsent(rest, time.ticks(), failed);
      // one message alone may be as long as it likes
      boolean free = exempt.getAsBoolean();
      boolean full = !unsent.isEmpty() && unsentBytes + waiting.cost() > (ours || free ? MOST_UNSENT_OF_OURS : MOST_UNSENT);
      if (full || !owed.add(source, waiting.cost(), free)) {
        return false;
      }
      unsentBytes += waiting.cost();
      unsent.add(waiting);
      if (connected) {
        listen();
      }
      return true;
    } catch (IOException | CancelledKeyException e) {
      return false;
    }
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

  /** How long the eldest message waits for the peer to take it, in nanoseconds. */
  synchronized long waits(long now) {
    return unsent.isEmpty() ? 0 : now - unsent.peek().since();
  }

  /** False if the connection broke. */
  synchronized boolean flush() {
    try {
      while (!unsent.isEmpty()) {
        Unsent next = unsent.peek();
        channel.write(next.bytes());
        if (next.bytes().hasRemaining()) {
          break;
        }
        unsent.poll();
        unsentBytes -= next.cost();
        owed.remove(source, next.cost());
      }
      listen();
      return true;
    } catch (IOException | CancelledKeyException e) {
      return false;
    }
  }

  /** Who connected to us and does not read is not read: it would only ask for more. */
  private void listen() {
    if (key != null && key.isValid()) {
      boolean reads = !condemned && (ours || unsent.isEmpty());
      int wanted = (reads ? SelectionKey.OP_READ : 0) | (unsent.isEmpty() ? 0 : SelectionKey.OP_WRITE);
      if (key.interestOps() != wanted) {
        key.interestOps(wanted);
        key.selector().wakeup();
      }
    }
  }

  /** Reads no further. */
  synchronized void condemn() {
    condemned = true;
    listen();
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
      if (unsentBytes + counted > 0) {
        owed.remove(source, unsentBytes + counted);
      }
      counted = 0;
      unsentBytes = 0;
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
    int had = begun.length;
    byte[] all = Arrays.copyOf(begun, had + in.remaining());
    in.get(all, had, all.length - had);
    var messages = new ArrayList<byte[]>(2);
    int pings = 0;
    int at = 0;
    boolean broken = false;
    while (true) {
      int start = at;
      while (at < all.length && (all[at] == '\r' || all[at] == '\n')) {
        at++;
      }
      pings += (at - start) / 4;
      int head = headEnd(all, at);
      if (head < 0) {
        broken = all.length - at > limit;
        break;
      }
      int length = contentLength(all, at, head);
      if (length < 0 || head - at + length > limit) {
        // without a length that holds, nobody knows where the next message begins
        messages.add(Arrays.copyOfRange(all, at, head));
        broken = true;
        break;
      }
      if (all.length < head + length) {
        break;
      }
      messages.add(Arrays.copyOfRange(all, at, head + length));
      at = head + length;
    }
    boolean kept = keep(broken || at == all.length ? NOTHING : Arrays.copyOfRange(all, at, all.length), had == 0 || !messages.isEmpty());
    return new Read(messages, pings, broken || !kept);
  }

  /** False if this source keeps too much of us busy. */
  private boolean keep(byte[] rest, boolean fresh) {
    if (fresh) {
      begunSince = time.ticks();
    }
    begun = rest;
    synchronized (this) {
      int more = rest.length - counted;
      if (closed || more == 0) {
        return true;
      }
      if (more > 0 && !owed.add(source, more, exempt.getAsBoolean())) {
        begun = NOTHING;
        return false;
      }
      if (more < 0) {
        owed.remove(source, -more);
      }
      counted = rest.length;
      return true;
    }
  }

  /** How long a message has been coming that is not whole yet, in nanoseconds; of the selector's thread. */
  long midMessage(long now) {
    return begun.length == 0 ? 0 : now - begunSince;
  }

  private static int headEnd(byte[] begun, int from) {
    for (int i = from; i + 1 < begun.length; i++) {
      if (begun[i] == '\n' && (begun[i + 1] == '\n' || (begun[i + 1] == '\r' && i + 2 < begun.length && begun[i + 2] == '\n'))) {
        return begun[i + 1] == '\n' ? i + 2 : i + 3;
      }
    }
    return -1;
  }

  /** -1 if it is given and no number; 0 if it is not given. */
  private static int contentLength(byte[] begun, int from, int head) {
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
