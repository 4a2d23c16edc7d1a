package org.strowger.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.strowger.scenarios.World.SOON;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.strowger.kernel.CallId;
import org.strowger.phone.Behaviour;
import org.strowger.phone.Call.State;
import org.strowger.phone.Carrier;
import org.strowger.phone.IncomingCall;
import org.strowger.phone.OutgoingCall;
import org.strowger.phone.Phone;
import org.strowger.phone.TransportKind;
import org.strowger.phone.Waiting;
import org.strowger.scenarios.World.Subscriber;

/** Ten INVITEs within 50 ms on one prepaid balance of 1.00; each is answered after 0 to 3 s (seeded), and the callees never hang up. */
final class Burst {

  static final int CALLS = 10;
  private static final Duration AT_ONCE = Duration.ofMillis(50);
  private static final int TRIES = 10;
  private static final Duration LATE = Duration.ofSeconds(1);
  private static final String CHARGED = " is charged ";
  private static final Pattern PAID_FOR = Pattern.compile("^(\\d+) s are paid for");

  final Subscriber payer;
  final List<OutgoingCall> calls = new ArrayList<>();
  private final World world;
  private final Phone phone;
  private final Carrier peer;
  private final String creditLimit;

  private Burst(World world, Random random, String rate, String creditLimit) {
    this.world = world;
    this.creditLimit = creditLimit;
    peer = world.peer();
    List<Duration> delays = random.ints(CALLS, 0, 3_000).mapToObj(Duration::ofMillis).toList();
    peer.phone().onCall(in -> Behaviour.answerAfter(delays.get(Integer.parseInt(in.cld().substring(in.cld().length() - 2)))));
    payer = world.account(world.plan(world.tariff("", rate)), world.group(world.carrier(peer, null, "")), "1.00", creditLimit);
    phone = world.phone(payer, TransportKind.UDP);
    phone.options();
  }

  /**
   * A machine that is busy with something else may not let us send them in time: then once more, with another account, up to {@value #TRIES} times.
   *
   * @param rate prefix=price a minute=intervals
   */
  static Burst of(World world, String rate, String creditLimit) {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("seed " + seed);
    var random = new Random(seed);
    Duration took = null;
    for (int i = 0; i < TRIES; i++) {
      var burst = new Burst(world, random, rate, creditLimit);
      took = burst.send();
      System.out.println("| overdraft | " + CALLS + " INVITEs sent | within " + took.toMillis() + " ms |");
      if (took.compareTo(AT_ONCE) <= 0) {
        return burst;
      }
      burst.calls.forEach(OutgoingCall::hangup);
      burst.awaitEnd(SOON);
    }
    throw new AssertionError(CALLS + " INVITEs were to be sent within " + AT_ONCE + ", " + TRIES + " times they were not; the last took " + took);
  }

  /** Every call has a number of its own, by which its two legs are known. */
  private static String number(int i) {
    return "141655501%02d".formatted(i);
  }

