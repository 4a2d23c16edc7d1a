package org.strowger.sip.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.strowger.kernel.HostPort;
import org.strowger.sip.api.DialogId;
import org.strowger.sip.api.Flow;
import org.strowger.sip.api.SipAnswer;
import org.strowger.sip.api.SipBody;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipRequest;
import org.strowger.sip.api.Transport;

/** A peer whose TCP connection broke is reached where it listens (RFC 3261 18.2.2, 12.2.1.1). */
class LostConnectionTest {

  private static String next(Socket socket) throws IOException {
    var text = new StringBuilder();
    while (text.indexOf("\r\n\r\n") < 0) {
      int b = socket.getInputStream().read();
      if (b < 0) {
        throw new AssertionError("closed after " + text);
      }
      text.append((char) b);
    }
    return text.toString();
  }

  @Test
  void answersAndRequestsGoToWhereThePeerListens() throws IOException {
    try (Rig rig = new Rig(); var listening = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
      listening.setSoTimeout(10_000);
      try (Peer peer = rig.tcp()) {
        String invite = peer.request("INVITE", "sip:bob@127.0.0.1", "lost", 1, "lost", "x", "", "", "").replace("127.0.0.1:" + peer.port(), "127.0.0.1:" + listening.getLocalPort());
        peer.send(invite);
        peer.expect("SIP/2.0 100");
      }
      SipRequest invite = rig.request();
      Rig.waitUntil("broken", () -> rig.meter("connections") == 0);
      rig.engine.respond(invite.transaction(), SipAnswer.of(200));
      try (Socket afresh = listening.accept()) {
        afresh.setSoTimeout(10_000);
        String ok = next(afresh);
        assertThat(ok).startsWith("SIP/2.0 200").contains("Call-ID: lost");
        String ack = "ACK sip:bob@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1:" + listening.getLocalPort() + ";branch=z9hG4bKack\r\nMax-Forwards: 70\r\nFrom: <sip:alice@127.0.0.1>;tag=x\r\n"
            + "To: <sip:bob@127.0.0.1>;tag=" + Peer.tag(ok, "To") + "\r\nCall-ID: lost\r\nCSeq: 1 ACK\r\nContent-Length: 0\r\n\r\n";
        try (Peer other = rig.tcp()) {
          other.send(ack);
          Rig.waitUntil("acknowledged", () -> rig.events().contains("acknowledged"));
        }
        Rig.waitUntil("broken again", () -> rig.meter("connections") == 1);
        rig.engine.send(new DialogId("lost", Peer.tag(ok, "To"), "x"), "BYE", SipHeaders.NONE, SipBody.NONE, rig);
        String bye = next(afresh);
        while (bye.startsWith("SIP/2.0 200")) {
          bye = next(afresh);
        }
        assertThat(bye).startsWith("BYE sip:alice@127.0.0.1:" + listening.getLocalPort());
        assertThat(rig.meter("connections")).isEqualTo(1);
      }
    }
  }

  private static HostPort otherwise(String sentBy, String source) throws BadMessage {
    String text = "OPTIONS sip:a SIP/2.0\r\nVia: SIP/2.0/TCP " + sentBy + ";branch=z9hG4bKa\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: a\r\nCSeq: 1 OPTIONS\r\n\r\n";
    var flow = new Flow(Transport.TCP, new HostPort("10.0.0.1", 5060), new HostPort(source, 40_000));
    return Wire.ReplyHead.of(MessageReader.read(new Arrival(text.getBytes(StandardCharsets.UTF_8), flow, 0))).otherwise();
  }

  @Test
  void behindNatNobodyIsLookedFor() throws BadMessage {
    assertThat(otherwise("192.168.1.5:5070", "203.0.113.1")).isNull();
    assertThat(otherwise("phone.example:5070", "203.0.113.1")).isNull();
    assertThat(otherwise("203.0.113.1:5070", "203.0.113.1")).isEqualTo(new HostPort("203.0.113.1", 5070));
    assertThat(otherwise("203.0.113.1", "203.0.113.1")).isEqualTo(new HostPort("203.0.113.1", 5060));
  }
}
