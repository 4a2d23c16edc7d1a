package org.strowger.phone;

import java.io.IOException;
import java.net.InetSocketAddress;

/** Carries bytes; one receive thread each. */
interface Transport extends AutoCloseable {

  /** Where bytes to one peer go: an address, or a connection. */
  interface Flow {
    InetSocketAddress remote();

    /** Sends without blocking; a stream that is not connected yet keeps the bytes until it is. */
    void send(byte[] bytes) throws IOException;
  }

  /** Called on the receive thread. */
  interface Receiver {
    /** One datagram or one framed message. */
    void received(byte[] bytes, Flow flow);

    /** Bytes of a stream that cannot be framed; the connection is closed by the transport. */
    void unframed(byte[] bytes, Flow flow, String rule);

    /** A stream ended, or could not be opened, with bytes that were never sent. */
    void unsent(Flow flow);
  }

  void start(Receiver receiver);

  InetSocketAddress local();

  Flow flow(InetSocketAddress remote) throws IOException;

  /** True when the transport itself repeats what is lost (RFC 3261 17). */
  boolean reliable();

  @Override
  void close();
}
