package org.strowger.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.strowger.scenarios.World.SOON;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.strowger.phone.Behaviour;
import org.strowger.phone.IncomingCall;
import org.strowger.phone.OutgoingCall;
import org.strowger.phone.Phone;
import org.strowger.phone.TransportKind;
import org.strowger.phone.Waiting;
import org.strowger.scenarios.World.Subscriber;

/** A stop with calls up ends them in order: both sides are told, and what they owe is booked as of any other call. */
@OwnSwitch
class StopScenario {

  @Test
  void callsThatAreUpAreSettledByTheStop() throws Exception {
    try (Switch own = Switch.start("stop"); var world = new World(own)) {
      var peer = world.peer();
      peer.on("14165550101", Behaviour.ringForEver()).otherwise(Behaviour.answer());
      Subscriber alice = world.account(world.plan(world.tariff("", "1=0.60")), world.group(world.carrier(peer, null, "")), "5", "0");
      Phone phone = world.phone(alice, TransportKind.UDP);
      OutgoingCall up = phone.call("14165550100");
      up.awaitAnswered(SOON);
      OutgoingCall rings = phone.call("14165550101");
      rings.awaitRinging(SOON);
      Waiting.until(() -> System.nanoTime() - up.answeredNanos() > 2_000_000_000L, SOON);

      own.stop();
      up.awaitHangup(SOON);
      long talked = (up.endedNanos() - up.answeredNanos()) / 1_000_000_000L;
      IncomingCall out = peer.calls("14165550100").get(0);
      out.awaitHangup(SOON);
      assertThat(rings.awaitFinal(SOON).status()).isGreaterThanOrEqualTo(480);
      own.start();

      assertThat(world.cdrs(alice, 2)).hasSize(2).allSatisfy(cdr -> assertThat(cdr.get("crashed").asBoolean()).isFalse());
      JsonNode ended = world.cdrs(alice, 2).stream().filter(cdr -> cdr.get("cld").asText().equals("14165550100")).findFirst().orElseThrow();
      assertThat(ended.get("reason").asText()).contains("stops");
      assertThat(ended.get("billedSeconds").asLong()).isBetween(talked, talked + 1);
      assertThat(world.balance(alice)).isEqualByComparingTo(new BigDecimal(500 - ended.get("billedSeconds").asLong()).movePointLeft(2));
      assertThat(own.shell("call:explain " + ended.get("call").asText())).contains("the switch stops").contains("is charged");
    }
  }
}
