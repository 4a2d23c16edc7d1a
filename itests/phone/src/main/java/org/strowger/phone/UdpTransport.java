package org.strowger.phone;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.Arrays;

/** A datagram socket and its receive thread. */
final class UdpTransport implements Transport {

  private static final int BUFFER_BYTES = 4 << 20;

  private final DatagramSocket socket;
  private Thread thread;

  UdpTransport(InetSocketAddress local) throws IOException {
    socket = new DatagramSocket(null);
    socket.setReceiveBufferSize(BUFFER_BYTES);
    socket.setSendBufferSize(BUFFER_BYTES);
    socket.bind(local);
  }

  @Override
  public void start(Receiver receiver) {
    thread = new Thread(() -> receive(receiver), "phone-udp-" + local().getPort());
    thread.setDaemon(true);
    thread.start();
  }

  private void receive(Receiver receiver) {
    var packet = new DatagramPacket(new byte[65535], 65535);
    while (!socket.isClosed()) {
      try {
        packet.setLength(65535);
        socket.receive(packet);
        receiver.received(Arrays.copyOf(packet.getData(), packet.getLength()),
            new DatagramFlow((InetSocketAddress) packet.getSocketAddress()));
      } catch (SocketException e) {
        // closed, or an ICMP error of an earlier send: the loop's condition tells which
      } catch (IOException e) {
        return;
      }
    }
  }

  private final class DatagramFlow implements Flow {
    private final InetSocketAddress remote;

    DatagramFlow(InetSocketAddress remote) {
      this.remote = remote;
    }

    @Override
    public InetSocketAddress remote() {
      return remote;
    }

    @Override
    public void send(byte[] bytes) throws IOException {
      socket.send(new DatagramPacket(bytes, bytes.length, remote));
    }
  }

  @Override
  public Flow flow(InetSocketAddress remote) {
    return new DatagramFlow(remote);
  }

  @Override
  public InetSocketAddress local() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  @Override
  public boolean reliable() {
    return false;
  }

  @Override
  public void close() {
    socket.close();
    Threads.join(thread);
  }
}
