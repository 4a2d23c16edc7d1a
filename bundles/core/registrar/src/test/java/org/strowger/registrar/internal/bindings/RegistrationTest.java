package org.strowger.registrar.internal.bindings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.strowger.registrar.internal.bindings.Registers.accepted;
import static org.strowger.registrar.internal.bindings.Registers.expiresByContact;
import static org.strowger.registrar.internal.bindings.Registers.register;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.strowger.registrar.internal.bindings.Registration.Accepted;
import org.strowger.registrar.internal.bindings.Registration.Outcome;
import org.strowger.registrar.internal.bindings.Registration.Refused;
import org.strowger.sip.api.SipUri;

class RegistrationTest {

  private static final Limits LIMITS = new Limits(60, 3600, 1800, 3);
  private static final String DESK = "sip:1001@10.0.0.5:5060";
  private static final String SOFT = "sip:1001@10.0.0.6:5070;transport=tcp";

  private final Instant now = Instant.parse("2026-11-21T12:00:00Z");

  private Outcome of(List<Bound> before, Registers register) {
    return Registration.of(before, register.request(), LIMITS, now);
  }

  private List<Bound> bound(String... contacts) {
    List<Bound> bindings = List.of();
    int number = 0;
    for (String contact : contacts) {
      bindings = accepted(of(bindings, register("1001").contact(contact).callId("client " + number++, 1)));
    }
    return bindings;
  }

  private Map<String, Integer> listed(Outcome outcome) {
    return expiresByContact(((Accepted) outcome).contacts(now));
  }

  @Test
  void listsAllBindingsWithTheirExpiry() {
    List<Bound> desk = bound(DESK);
    Outcome both = of(desk, register("1001").contact(SOFT, "expires=90").callId("other", 1));
    assertThat(listed(both)).isEqualTo(Map.of(DESK, 1800, SOFT, 90));
    assertThat(listed(of(accepted(both), register("1001").callId("query", 1)))).isEqualTo(Map.of(DESK, 1800, SOFT, 90));
  }

  @ParameterizedTest
  @CsvSource({"120,,120", "120,300,120", ",300,300", ",,1800", "99999,,3600", ",99999999999,1800", "soon,,1800", "-1,,1800", ",60,60"})
  void howLong(String own, String header, int seconds) {
    var register = register("1001").contact(DESK, own == null ? new String[0] : new String[] {"expires=" + own});
    if (header != null) {
      register.header("Expires", header);
    }
    assertThat(listed(of(List.of(), register))).isEqualTo(Map.of(DESK, seconds));
  }

  @Test
  void tooShortIsRefusedWithTheLeastThatIsAllowed() {
    assertThat(of(List.of(), register("1001").contact(DESK, "expires=59"))).isEqualTo(new Refused(423, "", 60));
    assertThat(of(List.of(), register("1001").contact(SOFT).contact(DESK, "expires=1"))).as("all or nothing").isInstanceOf(Refused.class);
  }

  @Test
  void zeroRemovesOneContact() {
    assertThat(listed(of(bound(DESK, SOFT), register("1001").contact(DESK, "expires=0").callId("third", 9)))).isEqualTo(Map.of(SOFT, 1800));
    assertThat(listed(of(bound(SOFT), register("1001").contact(DESK).header("Expires", "0").callId("third", 9)))).as("removing what is not there").isEqualTo(Map.of(SOFT, 1800));
  }

  @Test
  void starRemovesAllAndStandsAlone() {
    assertThat(accepted(of(bound(DESK, SOFT), register("1001").contact("*").header("Expires", "0").callId("third", 1)))).isEmpty();
    assertThat(of(bound(DESK), register("1001").contact("*"))).extracting("status").isEqualTo(400);
    assertThat(of(bound(DESK), register("1001").contact("*").header("Expires", "60"))).extracting("status").isEqualTo(400);
    assertThat(of(bound(DESK), register("1001").contact("*").contact(SOFT).header("Expires", "0"))).extracting("status").isEqualTo(400);
  }

