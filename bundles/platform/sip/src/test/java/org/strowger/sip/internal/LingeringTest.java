package org.strowger.sip.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.strowger.sip.api.NameAddr;
import org.strowger.sip.api.OutgoingRequest;
import org.strowger.sip.api.SipAnswer;
import org.strowger.sip.api.SipBody;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipUri;
import org.strowger.sip.api.Transport;

/** What is over lingers for 32 s, for repetitions of what was lost, and keeps nothing but what they need: a flood makes tens of thousands of them. */
class LingeringTest {

  private Rig rig;

  @BeforeEach
  void open() {
    // T1 is so long that nothing lingers out meanwhile
    SipSettings some = Rig.settings(2, Duration.ofSeconds(60));
    var slow = new SipSettings(some.listen(), "", "strowger", some.algorithms(), some.firstAlgorithmOnly(), some.nonceLifetime(), Duration.ofSeconds(1), 8192, "Strowger", 2);
    rig = new Rig(slow, org.strowger.kernel.Time.SYSTEM);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void anInviteOfOursThatFailedForgetsWhoMadeItAndStillAcknowledges() {
    try (Peer bob = rig.udp()) {
      SipUri uri = SipUri.parse("sip:4711@127.0.0.1:" + bob.port());
      rig.engine.send(
          new OutgoingRequest("INVITE", uri, NameAddr.of(uri), NameAddr.of(uri), 70, List.of(), Optional.empty(), Optional.empty(), Transport.UDP, Optional.empty(), SipHeaders.NONE, SipBody.NONE),
          rig);
      String invite = bob.expect("INVITE ");
      String branch = Peer.header(invite, "Via").replaceAll(".*;branch=([^;]+).*", "$1");
      assertThat(rig.engine.client(branch).orElseThrow().owner()).as("until it is answered").isNotNull();
      bob.send(bob.answer(invite, 486, "b1", "", ""));
      String ack = bob.expect("ACK ");
      Rig.waitUntil("told", () -> rig.events().contains("response 486"));
      Rig.waitUntil("its maker is forgotten", () -> rig.engine.client(branch).orElseThrow().owner() == null);
      bob.send(bob.answer(invite, 486, "b1", "", ""));
      assertThat(bob.expect("ACK ")).as("it was lost").isEqualTo(ack);
      assertThat(rig.events()).as("and nobody is told again").containsExactly("response 486");
    }
  }

  @Test
  void anInviteThatWasRefusedKeepsNoDialog() {
    rig.onRequest = request -> rig.engine.respond(request.transaction(), SipAnswer.of(486));
    try (Peer alice = rig.udp()) {
      String invite = alice.request("INVITE", "sip:bob@127.0.0.1", "refused", 1, "refused", "x", "", "", "");
      alice.send(invite);
      String refused = alice.expect("SIP/2.0 486");
      ServerTx tx = rig.engine.servers.byId.values().iterator().next();
      Rig.waitUntil("its dialog is dropped, a moment after it was told", () -> tx.dialog == null);
      assertThat(tx.credentials).isEmpty();
      assertThat(rig.engine.dialogOf(tx.id)).isNull();
      alice.send(invite);
      assertThat(alice.expect("SIP/2.0 486")).as("its answer was lost").isEqualTo(refused);
      alice.send(alice.request("CANCEL", "sip:bob@127.0.0.1", "refused", 1, "refused", "x", "", "", ""));
      alice.expect("SIP/2.0 200");
      alice.send(alice.request("ACK", "sip:bob@127.0.0.1", "refused", 1, "refused", "x", Peer.tag(refused, "To"), "", ""));
      Rig.waitUntil("acknowledged", () -> tx.state() == ServerTx.State.CONFIRMED);
      assertThat(rig.events()).containsExactly("INVITE");
    }
  }

  @Test
  void thereAreNoMoreThanTheHeapHasRoomFor() {
    assertThat(ServerTable.most(512L << 20)).isEqualTo(52_428);
    assertThat(ServerTable.most(4L << 30)).isEqualTo(100_000);
  }
}
