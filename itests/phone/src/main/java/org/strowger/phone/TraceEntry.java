package org.strowger.phone;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * One message on the wire.
 *
 * @param at wall clock
 * @param nanos {@link System#nanoTime()}, to be subtracted from another entry's
 * @param direction seen from this phone
 * @param remote the other end
 * @param message null when the bytes could not be parsed
 * @param raw the bytes exactly as they travelled; not copied, do not write to it
 * @param retransmission true when this phone had already sent or received the same message
 * @param dropped true when the phone's fault injection kept it from being sent or handled
 */
public record TraceEntry(Instant at, long nanos, Direction direction, InetSocketAddress remote, SipMessage message, byte[] raw,
    boolean retransmission, boolean dropped) {

  /** Which way a message went. */
  public enum Direction { SENT, RECEIVED }

  public boolean sent() {
    return direction == Direction.SENT;
  }

  public boolean received() {
    return direction == Direction.RECEIVED;
  }

  /** True for a request of this method. */
  public boolean is(String method) {
    return message != null && message.isRequest() && message.method().equals(method);
  }

  /** True for a response of this status. */
  public boolean is(int status) {
    return message != null && !message.isRequest() && message.status() == status;
  }

  @Override
  public String toString() {
    return at + (sent() ? " -> " : " <- ") + remote + (retransmission ? " (again)" : "") + (dropped ? " (dropped)" : "")
        + "\n" + new String(raw, StandardCharsets.UTF_8);
  }
}