  @Test
  void anOlderRegisterOfTheSameClientIsRefused() {
    List<Bound> before = accepted(of(List.of(), register("1001").contact(DESK).callId("client", 7)));
    assertThat(of(before, register("1001").contact(DESK, "expires=0").callId("client", 6))).extracting("status").isEqualTo(400);
    assertThat(of(before, register("1001").contact("*").header("Expires", "0").callId("client", 6))).extracting("status").isEqualTo(400);
    assertThat(of(before, register("1001").contact(SOFT).contact(DESK).callId("client", 6))).as("all or nothing").extracting("status").isEqualTo(400);
    assertThat(accepted(of(before, register("1001").contact(DESK, "expires=0").callId("client", 8)))).isEmpty();
    assertThat(accepted(of(before, register("1001").contact(DESK, "expires=0").callId("rebooted", 1)))).isEmpty();
  }

  @Test
  void theSameRegisterAgainHasTheSameResult() {
    var register = register("1001").contact(DESK).contact(SOFT, "q=0.3").callId("client", 7);
    List<Bound> once = accepted(of(List.of(), register));
    assertThat(accepted(of(once, register))).isEqualTo(once);
  }

  @Test
  void expiredBindingsAreNoBindings() {
    List<Bound> before = bound(DESK);
    Instant later = now.plusSeconds(1800);
    assertThat(accepted(Registration.of(before, register("1001").request(), LIMITS, later))).isEmpty();
    assertThat(accepted(Registration.of(before, register("1001").request(), LIMITS, later.minusMillis(1)))).hasSize(1);
    assertThat(expiresByContact(((Accepted) Registration.of(before, register("1001").request(), LIMITS, later.minusMillis(1))).contacts(later.minusMillis(1))))
        .containsValue(1);
  }

  @Test
  void theSameDeviceAtAnotherAddressReplacesItsBinding() {
    var first = register("1001").contact(DESK, "+sip.instance=\"<urn:uuid:1>\"", "reg-id=1").callId("a", 1);
    var moved = register("1001").contact(SOFT, "+sip.instance=\"<urn:uuid:1>\"", "reg-id=1").callId("b", 1);
    var secondFlow = register("1001").contact(DESK, "+sip.instance=\"<urn:uuid:1>\"", "reg-id=2").callId("c", 1);
    List<Bound> after = accepted(of(accepted(of(List.of(), first)), moved));
    assertThat(after).extracting(Bound::key).containsExactly(SOFT);
    assertThat(accepted(of(after, secondFlow))).hasSize(2);
  }

  @Test
  void pastTheLimitTheOneNotRefreshedForLongestGoes() {
    List<Bound> before = new ArrayList<>();
    Instant at = now;
    for (int i = 0; i < 3; i++, at = at.plusSeconds(1)) {
      before = new ArrayList<>(accepted(Registration.of(before, register("1001").contact("sip:1001@10.0.0." + i).callId("client " + i, 1).request(), LIMITS, at)));
    }
    before = accepted(Registration.of(before, register("1001").contact("sip:1001@10.0.0.0").callId("client 0", 2).request(), LIMITS, at));
    List<Bound> after = accepted(Registration.of(before, register("1001").contact("sip:1001@10.0.0.9").callId("new", 1).request(), LIMITS, at.plusSeconds(1)));
    assertThat(after).extracting(bound -> bound.contact().host()).containsExactlyInAnyOrder("10.0.0.2", "10.0.0.0", "10.0.0.9");
    var many = register("1001");
    for (int i = 0; i < 4; i++) {
      many.contact("sip:1001@10.0.1." + i);
    }
    assertThat(of(before, many)).extracting("status").isEqualTo(400);
  }

  @Test
  void keepsPathFlowAndQ() {
    Bound bound = accepted(of(List.of(), register("1001").contact(DESK, "q=0.75").path("sip:edge.example;lr").header("User-Agent", "phone\u0007 1.0"))).get(0);
    assertThat(bound.path()).containsExactly(SipUri.parse("sip:edge.example;lr"));
    assertThat(bound.flow()).isEqualTo(Registers.NAT);
    assertThat(bound.qThousandths()).isEqualTo(750);
    assertThat(bound.userAgent()).isEqualTo("phone  1.0");
  }

  @ParameterizedTest
  @CsvSource({"1,1000", "1.0,1000", "0,0", "0.,0", "0.5,500", "0.123,123", "0.1234,1000", "2,1000", "-0.5,1000", "1e-3,1000", "abc,1000"})
  void q(String text, int thousandths) {
    assertThat(accepted(of(List.of(), register("1001").contact(DESK, "q=" + text))).get(0).qThousandths()).isEqualTo(thousandths);
  }

