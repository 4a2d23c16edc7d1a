package org.strowger.calls.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.strowger.calls.api.Change;
import org.strowger.calls.api.Phase;
import org.strowger.calls.api.Verdict;
import org.strowger.sip.api.DialogId;
import org.strowger.sip.api.SipBody;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipRequest;
import org.strowger.sip.api.TransactionId;

/** The phone of a caller who is hidden names it wherever it can; nothing of that reaches the callee, as long as the call is up. */
class HiddenCallerTest {

  private static final SipHeaders WORDY = SipHeaders.of("Subject", "alice calls").with("Organization", "alice Ltd").with("User-Agent", "alice's phone");
  private static final SipHeaders WHY = SipHeaders.of("Reason", "SIP;cause=200;text=\"alice has enough\"");

  private final World world = new World();
  private final FakeStack stack = world.stack;

  @BeforeEach
  void hide() {
    world.policy("hide", Phase.PRESENT, (phase, call) -> Verdict.proceed(new Change.HideCaller()));
  }

  @AfterEach
  void nothingNamesTheCaller() {
    assertThat(stack.sent("INVITE")).isNotEmpty();
    for (FakeStack.Sent sent : stack.sent) {
      if (sent.outside != null || sent.inside.callId().startsWith("out-")) {
        assertThat(sent.outside + " " + sent.headers + " " + sent.body.text() + " " + sent.body.contentType()).as(sent.method).doesNotContain("alice");
      }
    }
    stack.acked.forEach((dialog, body) -> assertThat(dialog.callId().startsWith("out-") ? body.text() : "").doesNotContain("alice"));
    world.assertEmpty();
  }

  private static SipBody sdp(int version) {
    return SipBody.sdp(text(version));
  }

  private static String text(int version) {
    return "v=0\r\no=alice 42 " + version + " IN IP4 198.51.100.7\r\ns=alice\r\ne=alice@example.org\r\nc=IN IP4 198.51.100.7\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n";
  }

  private static String plain(int version) {
    return "v=0\r\no=- 42 " + version + " IN IP4 198.51.100.7\r\ns=-\r\nc=IN IP4 198.51.100.7\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n";
  }

  private SipRequest invite(SipBody body) {
    SipRequest invite = stack.invite("alice", "bob", WORDY, body);
    world.settle();
    return invite;
  }

  private void hangUp(DialogId caller) {
    stack.request(caller, "BYE", WHY, SipBody.NONE);
    world.settle();
    assertThat(stack.last("BYE").headers.values("Reason")).containsExactly("SIP;cause=200");
  }

  @Test
  void offersOfACallThatIsUpKeepTheirSessionAndItsVersions() {
    SipRequest invite = invite(sdp(7));
    FakeStack.Sent first = stack.last("INVITE");
    assertThat(first.outside.body().text()).isEqualTo(plain(7));
    first.reply(200, "t", SipHeaders.of("Session-Expires", "1800;refresher=uas"), SipBody.sdp("v=0 answer"));
    world.settle();
    DialogId caller = stack.dialogOf(invite.transaction());
    stack.user.acknowledged(caller, SipBody.NONE);
    world.settle();

    for (String method : new String[] {"INVITE", "UPDATE"}) {
      TransactionId again = stack.request(caller, method, WORDY, sdp(8));
      world.settle();
      FakeStack.Sent out = stack.last(method);
      assertThat(out.body).isEqualTo(SipBody.sdp(plain(8)));
      assertThat(out.headers.first("Allow").isPresent() || out.headers.first("Supported").isPresent()).isTrue();
      out.reply(200, SipBody.sdp("v=0 answer"));
      world.settle();
      assertThat(stack.status(again)).isEqualTo(200);
      if (method.equals("INVITE")) {
        stack.user.acknowledged(caller, SipBody.NONE);
        world.settle();
      }
    }

    // The callee holds: who was called answers, and is not to say who it is either.
    DialogId callee = first.dialog("t");
    TransactionId hold = stack.request(callee, "INVITE", SipHeaders.NONE, SipBody.sdp("v=0 bob holds"));
    world.settle();
    assertThat(stack.last("INVITE").body.text()).as("the callee is not hidden").isEqualTo("v=0 bob holds");
    stack.last("INVITE").reply(200, "t", WORDY, sdp(9));
    world.settle();
    assertThat(stack.answer(hold).body()).isEqualTo(SipBody.sdp(plain(9)));
    assertThat(stack.answer(hold).headers().toString()).doesNotContain("alice");
    stack.user.acknowledged(callee, SipBody.NONE);
    world.settle();
    hangUp(caller);
  }

  @Test
  void aRefreshRepeatsWhatTheCalleeHasSeen() {
    SipRequest invite = invite(sdp(7));
    stack.last("INVITE").reply(200, "t", SipHeaders.of("Session-Expires", "90;refresher=uac"), SipBody.sdp("v=0 answer"));
    world.settle();
    DialogId caller = stack.dialogOf(invite.transaction());
    stack.user.acknowledged(caller, SipBody.NONE);
    world.pass(Duration.ofSeconds(46));
    FakeStack.Sent refresh = stack.last("INVITE");
    assertThat(refresh.inside).isNotNull();
    assertThat(refresh.body.text()).isEqualTo(plain(7));
    refresh.reply(200, SipBody.sdp("v=0 answer"));
    world.settle();
    hangUp(caller);
  }

  @Test
  void anAnswerInTheAckNamesNobody() {
    SipRequest invite = invite(SipBody.NONE);
    FakeStack.Sent out = stack.last("INVITE");
    out.reply(200, SipBody.sdp("v=0 offer"));
    world.settle();
    DialogId caller = stack.dialogOf(invite.transaction());
    stack.user.acknowledged(caller, sdp(1));
    world.settle();
    assertThat(stack.acked.get(out.dialog("t")).text()).isEqualTo(plain(1));
    hangUp(caller);
  }

  @Test
  void ofSeveralPartsOnlyTheDescriptionIsSent() {
    String parts = "--b\r\nContent-Type: text/x-vcard\r\n\r\nFN:alice\r\n--b\r\nContent-Type: application/sdp\r\n\r\n" + text(7) + "\r\n--b--\r\n";
    SipRequest invite = invite(new SipBody("multipart/mixed;boundary=b", parts.getBytes()));
    assertThat(stack.last("INVITE").outside.body()).isEqualTo(SipBody.sdp(plain(7)));
    stack.last("INVITE").reply(486);
    world.settle();
    assertThat(stack.status(invite)).isEqualTo(486);
  }

  @Test
  void aCancelSaysWhyNotWho() {
    SipRequest invite = invite(sdp(7));
    stack.last("INVITE").reply(180);
    world.settle();
    stack.cancel(invite, WHY);
    world.settle();
    assertThat(stack.last("INVITE").cancelled).isTrue();
    assertThat(stack.last("INVITE").cancelReason.values("Reason")).containsExactly("SIP;cause=200");
  }
}
