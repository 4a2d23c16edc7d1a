package org.strowger.anonymous.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.strowger.anonymous.internal.Fixture.call;
import static org.strowger.anonymous.internal.Fixture.policy;
import static org.strowger.calls.api.Phase.PRESENT;
import static org.strowger.calls.api.Phase.SCREEN;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.strowger.anonymous.internal.AnonymousConfig.OffNetBlock;
import org.strowger.calls.api.Change;
import org.strowger.calls.api.Phase;
import org.strowger.calls.api.SipStatus;
import org.strowger.calls.api.Verdict;

class AnonymousPolicyTest {

  private static final Map<String, Object> BLOCKS = Map.of("blockIncomingAnonymous", true);
  private static final Verdict HIDDEN = Verdict.proceed(new Change.HideCaller());

  private AnonymousPolicy policy = policy("anonymous", "", OffNetBlock.INCOMING);

  private Verdict decide(Phase phase, Fixture call) {
    return policy.decide(phase, call.view());
  }

  private boolean refused(Fixture call) {
    Verdict verdict = decide(SCREEN, call.toBob(BLOCKS));
    if (verdict instanceof Verdict.Reject reject) {
      assertThat(reject.status()).isEqualTo(SipStatus.ANONYMITY_DISALLOWED);
      assertThat(reject.reason()).contains("account bob takes no anonymous calls");
      return true;
    }
    assertThat(verdict).isEqualTo(Verdict.proceed());
    return false;
  }

  // Detection, part F.

  @ParameterizedTest
  @ValueSource(strings = {"id", "user", "ID", "User;critical", "header; id", "session,user"})
  void privacyWithIdOrUserWithholds(String privacy) {
    assertThat(refused(call().header("Privacy", privacy))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "header", "session", "header;session", "critical", "id;none", "none, user", "identity", ""})
  void headerAndSessionAloneWithholdNothingAndNoneOverrides(String privacy) {
    assertThat(refused(call().header("Privacy", privacy))).isFalse();
  }

  @Test
  void tokensOfSeveralPrivacyHeadersCountTogether() {
    assertThat(refused(call().header("Privacy", "header").header("Privacy", "id"))).isTrue();
    assertThat(refused(call().header("Privacy", "id").header("privacy", "none"))).isFalse();
  }

  @Test
  void fromAtAnonymousInvalidWithholds() {
    assertThat(refused(call().from("whoever", "anonymous.invalid"))).isTrue();
    assertThat(refused(call().from("whoever", "Anonymous.INVALID"))).isTrue();
    assertThat(refused(call().from("whoever", "anonymous.invalid.example.org"))).isFalse();
  }

  @Test
  void fromOfTheUserAnonymousWithholds() {
    assertThat(refused(call().from("anonymous", "example.org"))).isTrue();
    assertThat(refused(call().from("ANONYMOUS", "example.org"))).isTrue();
    assertThat(refused(call().from("anonymous1", "example.org"))).isFalse();
    for (String unavailable : List.of("restricted", "unavailable", "")) {
      assertThat(refused(call().from(unavailable, "example.org"))).as("'%s' is not withheld", unavailable).isFalse();
    }
  }

