package org.strowger.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.strowger.scenarios.World.SOON;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.strowger.phone.Behaviour;
import org.strowger.phone.Exchange;
import org.strowger.phone.OutgoingCall;
import org.strowger.phone.Phone;
import org.strowger.phone.TransportKind;
import org.strowger.phone.Waiting;
import org.strowger.scenarios.World.Subscriber;

/** The process is killed with a call up: afterwards the ledger is true, and whoever was told that he is registered is. */
@OwnSwitch
class CrashScenario {

  private static final int PHONES = 12;

  @Test
  void aCallIsChargedOnceNoHoldSurvivesAndRegistrationsDo() throws Exception {
    try (Switch own = Switch.start("crash"); var world = new World(own)) {
      var registering = new ArrayList<Registering>();
      for (int i = 0; i < PHONES; i++) {
        Subscriber subscriber = world.subscriber();
        registering.add(new Registering(subscriber, world.phone(subscriber, UnaryOperator.identity())));
      }
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
      registering.forEach(Registering::begin);
      Waiting.until("half are acknowledged", () -> registering.stream().filter(Registering::acknowledged).count() >= PHONES / 2, SOON);
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

      List<Registering> acknowledged = registering.stream().filter(Registering::acknowledged).toList();
      assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(PHONES / 2).allSatisfy(one -> one.assertCalled(world));
      own.stop();
      own.start();
      assertThat(acknowledged).as("after a restart in order too").allSatisfy(one -> one.assertCalled(world));

      OutgoingCall again = phone.call("14165550102");
      again.awaitAnswered(SOON);
      again.hangup();
      assertThat(world.cdrs(alice, 3)).hasSize(3);
    }
  }

  /** A phone whose REGISTER is under way when the switch is killed. */
  private static final class Registering {

    private final Subscriber subscriber;
    private final Phone phone;
    private Exchange register;

    private Registering(Subscriber subscriber, Phone phone) {
      this.subscriber = subscriber;
      this.phone = phone.onCall(Behaviour.answer());
    }

    void begin() {
      register = phone.registration(Duration.ofMinutes(5), UnaryOperator.identity());
    }

    boolean acknowledged() {
      return register.finalResponse().filter(response -> response.status() == 200).isPresent();
    }

    void assertCalled(World world) {
      assertThat(world.rest.get("/accounts/" + subscriber.id() + "/registrations")).hasSize(1);
      OutgoingCall call = world.phone(subscriber, UnaryOperator.identity()).call(subscriber.name());
      call.awaitAnswered(SOON);
      call.hangup();
    }
  }
}
