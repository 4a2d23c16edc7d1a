package org.strowger.sip.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.strowger.kernel.HostPort;
import org.strowger.sip.api.DialogId;
import org.strowger.sip.api.NameAddr;
import org.strowger.sip.api.OutgoingRequest;
import org.strowger.sip.api.SipAnswer;
import org.strowger.sip.api.SipBody;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipRequest;
import org.strowger.sip.api.SipResponse;
import org.strowger.sip.api.SipUri;
import org.strowger.sip.api.TransactionId;
import org.strowger.sip.api.Transport;

/** INVITE both ways with everything that belongs to a call. */
class CallTest {

  private static final String SDP = "v=0\r\n";
  private static final String URI = "sip:200@127.0.0.1";
  private Rig rig;

  @BeforeEach
  void open() {
    rig = new Rig();
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private Peer peer(Transport transport) {
    return transport == Transport.UDP ? rig.udp() : rig.tcp();
  }

  private OutgoingRequest invite(Peer to, Optional<OutgoingRequest.Login> login) {
    var uri = SipUri.of("bob", new HostPort("127.0.0.1", to.port()));
    return new OutgoingRequest(
        "INVITE", uri, NameAddr.of("A \"quoted\" name", SipUri.parse("sip:100@strowger")), NameAddr.of(uri), 69, List.of(), Optional.empty(), Optional.empty(), Transport.UDP, login,
        SipHeaders.of("Supported", "100rel"), SipBody.sdp(SDP));
  }

  @ParameterizedTest
  @EnumSource(value = Transport.class, names = {"UDP", "TCP"})
  void aCallThatComesIn(Transport transport) {
    try (Peer alice = peer(transport)) {
      alice.send(alice.request("INVITE", URI, "in1", 1, "a", "x", "", "Record-Route: <sip:127.0.0.1:" + alice.port() + ";lr;transport=" + transport + ">\r\nX-Thing: 1\r\n", SDP));
      assertThat(Peer.tag(alice.expect("SIP/2.0 100"), "To")).isEmpty();
      SipRequest invite = rig.request();
      assertThat(invite.headers().first("x-thing")).contains("1");
      assertThat(invite.body().text()).isEqualTo(SDP);
      DialogId dialog = rig.engine.dialogOf(invite.transaction());
      rig.engine.respond(invite.transaction(), SipAnswer.of(180));
      String ringing = alice.expect("SIP/2.0 180");
      String tag = Peer.tag(ringing, "To");
      assertThat(dialog).isEqualTo(new DialogId("in1", tag, "x"));
      assertThat(Peer.header(ringing, "Record-Route")).contains(";lr");
      assertThat(Peer.header(ringing, "Contact")).contains("127.0.0.1:" + rig.port(transport));
      rig.engine.respond(invite.transaction(), SipAnswer.of(200).with(SipBody.sdp("v=0\r\no=we\r\n")));
      String ok = alice.expect("SIP/2.0 200");
      assertThat(ok).endsWith("o=we\r\n");
      assertThat(alice.expect("SIP/2.0 200")).as("repeated until the ACK").isEqualTo(ok);
      alice.send(alice.request("ACK", URI, "in1", 1, "ack", "x", tag, "", ""));
      Rig.waitUntil("acknowledged", () -> rig.events().contains("acknowledged"));

      rig.engine.send(dialog, "BYE", SipHeaders.of("Reason", "Q.850;cause=16"), SipBody.NONE, rig);
      String bye = alice.expect("BYE ");
      assertThat(bye).startsWith("BYE sip:alice@127.0.0.1:" + alice.port());
      assertThat(Peer.header(bye, "Route")).contains(";lr");
      assertThat(Peer.tag(bye, "To")).isEqualTo("x");
      assertThat(Peer.tag(bye, "From")).isEqualTo(tag);
      alice.send(alice.answer(bye, 200, "", "", ""));
      assertThat(rig.response(200).method()).isEqualTo("BYE");
      Rig.waitUntil("all forgotten", () -> rig.held() == 0);
    }
  }

  @Test
  void aCallThatComesInIsAnsweredInSeveralDialogs() {
    try (Peer alice = rig.udp()) {
      alice.send(alice.request("INVITE", URI, "fork1", 5, "a", "x", "", "Record-Route: <sip:127.0.0.1:" + alice.port() + ";lr>\r\n", SDP));
      SipRequest invite = rig.request();
      DialogId first = rig.engine.dialogOf(invite.transaction());
      DialogId second = rig.engine.fork(invite.transaction());
      rig.engine.respond(invite.transaction(), first, SipAnswer.of(183).with(SipBody.sdp(SDP)));
      assertThat(Peer.tag(alice.expect("SIP/2.0 183"), "To")).isEqualTo(first.localTag());
      alice.send(alice.request("UPDATE", URI, "fork1", 6, "soon", "x", second.localTag(), "", ""));
      alice.expect("SIP/2.0 481");
      rig.engine.respond(invite.transaction(), second, SipAnswer.of(180));
      String ringing = alice.expect("SIP/2.0 180");
      assertThat(Peer.tag(ringing, "To")).isEqualTo(second.localTag()).isNotEqualTo(first.localTag());
      assertThat(Peer.header(ringing, "Contact")).isNotEmpty();

      // Each has its own numbers and its own way to the peer.
      rig.engine.send(second, "UPDATE", SipHeaders.NONE, SipBody.NONE, rig);
      String update = alice.expect("UPDATE ");
      assertThat(Peer.tag(update, "From")).isEqualTo(second.localTag());
      assertThat(Peer.header(update, "Route")).contains(";lr");
      alice.send(alice.answer(update, 200, "", "", ""));
      assertThat(rig.response(200).dialog()).contains(second);
      for (DialogId dialog : List.of(first, second)) {
        alice.send(alice.request("INFO", URI, "fork1", 6, "info" + dialog.localTag(), "x", dialog.localTag(), "", ""));
        SipRequest info = rig.request();
        assertThat(info.dialog()).contains(dialog);
        rig.engine.respond(info.transaction(), SipAnswer.of(200));
        alice.expect("SIP/2.0 200");
      }

      rig.engine.respond(invite.transaction(), second, SipAnswer.of(200).with(SipBody.sdp(SDP)));
      assertThat(Peer.tag(alice.expect("SIP/2.0 200"), "To")).isEqualTo(second.localTag());
      assertThat(rig.engine.fork(invite.transaction())).as("too late").isNull();
      alice.send(alice.request("ACK", URI, "fork1", 5, "ack", "x", second.localTag(), "", ""));
      Rig.waitUntil("acknowledged", () -> rig.events().contains("acknowledged"));
      alice.send(alice.request("PRACK", URI, "fork1", 7, "late", "x", first.localTag(), "RAck: 1 5 INVITE\r\n", ""));
      SipRequest late = rig.request();
      assertThat(late.dialog()).as("it may have crossed the 200").contains(first);
      rig.engine.respond(late.transaction(), SipAnswer.of(200));
      alice.expect("SIP/2.0 200");
      Rig.waitUntil("the other dialog is forgotten with the transaction", () -> rig.engine.dialogs.keySet().equals(Set.of(second)));
      rig.engine.forget(second);
      Rig.waitUntil("all forgotten", () -> rig.held() == 0);
    }
  }

  @Test
  void aFailureEndsAllDialogsOfAnInvite() {
    try (Peer alice = rig.udp()) {
      alice.send(alice.request("INVITE", URI, "fork2", 1, "a", "x", "", "", SDP));
      SipRequest invite = rig.request();
      String tag = rig.engine.dialogOf(invite.transaction()).localTag();
      DialogId second = rig.engine.fork(invite.transaction());
      rig.engine.respond(invite.transaction(), SipAnswer.of(180));
      rig.engine.respond(invite.transaction(), second, SipAnswer.of(180));
      rig.engine.respond(invite.transaction(), new DialogId("fork2", "nobody's", "x"), SipAnswer.of(200));
      assertThat(rig.engine.dialogs).hasSize(2);
      rig.engine.respond(invite.transaction(), SipAnswer.of(486));
      assertThat(rig.engine.dialogs).isEmpty();
      assertThat(Peer.tag(alice.expect("SIP/2.0 486"), "To")).isEqualTo(tag);
      alice.send(alice.request("ACK", URI, "fork2", 1, "a", "x", tag, "", ""));
      Rig.waitUntil("all forgotten", () -> rig.held() == 0);
    }
  }

  @Test
  void thePeerHangsUpAndSpeaksOutOfOrder() {
    try (Peer alice = rig.udp()) {
      rig.onRequest = request -> rig.engine.respond(request.transaction(), SipAnswer.of(200));
      alice.send(alice.request("INVITE", URI, "in2", 10, "a", "x", "", "", SDP));
      String tag = Peer.tag(alice.expect("SIP/2.0 200"), "To");
      alice.send(alice.request("ACK", URI, "in2", 10, "ack", "x", tag, "", ""));
      Rig.waitUntil("acknowledged", () -> rig.events().contains("acknowledged"));
      alice.send(alice.request("INFO", URI, "in2", 9, "old", "x", tag, "", ""));
      alice.expect("SIP/2.0 500");
      alice.send(alice.request("INFO", URI, "in2", 11, "new", "x", tag, "", ""));
      alice.expect("SIP/2.0 200");
      alice.send(alice.request("BYE", URI, "in2", 12, "bye", "x", tag, "", ""));
      alice.expect("SIP/2.0 200");
      alice.send(alice.request("INFO", URI, "in2", 13, "late", "x", tag, "", ""));
      alice.expect("SIP/2.0 481");
      assertThat(rig.events()).containsExactly("INVITE", "acknowledged", "INFO", "BYE");
      Rig.waitUntil("all forgotten", () -> rig.held() == 0);
    }
  }

  @Test
  void aLostAckIsTold() {
    try (Peer alice = rig.udp()) {
      rig.onRequest = request -> rig.engine.respond(request.transaction(), SipAnswer.of(200));
      alice.send(alice.request("INVITE", URI, "in3", 1, "a", "x", "", "", SDP));
      Rig.waitUntil("unacknowledged", () -> rig.events().contains("unacknowledged"));
      rig.engine.forget(new DialogId("in3", Peer.tag(alice.expect("SIP/2.0 200"), "To"), "x"));
      Rig.waitUntil("all forgotten", () -> rig.held() == 0);
    }
  }

  @Test
  void aCancelledCall() {
    try (Peer alice = rig.udp()) {
      alice.send(alice.request("INVITE", URI, "in4", 1, "same", "x", "", "", SDP));
      SipRequest invite = rig.request();
      String cancel = alice.request("CANCEL", URI, "in4", 1, "same", "x", "", "Reason: SIP;cause=200\r\n", "");
      alice.send(cancel);
      alice.expect("SIP/2.0 200");
      alice.send(cancel);
      alice.expect("SIP/2.0 200");
      Rig.waitUntil("cancelled", () -> rig.events().contains("cancelled"));
      rig.engine.respond(invite.transaction(), SipAnswer.of(487));
      String terminated = alice.expect("SIP/2.0 487");
      assertThat(alice.expect("SIP/2.0 487")).as("repeated until the ACK").isEqualTo(terminated);
      alice.send(alice.request("ACK", URI, "in4", 1, "same", "x", Peer.tag(terminated, "To"), "", ""));
      rig.engine.respond(invite.transaction(), SipAnswer.of(200));
      assertThat(rig.events()).containsExactly("INVITE", "cancelled");
      alice.send(alice.request("CANCEL", URI, "in4x", 1, "other", "x", "", "", ""));
      alice.expect("SIP/2.0 481");
      Rig.waitUntil("all forgotten", () -> rig.held() == 0);
      String later = alice.receive(1);
      while (!later.isEmpty()) {
        assertThat(later).doesNotStartWith("SIP/2.0 200");
        later = alice.receive(1);
      }
    }
  }

  /** Whose call it is answers its INVITE. */
  @Test
  void aCancelThatNobodyCanReadIsHeardAllTheSame() {
    try (Peer alice = rig.udp()) {
      int call = 0;
      for (String flaw : List.of("Contact: <sip:[>\r\n", "Record-Route: nothing\r\n", "")) {
        String id = "in4y" + call++;
        alice.send(alice.request("INVITE", URI, id, 1, id, "x", "", "", SDP));
        SipRequest invite = rig.request();
        String cancel = alice.request("CANCEL", URI, id, 1, id, "x", "", flaw, "");
        alice.send(flaw.isEmpty() ? cancel.replaceFirst("CANCEL \\S+", "CANCEL sip:[") : cancel);
        alice.expect("SIP/2.0 200");
        int heard = call;
        Rig.waitUntil("cancelled", () -> rig.events().stream().filter("cancelled"::equals).count() == heard);
        assertThat(rig.engine.dialogOf(invite.transaction())).as("the INVITE has no final answer yet").isNotNull();
        rig.engine.respond(invite.transaction(), SipAnswer.of(487));
        String terminated = alice.expect("SIP/2.0 487");
        alice.send(alice.request("ACK", URI, id, 1, id, "x", Peer.tag(terminated, "To"), "", ""));
      }
      Rig.waitUntil("all forgotten", () -> rig.held() == 0);
    }
  }

  @Test
  void aCancelAfterTheAnswerChangesNothing() {
    try (Peer alice = rig.udp()) {
      rig.onRequest = request -> rig.engine.respond(request.transaction(), SipAnswer.of(200));
      alice.send(alice.request("INVITE", URI, "in5", 1, "same", "x", "", "", SDP));
      String ok = alice.expect("SIP/2.0 200");
      alice.send(alice.request("CANCEL", URI, "in5", 1, "same", "x", "", "", ""));
      String cancelled = alice.expect("SIP/2.0 200");
      while (!Peer.header(cancelled, "CSeq").contains("CANCEL")) {
        cancelled = alice.expect("SIP/2.0 200");
      }
      assertThat(Peer.tag(cancelled, "To")).isEqualTo(Peer.tag(ok, "To"));
      assertThat(rig.events()).containsExactly("INVITE");
    }
  }

  @Test
  void aCallThatGoesOut() {
    try (Peer bob = rig.udp()) {
      TransactionId id = rig.engine.send(invite(bob, Optional.empty()), rig);
      String invite = bob.expect("INVITE sip:bob@127.0.0.1:" + bob.port());
      assertThat(Peer.header(invite, "From")).startsWith("\"A \\\"quoted\\\" name\" <sip:100@strowger>;tag=");
      assertThat(Peer.header(invite, "Max-Forwards")).isEqualTo("69");
      assertThat(Peer.header(invite, "Supported")).isEqualTo("100rel");
      bob.send(bob.answer(invite, 183, "b1", "RSeq: 7\r\nRequire: 100rel\r\n", ""));
      SipResponse progress = rig.response(183);
      assertThat(progress.transaction()).isEqualTo(id);
      assertThat(progress.headers().first("RSeq")).contains("7");
      DialogId early = progress.dialog().orElseThrow();
      bob.send(bob.answer(invite, 180, "b1", "", ""));
      // a route set is followed from its far end
      String routes = "Record-Route: <sip:10.0.0.1;lr>, <sip:127.0.0.1:" + bob.port() + ";lr>\r\n";
      bob.send(bob.answer(invite, 200, "b1", routes, SDP));
      SipResponse ok = rig.response(200);
      assertThat(ok.dialog()).contains(early);
      rig.engine.ack(early, ok.cseq(), SipBody.sdp("v=0\r\na=ack\r\n"));
      String ack = bob.expect("ACK sip:bob@127.0.0.1:" + bob.port());
      assertThat(ack).endsWith("a=ack\r\n");
      assertThat(ack.lines().filter(line -> line.startsWith("Route:"))).containsExactly("Route: <sip:127.0.0.1:" + bob.port() + ";lr>", "Route: <sip:10.0.0.1;lr>");
      bob.send(bob.answer(invite, 200, "b1", routes, SDP));
      assertThat(bob.expect("ACK ")).as("repeated for the repeated 2xx").isEqualTo(ack);
      assertThat(rig.events()).containsExactly("response 183", "response 180", "response 200");

      String tag = Peer.tag(invite, "From");
      rig.onRequest = request -> rig.engine.respond(request.transaction(), SipAnswer.of(200));
      bob.send(bob.request("BYE", "sip:x@127.0.0.1", Peer.header(invite, "Call-ID"), 1, "bye", "b1", tag, "", ""));
      bob.expect("SIP/2.0 200");
      Rig.waitUntil("all forgotten", () -> rig.held() == 0);
    }
  }

  @Test
  void reliableProvisionalResponsesAndPrackPassThrough() {
    try (Peer bob = rig.udp()) {
      rig.engine.send(invite(bob, Optional.empty()), rig);
      String invite = bob.expect("INVITE ");
      bob.send(bob.answer(invite, 183, "b1", "RSeq: 7\r\nRequire: 100rel\r\n", SDP));
      DialogId early = rig.response(183).dialog().orElseThrow();
      rig.engine.send(early, "PRACK", SipHeaders.of("RAck", "7 1 INVITE"), SipBody.NONE, rig);
      String prack = bob.expect("PRACK ");
      assertThat(Peer.header(prack, "RAck")).isEqualTo("7 1 INVITE");
      assertThat(Peer.header(prack, "CSeq")).isEqualTo("2 PRACK");
      bob.send(bob.answer(prack, 200, "", "", ""));
      assertThat(rig.response(200).method()).isEqualTo("PRACK");
      bob.send(bob.answer(invite, 486, "b1", "", ""));
      assertThat(rig.response(486).dialog()).isEmpty();
      assertThat(Peer.header(bob.expect("ACK "), "CSeq")).isEqualTo("1 ACK");
      Rig.waitUntil("all forgotten", () -> rig.held() == 0);
    }
  }

  @Test
  void aForkedInviteGivesADialogForEvery2xx() {
    try (Peer bob = rig.udp()) {
      rig.engine.send(invite(bob, Optional.empty()), rig);
      String invite = bob.expect("INVITE ");
      bob.send(bob.answer(invite, 180, "b1", "", ""));
      bob.send(bob.answer(invite, 180, "b2", "", ""));
      bob.send(bob.answer(invite, 180, "b3", "", ""));
      bob.send(bob.answer(invite, 200, "b1", "", SDP));
      bob.send(bob.answer(invite, 200, "b2", "", SDP));
      DialogId first = rig.response(200).dialog().orElseThrow();
      DialogId second = rig.response(200).dialog().orElseThrow();
      assertThat(List.of(first.remoteTag(), second.remoteTag())).containsExactly("b1", "b2");
      for (DialogId dialog : List.of(first, second)) {
        rig.engine.ack(dialog, 1, SipBody.NONE);
        assertThat(Peer.tag(bob.expect("ACK "), "To")).isEqualTo(dialog.remoteTag());
      }
      Rig.waitUntil("the third, never answered, is forgotten", () -> rig.meter("dialogs") == 2);
      rig.engine.forget(first);
      rig.engine.forget(second);
      Rig.waitUntil("all forgotten", () -> rig.held() == 0);
    }
  }

  @Test
  void aPeerThatForksWithoutEndMakesNoDialogsWithoutEnd() {
    try (Peer bob = rig.udp()) {
      rig.engine.send(invite(bob, Optional.empty()), rig);
      String invite = bob.expect("INVITE ");
      for (int i = 0; i < 1000; i++) {
        bob.send(bob.answer(invite, 180, "early" + i, "", ""));
      }
      Rig.waitUntil("all were heard", () -> rig.meter("fork.dropped") == 1000 - 32);
      assertThat(rig.meter("dialogs")).isEqualTo(32);
      for (int i = 0; i < 40; i++) {
        bob.send(bob.answer(invite, 200, "answer" + i, "", SDP));
      }
      Rig.waitUntil("of the answers too", () -> rig.meter("fork.dropped") == 1000 - 32 + 8);
      assertThat(rig.meter("dialogs")).isEqualTo(32);
      for (int i = 0; i < 32; i++) {
        DialogId answered = rig.response(200).dialog().orElseThrow();
        assertThat(answered.remoteTag()).as("an answer takes the place of who only rings").isEqualTo("answer" + i);
        rig.engine.ack(answered, 1, SipBody.NONE);
        assertThat(Peer.tag(bob.expect("ACK "), "To")).isEqualTo("answer" + i);
        rig.engine.forget(answered);
      }
      Rig.waitUntil("all forgotten", () -> rig.held() == 0);
    }
  }

  @Test
  void cancelWaitsForAProvisionalResponse() {
    try (Peer bob = rig.udp()) {
      TransactionId id = rig.engine.send(invite(bob, Optional.empty()), rig);
      String invite = bob.expect("INVITE ");
      rig.engine.cancel(id, SipHeaders.of("Reason", "SIP;cause=200"));
      assertThat(bob.receive(20)).doesNotStartWith("CANCEL");
      bob.send(bob.answer(invite, 100, "", "", ""));
      String cancel = bob.expect("CANCEL sip:bob@");
      assertThat(Peer.header(cancel, "Via")).isEqualTo(Peer.header(invite, "Via"));
      assertThat(Peer.header(cancel, "CSeq")).isEqualTo("1 CANCEL");
      assertThat(Peer.header(cancel, "Reason")).isEqualTo("SIP;cause=200");
      bob.send(bob.answer(cancel, 200, "b1", "", ""));
      bob.send(bob.answer(invite, 487, "b1", "", ""));
      rig.response(487);
      bob.expect("ACK ");
      Rig.waitUntil("all forgotten", () -> rig.held() == 0);
    }
  }

  @Test
  void anAnswerThatCrossesTheCancelIsDelivered() {
    try (Peer bob = rig.udp()) {
      TransactionId id = rig.engine.send(invite(bob, Optional.empty()), rig);
      String invite = bob.expect("INVITE ");
      bob.send(bob.answer(invite, 180, "b1", "", ""));
      rig.response(180);
      rig.engine.cancel(id, SipHeaders.NONE);
      String cancel = bob.expect("CANCEL ");
      bob.send(bob.answer(invite, 200, "b1", "", SDP));
      bob.send(bob.answer(cancel, 481, "b1", "", ""));
      DialogId dialog = rig.response(200).dialog().orElseThrow();
      rig.engine.ack(dialog, 1, SipBody.NONE);
      bob.expect("ACK ");
      rig.engine.send(dialog, "BYE", SipHeaders.NONE, SipBody.NONE, rig);
      bob.send(bob.answer(bob.expect("BYE "), 200, "", "", ""));
      Rig.waitUntil("all forgotten", () -> rig.held() == 0);
    }
  }

  @Test
  void silenceIsATimeoutAndARefusedConnectionATransportFailure() {
    Peer bob = rig.udp();
    try (bob) {
      rig.engine.send(invite(bob, Optional.empty()), rig);
      bob.expect("INVITE ");
      assertThat(bob.expect("INVITE ")).as("timer A").isNotEmpty();
      Rig.waitUntil("timeout", () -> rig.events().contains("failed TIMEOUT"));
    }
    var uri = SipUri.of("bob", new HostPort("127.0.0.1", 1)).withParameter("transport", "tcp");
    rig.engine.send(
        new OutgoingRequest("OPTIONS", uri, NameAddr.of(uri), NameAddr.of(uri), 70, List.of(), Optional.empty(), Optional.empty(), Transport.UDP, Optional.empty(), SipHeaders.NONE, SipBody.NONE),
        rig);
    Rig.waitUntil("refused", () -> rig.events().contains("failed TRANSPORT"));
    rig.engine.send(new DialogId("no", "such", "dialog"), "BYE", SipHeaders.NONE, SipBody.NONE, rig);
    Rig.waitUntil("gone", () -> rig.events().stream().filter("failed TRANSPORT"::equals).count() == 2);
    assertThat(rig.held()).isZero();
  }

  @Test
  void aReinviteRefreshesTheTarget() {
    try (Peer alice = rig.udp(); Peer moved = rig.udp()) {
      rig.onRequest = request -> rig.engine.respond(request.transaction(), SipAnswer.of(200));
      alice.send(alice.request("INVITE", URI, "in6", 1, "a", "x", "", "", SDP));
      String tag = Peer.tag(alice.expect("SIP/2.0 200"), "To");
      alice.send(alice.request("ACK", URI, "in6", 1, "ack", "x", tag, "", ""));
      moved.send(moved.request("INVITE", URI, "in6", 2, "b", "x", tag, "", SDP));
      moved.expect("SIP/2.0 200");
      moved.send(moved.request("ACK", URI, "in6", 2, "ack2", "x", tag, "", ""));
      Rig.waitUntil("acknowledged", () -> rig.events().stream().filter("acknowledged"::equals).count() == 2);
      rig.engine.send(new DialogId("in6", tag, "x"), "INVITE", SipHeaders.NONE, SipBody.sdp(SDP), rig);
      String ours = moved.expect("INVITE sip:alice@127.0.0.1:" + moved.port());
      moved.send(moved.answer(ours, 200, "", "", SDP));
      SipResponse ok = rig.response(200);
      rig.engine.ack(ok.dialog().orElseThrow(), ok.cseq(), SipBody.NONE);
      moved.expect("ACK ");
    }
  }

  /** RFC 3261 16.3: only who would send it on looks at Max-Forwards; a call that cannot be ended goes on costing. */
  @Test
  void whatBelongsToACallMayHaveNoHopsLeft() {
    try (Peer alice = rig.udp()) {
      rig.onRequest = request -> rig.engine.respond(request.transaction(), SipAnswer.of(200));
      alice.send(alice.request("INVITE", URI, "in8", 1, "a", "x", "", "", SDP));
      String tag = Peer.tag(alice.expect("SIP/2.0 200"), "To");
      alice.send(alice.request("ACK", URI, "in8", 1, "ack", "x", tag, "", ""));
      alice.send(alice.request("UPDATE", URI, "in8", 2, "u", "x", tag, "Require: outbound\r\n", ""));
      assertThat(Peer.header(alice.expect("SIP/2.0 420"), "Unsupported")).isEqualTo("outbound");
      for (String method : List.of("INFO", "BYE")) {
        String number = method.equals("INFO") ? "3" : "4";
        alice.send(alice.request(method, URI, "in8", Integer.parseInt(number), method, "x", tag, "", "").replace("Max-Forwards: 70", "Max-Forwards: 0"));
        String answer = alice.expect("SIP/2.0 ");
        while (Peer.header(answer, "CSeq").endsWith("INVITE")) {
          answer = alice.expect("SIP/2.0 ");
        }
        assertThat(answer).startsWith("SIP/2.0 200").contains("CSeq: " + number + " " + method);
      }
      assertThat(rig.events()).contains("INFO", "BYE");
    }
  }

  @Test
  void aPrivateContactIsReachedOverTheFlow() {
    try (Peer alice = rig.udp()) {
      rig.onRequest = request -> rig.engine.respond(request.transaction(), SipAnswer.of(200));
      String invite = alice.request("INVITE", URI, "in7", 1, "a", "x", "", "", SDP).replace("Contact: <sip:alice@127.0.0.1:" + alice.port(), "Contact: <sip:alice@192.168.77.3:5066");
      alice.send(invite);
      String tag = Peer.tag(alice.expect("SIP/2.0 200"), "To");
      alice.send(alice.request("ACK", URI, "in7", 1, "ack", "x", tag, "", ""));
      Rig.waitUntil("acknowledged", () -> rig.events().contains("acknowledged"));
      rig.engine.send(new DialogId("in7", tag, "x"), "BYE", SipHeaders.NONE, SipBody.NONE, rig);
      alice.expect("BYE sip:alice@192.168.77.3:5066 SIP/2.0");
    }
  }

  @Test
  void aDialogStaysOnTheListeningPointItBeganOn() {
    var one = Rig.settings(2, java.time.Duration.ofSeconds(60));
    var any = new SipSettings.Listen(Transport.UDP, new HostPort("127.0.0.1", 0));
    var two = new SipSettings(
        List.of(any, any, new SipSettings.Listen(Transport.UDP, new HostPort("0.0.0.0", 0))), "", "strowger", one.algorithms(), one.firstAlgorithmOnly(), one.nonceLifetime(), one.t1(), 8192, "", 2);
    try (Rig several = new Rig(two, org.strowger.kernel.Time.SYSTEM)) {
      several.onRequest = request -> several.engine.respond(request.transaction(), SipAnswer.of(200));
      for (int i = 0; i < 3; i++) {
        int port = several.engine.listening().get(i).local().port();
        String us = "127.0.0.1:" + port;
        try (Peer alice = Peer.udp(port)) {
          alice.send(alice.request("INVITE", URI, "lp" + i, 1, "lp" + i, "x", "", "", SDP));
          String ok = alice.expect("SIP/2.0 200");
          assertThat(Peer.header(ok, "Contact")).isEqualTo("<sip:" + us + ">");
          alice.send(alice.request("ACK", URI, "lp" + i, 1, "lpa" + i, "x", Peer.tag(ok, "To"), "", ""));
          int acks = i + 1;
          Rig.waitUntil("acknowledged", () -> several.events().stream().filter("acknowledged"::equals).count() == acks);
          several.engine.send(new DialogId("lp" + i, Peer.tag(ok, "To"), "x"), "BYE", SipHeaders.NONE, SipBody.NONE, several);
          assertThat(Peer.header(alice.expect("BYE "), "Via")).startsWith("SIP/2.0/UDP " + us + ";");
        }
      }
    }
  }
}