  @Test
  void hostileInput() {
    assertThat(of(List.of(), register("1001").contact("tel:+14165551234"))).extracting("status").isEqualTo(400);
    assertThat(of(List.of(), register("1001").contact("sip:" + "%FF".repeat(300) + "@10.0.0.1"))).extracting("status").isEqualTo(400);
    assertThat(of(List.of(), register("1001").contact(DESK).callId("x".repeat(513), 1))).extracting("status").isEqualTo(400);
    Bound bound = accepted(of(List.of(), register("1001").contact(DESK, "x=" + "y".repeat(5000)).header("User-Agent", "z".repeat(5000)))).get(0);
    assertThat(bound.parameters()).isEmpty();
    assertThat(bound.userAgent()).hasSize(256);
  }

  /** RFC 4475 3.3.12 to 3.3.14: what a parameter belongs to, and the headers of a URI, are kept. */
  @Test
  void contactsAreGivenBackAsTheyCame() {
    String escaped = "sip:user@example.com?Route=%3Csip:sip.example.com%3E";
    assertThat(listed(of(List.of(), register("1001").contact(escaped).contact(DESK + ";unknownparam")))).containsOnlyKeys(escaped, DESK + ";unknownparam");
    Bound bound = accepted(of(List.of(), register("1001").contact(DESK, "unknownparam"))).get(0);
    assertThat(bound.contact()).hasToString(DESK);
    assertThat(bound.listed(now).parameters()).containsEntry("unknownparam", "");
  }

  /** Examples of RFC 3261 19.1.4. */
  @ParameterizedTest
  @CsvSource(quoteCharacter = '`', value = {
      "sip:%61lice@atlanta.com;transport=TCP,sip:alice@AtLanTa.CoM;Transport=tcp,true",
      "sip:carol@chicago.com,sip:carol@chicago.com;newparam=5,true",
      "sip:carol@chicago.com;security=on,sip:carol@chicago.com;newparam=5,true",
      "sip:carol@chicago.com;security=on,sip:carol@chicago.com;security=off,false",
      "sip:alice@atlanta.com,sip:ALICE@AtLanTa.CoM,false",
      "sip:bob@biloxi.com,sip:bob@biloxi.com:5060,false",
      "sip:bob@biloxi.com,sip:bob@biloxi.com;transport=udp,false",
      "sip:bob@biloxi.com,sip:bob@biloxi.com:6000;transport=tcp,false",
      "sip:bob@phone21.boxesbybob.com,sip:bob@192.0.2.4,false",
      "sip:bob@biloxi.com,sips:bob@biloxi.com,false",
      "sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com,sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com,true",
      "sip:alice@atlanta.com?subject=project%20x&priority=urgent,sip:alice@atlanta.com?priority=urgent&subject=project%20x,true",
      "sip:carol@chicago.com,sip:carol@chicago.com?Subject=next%20meeting,false"})
  void sameUri(String one, String other, boolean same) {
    assertThat(SameUri.same(SipUri.parse(one), SipUri.parse(other))).isEqualTo(same);
    assertThat(SameUri.same(SipUri.parse(other), SipUri.parse(one))).isEqualTo(same);
  }

  /** Whatever clients do, one URI is bound once, never more contacts than allowed, and what is bound lives. */
  @Test
  void randomRegistersKeepTheRules() {
    long seed = System.nanoTime();
    var random = new Random(seed);
    List<Bound> bindings = List.of();
    Instant at = now;
    for (int i = 0; i < 3000; i++) {
      at = at.plusSeconds(random.nextInt(200));
      var register = register("1001").callId("client " + random.nextInt(4), random.nextInt(50));
      for (int contacts = random.nextInt(3); contacts > 0; contacts--) {
        register.contact("sip:1001@10.0.0." + random.nextInt(6) + (random.nextBoolean() ? ";ob" : ""), "expires=" + random.nextInt(4) * 100, "q=0." + random.nextInt(10));
      }
      Outcome outcome = Registration.of(bindings, register.request(), LIMITS, at);
      if (outcome instanceof Accepted accepted) {
        bindings = accepted.bindings();
        Instant then = at;
        assertThat(bindings).as("seed %d, step %d", seed, i).hasSizeLessThanOrEqualTo(3).allMatch(bound -> bound.isLive(then));
        for (Bound one : bindings) {
          assertThat(bindings.stream().filter(other -> SameUri.same(one.contact(), other.contact()))).as("seed %d, step %d", seed, i).hasSize(1);
        }
      }
    }
  }
}