  private Duration send() {
    long begin = System.nanoTime();
    IntStream.range(0, CALLS).forEach(i -> calls.add(phone.call(number(i))));
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  private Stream<OutgoingCall> in(State state) {
    return calls.stream().filter(call -> call.state() == state);
  }

  long refused() {
    return in(State.FAILED).count();
  }

  void awaitAllAnswered() {
    Waiting.until("all are answered", () -> in(State.ANSWERED).count() == CALLS, SOON);
  }

  void awaitEnd(Duration limit) {
    Waiting.until("every call is over", () -> in(State.ENDED).count() + refused() == CALLS, limit);
    legs().forEach(leg -> leg.awaitHangup(SOON));
  }

  /** The answered calls on the carrier's side. */
  private List<IncomingCall> legs() {
    return peer.calls().stream().filter(leg -> leg.answeredNanos() != 0).toList();
  }

  private JsonNode cdr(OutgoingCall call) {
    return world.cdrs(payer, CALLS).stream().filter(each -> each.get("sipCallId").asText().equals(call.callId())).findFirst().orElseThrow();
  }

  long billedSeconds() {
    return world.cdrs(payer, CALLS).stream().mapToLong(cdr -> cdr.get("billedSeconds").asLong()).sum();
  }

  /** CDRs, ledger, balance and {@code call:explain} say the same, to the last decimal. */
  void checkBooks() {
    List<JsonNode> cdrs = world.cdrs(payer, CALLS);
    assertThat(cdrs).hasSize(CALLS);
    Waiting.until("nothing is held", () -> world.held(payer).signum() == 0, SOON);
    BigDecimal charged = BigDecimal.ZERO;
    for (JsonNode cdr : cdrs) {
      var cost = new BigDecimal(cdr.at("/cost/amount").asText());
      charged = charged.add(cost);
      long seconds = cdr.get("billedSeconds").asLong();
      assertThat(world.at.booked(CallId.parse(cdr.get("call").asText()).value(), payer.id())).as("entries of the call in %s", cdr).isEqualByComparingTo(cost.negate());
      assertThat(charges(cdr)).as("what call:explain says of %s", cdr)
          .containsExactly("account:" + payer.id() + " is charged " + cost.stripTrailingZeros().toPlainString() + " USD for " + seconds + " s");
    }
    assertThat(world.balance(payer)).isEqualByComparingTo(new BigDecimal("1.00").subtract(charged)).isGreaterThanOrEqualTo(new BigDecimal(creditLimit).negate());
  }

  private List<String> steps(JsonNode cdr) {
    String path = "/calls/" + cdr.get("call").asText() + "/trace";
    Waiting.until("the trace is there", () -> world.rest.send("GET", path, null).status() == 200, SOON);
    var steps = new ArrayList<String>();
    world.rest.get(path).get("steps").forEach(step -> steps.add(step.get("what").asText()));
    return steps;
  }

  private List<String> charges(JsonNode cdr) {
    // Call control hears of the commit behind whoever asks the database.
    Waiting.until("the trace says who is charged", () -> steps(cdr).stream().anyMatch(step -> step.contains(CHARGED)), SOON);
    return steps(cdr).stream().filter(step -> step.contains(CHARGED)).toList();
  }

  /**
   * Who talked was cut off, on both legs, within a second after what was granted had passed, and neither before. Not before is counted from the callee's
   * answer, the second from when the switch had it, as its CDR says: what is granted begins then.
   *
   * @return how many
   */
  int checkCuts() {
    List<OutgoingCall> cut = in(State.ENDED).toList();
    Instant now = Instant.now();
    long nanos = System.nanoTime();
    long latest = 0;
    for (OutgoingCall call : cut) {
      JsonNode cdr = cdr(call);
      IncomingCall leg = legs().stream().filter(each -> each.cld().equals(cdr.get("cld").asText())).findFirst().orElseThrow();
      assertThat(call.endedByRemote()).as("the switch ended call %s", call.callId()).isTrue();
      assertThat(leg.endedByRemote()).as("the switch ended the callee's leg of call %s", call.callId()).isTrue();
      assertThat(cdr.get("reason").asText()).isEqualTo("granted time over");
      long granted = granted(cdr);
      assertThat(cdr.get("billedSeconds").asLong()).as("seconds billed by %s", cdr).isEqualTo(granted);
      Instant limit = Instant.parse(cdr.get("connectTime").asText()).plusSeconds(granted);
      for (long end : new long[] {call.endedNanos(), leg.endedNanos()}) {
        assertThat(end - leg.answeredNanos()).as("nanoseconds of call %s, granted %s s", call.callId(), granted).isGreaterThanOrEqualTo(granted * 1_000_000_000L);
        Duration late = Duration.between(limit, now.minusNanos(nanos - end));
        assertThat(late).as("from the %s s of call %s to its BYE", granted, call.callId()).isLessThanOrEqualTo(LATE);
        latest = Math.max(latest, late.toMillis());
      }
    }
    System.out.println("| overdraft | " + CALLS + " calls on a balance of 1.00 and a credit limit of " + creditLimit + ", " + refused() + " refused, " + cut.size() + " cut off | "
        + billedSeconds() + " s billed, balance " + world.balance(payer) + " | latest BYE " + latest + " ms after the limit |");
    assertThat(legs()).as("answered calls").hasSize(cut.size());
    phone.assertClean();
    peer.phone().assertClean();
    return cut.size();
  }

  /** What the ledger granted last, as the trace has it. */
  private long granted(JsonNode cdr) {
    return steps(cdr).stream().map(PAID_FOR::matcher).filter(Matcher::find).reduce((first, second) -> second).map(found -> Long.parseLong(found.group(1))).orElseThrow();
  }

  /** Each refused call was so for want of money, and its CDR says how much there was. */
  void checkRefusals(String available) {
    in(State.FAILED).forEach(call -> {
      assertThat(call.awaitFailed(SOON).status()).isEqualTo(402);
      JsonNode cdr = cdr(call);
      assertThat(cdr.get("result").asInt()).isEqualTo(402);
      assertThat(cdr.get("reason").asText()).isEqualTo("insufficient funds: account:" + payer.id() + " has " + available + " USD available, 0.6 USD needed for the first 10 s");
    });
  }

  /** Money that is held cannot be taken away: the refusal says so, and nothing is booked. */
  void checkDebitIsRefused(String held) {
    assertThat(world.held(payer)).isEqualByComparingTo(held);
    var refused = world.rest.send("POST", "/accounts/" + payer.id() + "/debit", "{\"amount\":{\"amount\":\"0.50\",\"currency\":\"USD\"},\"notes\":\"too much\"}");
    assertThat(refused.status()).as(refused.text()).isEqualTo(409);
    assertThat(refused.text()).contains(new BigDecimal(held).stripTrailingZeros().toPlainString() + " USD are held for calls");
    assertThat(world.rest.get("/accounts/" + payer.id() + "/payments")).as("the opening balance alone").hasSize(1);
    assertThat(world.balance(payer)).isEqualByComparingTo("1.00");
  }
}
