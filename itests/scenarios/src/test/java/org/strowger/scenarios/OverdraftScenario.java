package org.strowger.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.strowger.scenarios.World.SOON;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.strowger.phone.Behaviour;
import org.strowger.phone.Call.State;
import org.strowger.phone.Carrier;
import org.strowger.phone.IncomingCall;
import org.strowger.phone.OutgoingCall;
import org.strowger.phone.Phone;
import org.strowger.phone.TransportKind;
import org.strowger.phone.Waiting;
import org.strowger.scenarios.World.Subscriber;

/** Many calls at once on one prepaid balance: together they never talk longer than it pays for. */
@ExtendWith(SharedSwitch.class)
class OverdraftScenario {

  private static final int CALLS = 10;
  private static final String NUMBER = "14165550100";
  /** All of the money in one call, and the time it takes to notice. */
  private static final Duration ALL_TALKED = Duration.ofSeconds(130);

  private static final Duration LATE = Duration.ofSeconds(1);

  private World world;
  private Random random;
  private Carrier peer;

  @BeforeEach
  void open(Switch at) {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("seed " + seed);
    random = new Random(seed);
    world = new World(at);
    peer = world.peer().otherwise(Behaviour.answer());
  }

  @AfterEach
  void close() throws Exception {
    world.close();
  }

  private Subscriber payer(String rate, String creditLimit) {
    return world.account(world.plan(world.tariff("", rate)), world.group(world.carrier(peer, null, "")), "1.00", creditLimit);
  }

  /** Ten INVITEs as fast as they can be sent; the callee answers each after 0 to 3 s and never hangs up. */
  private List<OutgoingCall> flood(Phone phone) {
    peer.phone().onCall(call -> Behaviour.answerAfter(Duration.ofMillis(random.nextInt(3_000))));
    var calls = new ArrayList<OutgoingCall>();
    long begin = System.nanoTime();
    for (int i = 0; i < CALLS; i++) {
      calls.add(phone.call(NUMBER));
    }
    System.out.println("| overdraft | " + CALLS + " INVITEs sent | within " + (System.nanoTime() - begin) / 1_000_000 + " ms |");
    return calls;
  }

  private static void awaitEnd(List<OutgoingCall> calls, Duration limit) {
    Waiting.until(() -> calls.stream().allMatch(call -> call.state() == State.ENDED || call.state() == State.FAILED), limit);
  }

  /** Long enough to be billed: half a second rounds up. */
  private static void talk(OutgoingCall call) {
    call.awaitAnswered(SOON);
    Waiting.until(() -> System.nanoTime() - call.answeredNanos() > 600_000_000L, SOON);
    call.hangup();
  }

  private BigDecimal checkBooks(Subscriber payer, List<OutgoingCall> calls, String opening, String creditLimit) {
    List<JsonNode> cdrs = world.cdrs(payer, CALLS);
    assertThat(cdrs).hasSize(CALLS);
    BigDecimal charged = cdrs.stream().map(cdr -> new BigDecimal(cdr.at("/cost/amount").asText())).reduce(BigDecimal.ZERO, BigDecimal::add);
    assertThat(world.balance(payer)).isEqualByComparingTo(new BigDecimal(opening).subtract(charged)).isGreaterThanOrEqualTo(new BigDecimal(creditLimit).negate());
    Waiting.until(() -> world.held(payer).signum() == 0, SOON);
    for (JsonNode cdr : cdrs) {
      if (cdr.get("result").asInt() == 0) {
        assertThat(world.at.shell("call:explain " + cdr.get("call").asText())).contains(new BigDecimal(cdr.at("/cost/amount").asText()).stripTrailingZeros().toPlainString());
      }
    }
    return charged;
  }

