package org.strowger.scenarios;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;

/**
 * A carrier that is busy for whoever calls, and keeps no state: 486 to every INVITE, 200 to what else is a request, made of the headers as they came. For
 * floods: it shares the machine with the switch.
 */
final class BusyPeer implements AutoCloseable {

  private final DatagramChannel channel;
  private final Thread thread;

  BusyPeer() {
    try {
      channel = DatagramChannel.open().bind(new InetSocketAddress(InetAddress.getByName("127.0.0.3"), 0));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    thread = new Thread(this::serve, "busy-peer");
    thread.setDaemon(true);
    thread.start();
  }

  /** host:port for the switch's configuration. */
  String address() throws IOException {
    var at = (InetSocketAddress) channel.getLocalAddress();
    return at.getHostString() + ":" + at.getPort();
  }

  private void serve() {
    var in = ByteBuffer.allocateDirect(8192);
    var bytes = new byte[8192];
    while (channel.isOpen()) {
      try {
        var from = channel.receive(in.clear());
        int length = in.flip().remaining();
        in.get(bytes, 0, length);
        String answer = answer(new String(bytes, 0, length, StandardCharsets.ISO_8859_1));
        if (answer != null) {
          channel.send(ByteBuffer.wrap(answer.getBytes(StandardCharsets.ISO_8859_1)), from);
        }
      } catch (IOException e) {
        return;
      }
    }
  }

  /** Null for what gets no answer. */
  private static String answer(String request) {
    boolean invite = request.startsWith("INVITE ");
    if (request.startsWith("SIP/2.0") || request.startsWith("ACK ")) {
      return null;
    }
    var out = new StringBuilder(512).append(invite ? "SIP/2.0 486 Busy Here\r\n" : "SIP/2.0 200 OK\r\n");
    for (int at = request.indexOf('\n') + 1; at > 0 && at < request.length() && request.charAt(at) != '\r'; at = request.indexOf('\n', at) + 1) {
      int end = request.indexOf('\r', at);
      if (request.startsWith("To:", at)) {
        out.append(request, at, end).append(request.substring(at, end).contains(";tag=") ? "\r\n" : ";tag=busy\r\n");
      } else if (request.startsWith("Via:", at) || request.startsWith("From:", at) || request.startsWith("Call-ID:", at) || request.startsWith("CSeq:", at)) {
        out.append(request, at, end + 2);
      }
    }
    return out.append("Content-Length: 0\r\n\r\n").toString();
  }

  @Override
  public void close() throws Exception {
    channel.close();
    thread.join(5000);
  }
}
