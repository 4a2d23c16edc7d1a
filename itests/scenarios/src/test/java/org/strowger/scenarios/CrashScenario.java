package org.strowger.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.strowger.scenarios.World.SOON;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.strowger.phone.Behaviour;
import org.strowger.phone.OutgoingCall;
import org.strowger.phone.Phone;
import org.strowger.phone.TransportKind;
import org.strowger.phone.Waiting;
import org.strowger.scenarios.World.Subscriber;

/** The process is killed with a call up: afterwards the ledger is true. */
class CrashScenario {

  @Test
  void aCallThatWasUpIsChargedOnceAndNoHoldSurvives() throws Exception {
    try (Switch own = Switch.start("crash"); var world = new World(own)) {
      var peer = world.peer().otherwise(Behaviour.answer());
      Subscriber alice = world.account(world.plan(world.tariff("", "1=0.60")), world.group(world.carrier(peer, null, "")), "5", "0");
      Phone phone = world.phone(alice, TransportKind.UDP);

      OutgoingCall ended = phone.call("14165550100");
      ended.awaitAnswered(SOON);
      ended.hangup();
      List<JsonNode> before = world.cdrs(alice, 1);

      OutgoingCall up = phone.call("14165550101");
      up.awaitAnswered(SOON);
      Waiting.until(() -> System.nanoTime() - up.answeredNanos() > 4_000_000_000L, SOON);
      own.kill();
      long talked = (System.nanoTime() - up.answeredNanos()) / 1_000_000_000L + 1;
      own.start();

      List<JsonNode> cdrs = world.cdrs(alice, 2);
      assertThat(cdrs).hasSize(2);
      assertThat(cdrs).contains(before.get(0));
      JsonNode crashed = cdrs.stream().filter(cdr -> cdr.get("crashed").asBoolean()).findFirst().orElseThrow();
      assertThat(crashed.get("cld").asText()).isEqualTo("14165550101");
      assertThat(crashed.get("billedSeconds").asLong()).isBetween(talked - 4, talked);
      BigDecimal charged = cdrs.stream().map(cdr -> new BigDecimal(cdr.at("/cost/amount").asText())).reduce(BigDecimal.ZERO, BigDecimal::add);
      assertThat(world.balance(alice)).isEqualByComparingTo(new BigDecimal("5").subtract(charged));
      assertThat(world.held(alice)).isZero();
      assertThat(world.rest.get("/calls")).isEmpty();

      OutgoingCall again = phone.call("14165550102");
      again.awaitAnswered(SOON);
      again.hangup();
      assertThat(world.cdrs(alice, 3)).hasSize(3);
    }
  }
}
