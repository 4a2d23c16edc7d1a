package org.strowger.sip.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.strowger.sip.api.DialogId;
import org.strowger.sip.api.SipAnswer;
import org.strowger.sip.api.SipBody;
import org.strowger.sip.api.SipHeaders;

/** We hang up on a caller whose ACK has not come yet (RFC 3261 15). */
class ByeTest {

  private static final String URI = "sip:bob@127.0.0.1";

  private final Rig rig = new Rig();
  private final Peer peer = rig.udp();
  private String tag;

  @BeforeEach
  void answer() {
    rig.onRequest = request -> rig.engine.respond(request.transaction(), SipAnswer.of(200));
    peer.send(peer.request("INVITE", URI, "c", 1, "a", "x", "", "", ""));
    tag = Peer.tag(peer.expect("SIP/2.0 200"), "To");
    rig.engine.send(new DialogId("c", tag, "x"), "BYE", SipHeaders.NONE, SipBody.NONE, rig);
  }

  @AfterEach
  void close() {
    peer.close();
    rig.close();
  }

  @Test
  void theByeWaitsForTheAck() {
    for (int i = 0; i < 2; i++) {
      assertThat(peer.receive(1000)).as("the answer is repeated").startsWith("SIP/2.0 200");
    }
    peer.send(peer.request("ACK", URI, "c", 1, "ack", "x", tag, "", ""));
    peer.send(peer.answer(peer.expect("BYE "), 200, "", "", ""));
    rig.response(200);
    Rig.waitUntil("all forgotten", () -> rig.held() == 0);
    assertThat(rig.events()).containsExactly("INVITE", "response 200");
  }

  @Test
  void withoutAnAckItComesAllTheSame() {
    int repeated = 0;
    String next = peer.receive(3000);
    for (; next.startsWith("SIP/2.0 200"); next = peer.receive(3000)) {
      repeated++;
    }
    assertThat(next).startsWith("BYE ");
    assertThat(repeated).isGreaterThan(3);
    assertThat(rig.meter("ack.lost")).isEqualTo(1);
    peer.send(peer.answer(next, 200, "", "", ""));
    rig.response(200);
    assertThat(rig.events()).as("who has hung up need not be told").containsExactly("INVITE", "response 200");
  }

  @Test
  void whoHangsUpHimselfIsNotWaitedFor() {
    peer.send(peer.request("BYE", URI, "c", 2, "b", "x", tag, "", ""));
    peer.expect("BYE ");
  }
}
