package org.strowger.sip.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The other side of the wire in tests: writes text, reads text, knows no SIP of its own. */
final class Peer implements AutoCloseable {

  private final DatagramSocket udp;
  private final Socket tcp;
  private final InetSocketAddress stack;

  private Peer(DatagramSocket udp, Socket tcp, InetSocketAddress stack) {
    this.udp = udp;
    this.tcp = tcp;
    this.stack = stack;
  }

  static Peer udp(int stackPort) {
    return udp("127.0.0.1", stackPort);
  }

  static Peer udp(String host, int stackPort) {
    try {
      var address = InetAddress.getByName(host);
      return new Peer(new DatagramSocket(0, address), null, new InetSocketAddress(address, stackPort));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** From an address of its own. */
  static Peer udp(String from, String host, int stackPort) {
    try {
      return new Peer(new DatagramSocket(0, InetAddress.getByName(from)), null, new InetSocketAddress(InetAddress.getByName(host), stackPort));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Peer tcp(int stackPort) {
    return tcp("127.0.0.1", stackPort);
  }

  static Peer tcp(String host, int stackPort) {
    try {
      var stack = new InetSocketAddress(host, stackPort);
      return new Peer(null, new Socket(stack.getAddress(), stackPort), stack);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return udp != null ? udp.getLocalPort() : tcp.getLocalPort();
  }

  String transport() {
    return udp != null ? "UDP" : "TCP";
  }

  void send(String text) {
    send(text.getBytes(StandardCharsets.UTF_8));
  }

  void send(byte[] bytes) {
    try {
      if (udp != null) {
        udp.send(new DatagramPacket(bytes, bytes.length, stack));
      } else {
        tcp.getOutputStream().write(bytes);
        tcp.getOutputStream().flush();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next message, or "" if none comes in time. */
  String receive(int millis) {
    try {
      if (udp != null) {
        udp.setSoTimeout(Math.max(1, millis));
        var packet = new DatagramPacket(new byte[65535], 65535);
        udp.receive(packet);
        return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
      }
      tcp.setSoTimeout(Math.max(1, millis));
      return stream(tcp.getInputStream());
    } catch (SocketTimeoutException e) {
      return "";
    } catch (IOException e) {
      return "";
    }
  }

  private static String stream(InputStream in) throws IOException {
    var head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.UTF_8).endsWith("\r\n\r\n")) {
      int b = in.read();
      if (b < 0) {
        return "";
      }
      head.write(b);
      if (head.size() == 2 && head.toString(StandardCharsets.UTF_8).equals("\r\n")) {
        return "\r\n";
      }
    }
    String text = head.toString(StandardCharsets.UTF_8);
    int length = Integer.parseInt(header(text, "Content-Length"));
    return text + new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }

  /** The next message whose start line begins so; others are dropped. Fails if none comes within 3 s. */
  String expect(String start) {
    long end = System.nanoTime() + 3_000_000_000L;
    var seen = new StringBuilder();
    while (System.nanoTime() < end) {
      String message = receive((int) Math.max(1, (end - System.nanoTime()) / 1_000_000));
      if (message.startsWith(start)) {
        return message;
      }
      seen.append(message.lines().findFirst().orElse("")).append("; ");
    }
    throw new AssertionError("no " + start + " came, only: " + seen);
  }

  static String header(String message, String name) {
    Matcher found = Pattern.compile("(?im)^" + Pattern.quote(name) + ":\\s*(.*?)\\s*$").matcher(message);
    return found.find() ? found.group(1) : "";
  }

  static String tag(String message, String name) {
    Matcher found = Pattern.compile(";tag=([^;\\s]+)").matcher(header(message, name));
    return found.find() ? found.group(1) : "";
  }

  static String challenge(String message, String name) {
    Matcher found = Pattern.compile(name + "=\"?([^\",]+)").matcher(header(message, "WWW-Authenticate"));
    return found.find() ? found.group(1) : "";
  }

  /** A request of ours to the stack. */
  String request(String method, String uri, String callId, int cseq, String branch, String fromTag, String toTag, String extra, String body) {
    return method + " " + uri + " SIP/2.0\r\n"
        + "Via: SIP/2.0/" + transport() + " 127.0.0.1:" + port() + ";branch=z9hG4bK" + branch + ";rport\r\n"
        + "Max-Forwards: 70\r\n"
        + "From: \"Alice\" <sip:alice@127.0.0.1>;tag=" + fromTag + "\r\n"
        + "To: <" + uri + ">" + (toTag.isEmpty() ? "" : ";tag=" + toTag) + "\r\n"
        + "Call-ID: " + callId + "\r\nCSeq: " + cseq + " " + method + "\r\n"
        + "Contact: <sip:alice@127.0.0.1:" + port() + (udp != null ? "" : ";transport=tcp") + ">\r\n"
        + extra
        + (body.isEmpty() ? "" : "Content-Type: application/sdp\r\n")
        + "Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body;
  }

  /** An answer of ours to a request of the stack. */
  String answer(String request, int status, String toTag, String extra, String body) {
    var out = new StringBuilder("SIP/2.0 " + status + " Whatever\r\n");
    request.lines().takeWhile(line -> !line.isEmpty())
        .filter(line -> line.startsWith("Via:") || line.startsWith("From:") || line.startsWith("Call-ID:") || line.startsWith("CSeq:") || line.startsWith("Record-Route:"))
        .forEach(line -> out.append(line).append("\r\n"));
    String to = header(request, "To");
    out.append("To: ").append(to);
    if (!toTag.isEmpty() && !to.contains(";tag=")) {
      out.append(";tag=").append(toTag);
    }
    out.append("\r\nContact: <sip:bob@127.0.0.1:").append(port()).append(udp != null ? "" : ";transport=tcp").append(">\r\n").append(extra);
    if (!body.isEmpty()) {
      out.append("Content-Type: application/sdp\r\n");
    }
    return out.append("Content-Length: ").append(body.length()).append("\r\n\r\n").append(body).toString();
  }

  @Override
  public void close() {
    try {
      if (udp != null) {
        udp.close();
      } else {
        tcp.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