  /** Who talked was cut off, on both legs, when what it was granted had passed. */
  private void checkCuts(Subscriber payer, List<OutgoingCall> calls) {
    List<JsonNode> cdrs = world.cdrs(payer, CALLS);
    long latest = Long.MIN_VALUE;
    int cut = 0;
    for (OutgoingCall call : calls) {
      if (call.state() == State.ENDED) {
        assertThat(call.endedByRemote()).as("the switch ended call %s", call.callId()).isTrue();
        JsonNode cdr = cdrs.stream().filter(each -> each.get("sipCallId").asText().equals(call.callId())).findFirst().orElseThrow();
        long late = call.endedNanos() - call.answeredNanos() - cdr.get("billedSeconds").asLong() * 1_000_000_000L;
        assertThat(late).as("nanoseconds that call %s went past its %s s", call.callId(), cdr.get("billedSeconds")).isLessThanOrEqualTo(LATE.toNanos());
        latest = Math.max(latest, late);
        cut++;
      }
    }
    assertThat(cut).as("calls that were cut off").isPositive();
    List<IncomingCall> answered = peer.calls(NUMBER).stream().filter(out -> out.answeredNanos() != 0).toList();
    assertThat(answered).hasSizeGreaterThanOrEqualTo(cut).allSatisfy(out -> {
      assertThat(out.state()).isEqualTo(State.ENDED);
      assertThat(out.endedByRemote()).isTrue();
    });
    System.out.println("| overdraft | " + CALLS + " calls on one balance, " + cut + " cut off | latest BYE " + latest / 1_000_000 + " ms after the limit |");
  }

  private long billed(Subscriber payer) {
    return world.cdrs(payer, CALLS).stream().mapToLong(cdr -> cdr.get("billedSeconds").asLong()).sum();
  }

  @ParameterizedTest
  @CsvSource({"0, 95, 100", "0.40, 135, 140"})
  void tenCallsTalkForWhatOneBalancePays(String creditLimit, long least, long most) {
    Subscriber payer = payer("1=0.60", creditLimit);
    Phone phone = world.phone(payer, TransportKind.UDP);
    List<OutgoingCall> calls = flood(phone);
    awaitEnd(calls, ALL_TALKED);
    checkBooks(payer, calls, "1.00", creditLimit);
    assertThat(billed(payer)).isBetween(least, most);
    for (IncomingCall out : peer.calls(NUMBER)) {
      out.awaitHangup(SOON);
    }
    checkCuts(payer, calls);
    phone.assertClean();
  }

  @Test
  void wholeMinutesLetOneConnectAndRefuseNine() {
    Subscriber payer = payer("1=0.60=60/60", "0");
    Phone phone = world.phone(payer, TransportKind.UDP);
    List<OutgoingCall> calls = flood(phone);
    Waiting.until(() -> calls.stream().filter(call -> call.state() == State.FAILED).count() == CALLS - 1, SOON);
    OutgoingCall up = calls.stream().filter(call -> call.state() != State.FAILED).findFirst().orElseThrow();
    talk(up);
    checkBooks(payer, calls, "1.00", "0");
    assertThat(world.balance(payer)).isEqualByComparingTo("0.40");
    assertThat(world.cdrs(payer, CALLS).stream().filter(cdr -> cdr.get("reason").asText().contains("available"))).hasSize(CALLS - 1);
  }

  @Test
  void moneyThatIsHeldCannotBeTakenAway() {
    Subscriber payer = payer("1=0.60=60/60", "0");
    Phone phone = world.phone(payer, TransportKind.UDP);
    OutgoingCall call = phone.call(NUMBER);
    call.awaitAnswered(SOON);
    var refused = world.rest.send("POST", "/accounts/" + payer.id() + "/debit", "{\"amount\":{\"amount\":\"0.50\",\"currency\":\"USD\"},\"notes\":\"too much\"}");
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.text()).contains("0.4");
    talk(call);
    world.cdrs(payer, 1);
    assertThat(world.balance(payer)).isEqualByComparingTo("0.40");
  }

  @Test
  void aCreditLimitIsMoneyToo() {
    Subscriber payer = payer("1=0.60=60/60", "0.40");
    Phone phone = world.phone(payer, TransportKind.UDP);
    List<OutgoingCall> calls = flood(phone);
    Waiting.until(() -> calls.stream().filter(call -> call.state() == State.FAILED).count() == CALLS - 2, SOON);
    calls.stream().filter(call -> call.state() != State.FAILED).forEach(OverdraftScenario::talk);
    checkBooks(payer, calls, "1.00", "0.40");
    assertThat(world.balance(payer)).isEqualByComparingTo("-0.20");
  }
}