  @Test
  void whichUsersWithholdIsASetting() {
    policy = policy("anonymous, Restricted,\"\"", "", OffNetBlock.INCOMING);
    assertThat(refused(call().from("restricted", "example.org"))).isTrue();
    assertThat(refused(call().from("", "example.org"))).isTrue();
    assertThat(refused(call().from("unavailable", "example.org"))).isFalse();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
    "<sip:alice@example.org>;privacy=full|true",
    "\"Alice\" <sip:alice@example.org;user=phone>;party=calling;screen=yes;privacy=Full|true",
    "<sip:alice@example.org>;privacy=\"full\"|true",
    "<sip:alice@example.org>;privacy=full-network|true",
    "<sip:alice@example.org>;privacy=off|false",
    "<sip:alice@example.org>;privacy=uri|false",
    "<sip:bob@example.org>;party=called;privacy=full|false",
    "<sip:bob@example.org>;party=called;privacy=full, <sip:alice@example.org>;party=calling;privacy=full|true",
    "<sip:alice@example.org;privacy=full>|false",
    "\";privacy=full\" <sip:alice@example.org>;privacy=off|false",
    "sip:alice@example.org;privacy=full|true",
    "|false"})
  void remotePartyIdWithFullPrivacyWithholds(String value, boolean withheld) {
    assertThat(refused(call().header("Remote-Party-ID", value == null ? "" : value))).isEqualTo(withheld);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"full|true", "uri|true", "NAME|true", "off|false", "privacy=full|true", "party=calling;privacy=uri|true", "party=full|false", "full-network|true"})
  void rpidPrivacyWithholds(String value, boolean withheld) {
    assertThat(refused(call().header("RPID-Privacy", value))).isEqualTo(withheld);
  }

  @Test
  void hideOwnCliOfTheCallerWithholds() {
    assertThat(refused(call().callerHas("hideOwnCli", true))).isTrue();
  }

  @Test
  void aMissingIdentityIsNotAnonymity() {
    assertThat(refused(call())).isFalse();
  }

  @Test
  void headersCountOnlyIfTheyAreTrustedFromAlways() {
    Fixture untrusted = call().callerHas("trustPrivacyHeaders", false);
    assertThat(refused(untrusted.header("Privacy", "id"))).isFalse();
    assertThat(refused(untrusted.header("Remote-Party-ID", "<sip:alice@example.org>;privacy=full"))).isFalse();
    assertThat(refused(untrusted.header("RPID-Privacy", "full"))).isFalse();
    assertThat(refused(untrusted.from("anonymous", "anonymous.invalid"))).isTrue();
  }

  // Block Incoming AC.

  @Test
  void anonymousCallsPassToAccountsThatDoNotBlockThem() {
    assertThat(decide(SCREEN, call().header("Privacy", "id").toBob(Map.of()))).isEqualTo(Verdict.proceed());
  }

  @Test
  void theActionsThatNeedMediaRejectAndSaySo() {
    assertThat(reason("REJECT")).doesNotContain("answers as Reject");
    assertThat(reason("VOICEMAIL")).contains("Transfer To Voicemail answers as Reject");
    assertThat(reason("PROMPT_AND_REJECT")).contains("Prompt And Reject answers as Reject");
  }

  private String reason(String action) {
    var reject = (Verdict.Reject) decide(SCREEN, call().header("Privacy", "id").toBob(Map.of("blockIncomingAnonymous", true, "incomingAnonymousAction", action)));
    assertThat(reject.status()).isEqualTo(SipStatus.ANONYMITY_DISALLOWED);
    return reject.reason();
  }

  @ParameterizedTest
  @ValueSource(strings = {"REJECT", "VOICEMAIL", "PROMPT_AND_REJECT"})
  void offNetAlwaysRejects(String action) {
    Fixture call = call().callerHas("blockIncomingAnonymous", true).header("Privacy", "id").byCarrier();
    Fixture set = new Fixture(call.fromUser(), call.fromHost(), call.headers(), Fixture.account(1, "alice", Map.of("blockIncomingAnonymous", true, "incomingAnonymousAction", action)), null, call.leg(),
        call.digest()).cameIn();
    var reject = (Verdict.Reject) decide(PRESENT, set);
    assertThat(reject.status()).isEqualTo(SipStatus.ANONYMITY_DISALLOWED);
    assertThat(reject.reason()).contains("off-net always rejects").doesNotContain("answers as Reject");
  }

  @Test
  void offNetAnAccountsOwnCallsAreMeantOnlyIfTheOperatorSaysSo() {
    Fixture own = call().callerHas("blockIncomingAnonymous", true).header("Privacy", "id").byCarrier();
    assertThat(decide(PRESENT, own)).isEqualTo(HIDDEN);
    policy = policy("anonymous", "", OffNetBlock.EVERY);
    assertThat(decide(PRESENT, own)).isInstanceOf(Verdict.Reject.class);
    assertThat(decide(PRESENT, call().callerHas("blockIncomingAnonymous", true).byCarrier())).as("not anonymous").isEqualTo(Verdict.proceed());
  }

  // Hide Own CLI.

  @Test
  void hidesTheCallerOnEveryLegIfTheAccountOrTheCallWantsIt() {
    assertThat(decide(PRESENT, call().callerHas("hideOwnCli", true).byCarrier())).isEqualTo(HIDDEN);
    assertThat(decide(PRESENT, call().callerHas("hideOwnCli", true).toBob(Map.of()))).isEqualTo(HIDDEN);
    assertThat(decide(PRESENT, call().header("Privacy", "id").toBob(Map.of()))).isEqualTo(HIDDEN);
    assertThat(decide(PRESENT, call().from("anonymous", "anonymous.invalid").byCarrier())).isEqualTo(HIDDEN);
    assertThat(decide(PRESENT, call().byCarrier())).isEqualTo(Verdict.proceed());
  }

  @Test
  void hideOwnCliWinsOverPrivacyNone() {
    assertThat(decide(PRESENT, call().callerHas("hideOwnCli", true).header("Privacy", "none").byCarrier())).isEqualTo(HIDDEN);
  }

  @Test
  void onlyCarriersThatMayLearnTheNumberDo() {
    Fixture hidden = call().callerHas("hideOwnCli", true);
    Verdict told = Verdict.proceed(new Change.HideCaller(), new Change.AssertIdentity("14165550100"));
    policy = policy("anonymous", "other, ACME", OffNetBlock.INCOMING);
    assertThat(decide(PRESENT, hidden.byCarrier())).isEqualTo(told);
    policy = policy("anonymous", "*", OffNetBlock.INCOMING);
    assertThat(decide(PRESENT, hidden.byCarrier())).isEqualTo(told);
    assertThat(decide(PRESENT, hidden.toBob(Map.of()))).as("an account never does").isEqualTo(HIDDEN);
    policy = policy("anonymous", "other", OffNetBlock.INCOMING);
    assertThat(decide(PRESENT, hidden.byCarrier())).isEqualTo(HIDDEN);
  }

  // RFC 3323.

  @Test
  void aCriticalWishThatCannotBeMetIsRefused() {
    var reject = (Verdict.Reject) decide(SCREEN, call().header("Privacy", "session;critical"));
    assertThat(reject.status().code()).isEqualTo(500);
    for (String possible : List.of("id;critical", "session", "header;user;critical", "session;critical;none")) {
      assertThat(decide(SCREEN, call().header("Privacy", possible))).as(possible).isEqualTo(Verdict.proceed());
    }
  }
}
