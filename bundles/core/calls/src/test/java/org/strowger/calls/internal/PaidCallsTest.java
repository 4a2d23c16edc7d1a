package org.strowger.calls.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.strowger.billing.api.CallEnd.ReleaseSource;
import org.strowger.billing.api.Cdr;
import org.strowger.billing.api.CdrQuery;
import org.strowger.billing.api.DurationRounding;
import org.strowger.billing.api.Payer;
import org.strowger.billing.api.PeriodPrice;
import org.strowger.billing.api.Quote;
import org.strowger.billing.api.RateSnapshot;
import org.strowger.billing.api.Reservation;
import org.strowger.billing.api.Reservation.Granted;
import org.strowger.billing.api.TimeOfDay;
import org.strowger.billing.api.TimeOfDayPricing;
import org.strowger.kernel.CallId;
import org.strowger.kernel.CarrierId;
import org.strowger.kernel.Money;
import org.strowger.kernel.TariffId;
import org.strowger.ledger.internal.RealLedger;
import org.strowger.sip.api.DialogId;
import org.strowger.sip.api.SipBody;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipRequest;

/**
 * Call control and the ledger itself on one movable clock: random tariffs, each with an account of its own and calls that are made, answered and
 * hung up when it falls. What was talked is measured at the two ends of the wire, and billing has to follow from that alone.
 */
class PaidCallsTest {

  private static final int TARIFFS = Size.of(120, 2_000);
  private static final int CALLS = 4;
  private static final Duration STEP = Duration.ofMillis(100);
  private static final Duration LATE = Duration.ofSeconds(1);
  private static final SipBody ANSWER = SipBody.sdp("v=0 answer");

  private final long seed = Long.getLong("seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final World world = new World(new Exchange.Settings(TARIFFS * CALLS, 1800, 90));
  private final FakeStack stack = world.stack;
  private final RealLedger ledger = new RealLedger(world.clock);
  private final List<Subscriber> subscribers = new ArrayList<>();
  private final List<Talk> talks = new ArrayList<>();
  private final PriorityQueue<Event> events = new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
  private final Map<DialogId, Talk> byDialog = new HashMap<>();
  /** What the ledger said last of each call. */
  private final Map<CallId, Granted> granted = new HashMap<>();
  private int seen;
  private int refusals;
  /** Answers in another hour than the question for money. */
  private int changes;
  private long order;

  private record Subscriber(String name, Payer payer, RateSnapshot rate, RateSnapshot buying, BigDecimal money, BigDecimal limit) {}

  private record Event(long at, long order, Runnable work) {}

  /** A call as its two ends saw it. Moments in ticks, 0 for never. */
  private static final class Talk {
    final Subscriber by;
    SipRequest in;
    FakeStack.Sent out;
    /** For want of money. */
    boolean refused;
    /** To carrier 2. */
    boolean failedOver;
    Instant made;
    Instant answeredAt;
    long answered;
    long hungUp;
    boolean byCaller;
    final List<Long> byes = new ArrayList<>();

    Talk(Subscriber by) {
      this.by = by;
    }

    Duration lasted(long until) {
      return Duration.ofNanos(until - answered);
    }
  }

  @Test
  void everyCallIsBilledForWhatWasTalkedAndNoneForMoreThanItsPayerHas() {
    System.out.println("seed " + seed);
    try (ledger) {
      world.services.ledger.bind(ledger.atOnce((call, answer) -> {
        if (answer instanceof Granted now) {
          granted.put(call, now);
        }
      }));
      world.selling = (cld, onNet) -> new Quote.Priced(subscriber(cld).rate());
      world.buying = cld -> new Quote.Priced(subscriber(cld).buying());
      world.carriers(World.carrier(1, 0), World.carrier(2, 0));
      for (int i = 1; i <= 2; i++) {
        ledger.funds().open(Payer.of(new CarrierId(i)), Money.zero(World.USD), Money.zero(World.USD), "test");
      }
      for (int i = 0; i < TARIFFS; i++) {
        subscribe(i);
      }
      live();
      check();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("seed " + seed, e);
    }
  }

  private Subscriber subscriber(String cld) {
    return subscribers.get(Integer.parseInt(cld.substring(2)));
  }

  private void subscribe(int number) {
    BigDecimal money = BigDecimal.valueOf(random.nextInt(random.nextInt(4) == 0 ? 10_000 : 400), 2);
    BigDecimal limit = random.nextInt(3) == 0 ? BigDecimal.valueOf(random.nextInt(100), 2) : BigDecimal.ZERO;
    Payer payer = Payer.of(world.account(100 + number, "s" + number).id());
    ledger.funds().open(payer, Money.of(money, World.USD), Money.of(limit, World.USD), "test");
    int change = 1 + random.nextInt(4);
    boolean timed = number % 3 == 0;
    var one = new Subscriber("s" + number, payer, tariff(number, timed ? hours(change) : null), tariff(TARIFFS + number, null), money, limit);
    subscribers.add(one);
    // Where the hour changes it does so while some ring.
    long first = timed ? 60_000 * change - random.nextInt(60_000) : random.nextInt(240_000);
    for (int i = random.nextInt(CALLS); i < CALLS; i++) {
      // Alone on the balance, or several within 50 ms.
      at(Duration.ofMillis(first + random.nextInt(50)), () -> call(one, number));
    }
  }

  /** @param later from now */
  private void at(Duration later, Runnable work) {
    events.add(new Event(world.clock.ticks() + later.toNanos(), order++, work));
  }

  private void call(Subscriber by, int number) {
    var talk = new Talk(by);
    talks.add(talk);
    talk.made = world.clock.now();
    BigDecimal needed = by.rate().cost(10, world.clock.now()).amount();
    BigDecimal available = ledger.funds().balance(by.payer()).orElseThrow().available().amount();
    boolean affordable = needed.signum() == 0 || needed.compareTo(available) <= 0;
    int before = stack.sent("INVITE").size();
    talk.in = stack.invite(by.name(), "44" + number);
    world.settle();
    boolean rings = stack.sent("INVITE").size() > before;
    assertThat(rings).as("rings where %s of %s are needed", needed, available).isEqualTo(affordable);
    if (!rings) {
      assertThat(stack.status(talk.in)).isEqualTo(402);
      talk.refused = true;
      return;
    }
    ring(talk);
    if (random.nextInt(8) == 0) {
      at(Duration.ofMillis(random.nextInt(3_000)), () -> failOver(talk));
    } else {
      at(Duration.ofMillis(random.nextBoolean() ? random.nextInt(3_000) : random.nextInt(110_000)), () -> answer(talk));
    }
  }

  private void ring(Talk talk) {
    talk.out = stack.last("INVITE");
    talk.out.reply(180);
    world.settle();
  }

  /** The first carrier fails; the second one rings, or nobody does for want of money by now. */
  private void failOver(Talk talk) {
    int before = stack.sent("INVITE").size();
    talk.failedOver = true;
    talk.out.reply(503);
    world.settle();
    if (stack.sent("INVITE").size() > before) {
      ring(talk);
      at(Duration.ofMillis(random.nextInt(30_000)), () -> answer(talk));
    } else {
      talk.refused = true;
      assertThat(stack.status(talk.in)).isEqualTo(402);
    }
  }

  private void answer(Talk talk) {
    if (random.nextInt(10) == 0) {
      talk.out.reply(486);
      world.settle();
      assertThat(stack.status(talk.in)).isEqualTo(486);
      return;
    }
    RateSnapshot rate = talk.by.rate();
    changes += rate.cost(10, talk.made).equals(rate.cost(10, world.clock.now())) ? 0 : 1;
    talk.out.reply(200, ANSWER);
    world.settle();
    if (stack.status(talk.in) != 200) {
      assertThat(stack.status(talk.in)).as("an answer that is not passed on").isEqualTo(402);
      talk.refused = true;
      refusals++;
      return;
    }
    talk.answered = world.clock.ticks();
    talk.answeredAt = world.clock.now();
    byDialog.put(stack.dialogOf(talk.in.transaction()), talk);
    byDialog.put(talk.out.dialog("t"), talk);
    // On the half second now and then, where rounding turns.
    int wanted = random.nextInt(4) == 0 ? 500 * random.nextInt(200) : random.nextInt(random.nextBoolean() ? 20_000 : 600_000);
    at(Duration.ofMillis(wanted), () -> hangUp(talk));
  }

  private void hangUp(Talk talk) {
    if (!talk.byes.isEmpty()) {
      return;
    }
    talk.hungUp = world.clock.ticks();
    talk.byCaller = random.nextBoolean();
    stack.request(talk.byCaller ? stack.dialogOf(talk.in.transaction()) : talk.out.dialog("t"), "BYE", SipHeaders.NONE, SipBody.NONE);
    world.settle();
  }

  /** Lets happen what is to happen, until nothing more is. */
  private void live() {
    Duration passed = Duration.ZERO;
    while (!events.isEmpty() || !stack.openDialogs().isEmpty()) {
      long now = world.clock.ticks();
      long next = events.isEmpty() ? now + STEP.toNanos() : Math.min(events.peek().at(), now + STEP.toNanos());
      world.clock.move(Duration.ofNanos(next - now));
      passed = passed.plusNanos(next - now);
      assertThat(passed).as("time until the last call is over").isLessThan(Duration.ofMinutes(30));
      world.settle();
      watch();
      while (!events.isEmpty() && events.peek().at() <= next) {
        events.poll().work().run();
        watch();
      }
    }
    // What was granted for longer than it lasted leaves nothing behind either.
    world.pass(Duration.ofSeconds(1));
  }

  /** Notes when the switch hung up whom. */
  private void watch() {
    for (; seen < stack.sent.size(); seen++) {
      FakeStack.Sent sent = stack.sent.get(seen);
      Talk talk = sent.method.equals("BYE") ? byDialog.get(sent.inside) : null;
      if (talk != null) {
        talk.byes.add(world.clock.ticks());
      }
    }
  }

  private void check() {
    world.assertEmpty();
    assertThat(ledger.holdingCalls()).isZero();
    Map<String, List<Cdr>> cdrs = cdrs();
    Map<Payer, BigDecimal> charged = new HashMap<>();
    var kinds = new int[4];
    for (Talk talk : talks) {
      List<Cdr> own = cdrs.remove(talk.in.callId());
      assertThat(own).as("CDRs of " + talk.in.callId()).isNotNull();
      kinds[check(talk, own)]++;
      own.forEach(cdr -> charged.merge(cdr.payer(), cdr.cost().amount(), BigDecimal::add));
    }
    assertThat(cdrs).as("CDRs of calls that nobody made").isEmpty();
    for (Subscriber each : subscribers) {
      BigDecimal balance = ledger.funds().balance(each.payer()).orElseThrow().balance().amount();
      assertThat(balance).as("balance of " + each).isEqualByComparingTo(each.money().subtract(charged.getOrDefault(each.payer(), BigDecimal.ZERO)))
          .isGreaterThanOrEqualTo(each.limit().negate());
    }
    assertThat(ledger.number("select count(*) from (select call, payer_kind, payer_id, sum(cost) as cost from ledger.cdr group by 1, 2, 3) c left join "
        + "(select call, party, party_id, sum(amount) as amount from ledger.entry group by 1, 2, 3) e on e.call = c.call and e.party = c.payer_kind and e.party_id = c.payer_id "
        + "where c.cost <> -coalesce(e.amount, 0)")).as("CDRs that cost other than their entries").isZero();
    assertThat(ledger.number("select count(*) from ledger.journal")).isZero();
    System.out.println("| calls and ledger together | " + TARIFFS + " tariffs, " + talks.size() + " calls, " + changes + " answered in another hour | " + kinds[0] + " refused or failed, " + refusals + " of them at the answer, " + kinds[1]
        + " hung up, " + kinds[2] + " cut |");
    assertThat(changes).as("calls that were answered in another hour").isGreaterThan(TARIFFS / 30);
    assertThat(kinds[0]).as("calls that failed").isGreaterThan(talks.size() / 20);
    assertThat(kinds[1]).as("calls that were hung up").isGreaterThan(talks.size() / 10);
    assertThat(kinds[2]).as("calls that were cut").isGreaterThan(talks.size() / 10);
  }

  private Map<String, List<Cdr>> cdrs() {
    var all = new ArrayList<Cdr>();
    var ids = new HashSet<>();
    Instant from = world.clock.now().minusSeconds(7_200);
    for (int offset = 0; offset == all.size(); offset += 1_000) {
      all.addAll(ledger.cdrs().find(new CdrQuery(null, null, null, null, null, from, null, CdrQuery.Filter.ALL, offset, 1_000)));
    }
    assertThat(all).allMatch(cdr -> ids.add(List.of(cdr.call().call(), cdr.payer())), "is the only one of its call and payer");
    return all.stream().collect(Collectors.groupingBy(cdr -> cdr.call().sipCallId()));
  }

  /** @return 0 if it failed, 1 if it was hung up, 2 if it was cut */
  private int check(Talk talk, List<Cdr> own) {
    CallId id = own.get(0).call().call();
    // Spec B.1: of the carriers the one that took the call has a CDR, or that was tried, or would have been, last.
    assertThat(own.stream().map(Cdr::payer)).containsExactlyInAnyOrder(talk.by.payer(), Payer.of(new CarrierId(talk.failedOver ? 2 : 1)));
    Cdr cdr = own.stream().filter(each -> each.payer().equals(talk.by.payer())).findFirst().orElseThrow();
    if (talk.answered == 0) {
      assertThat(own).allSatisfy(each -> {
        assertThat(each.cost().isZero()).isTrue();
        assertThat(each.billedSeconds()).isZero();
        assertThat(each.end().answered()).isFalse();
      });
      assertThat(cdr.end().result()).isEqualTo(stack.status(talk.in));
      if (talk.refused) {
        assertThat(cdr.end().reason()).startsWith("insufficient funds: " + talk.by.payer());
      }
      return 0;
    }
    Duration limit = granted.get(id).total();
    boolean cut = talk.hungUp == 0;
    Duration talked = cut ? limit : talk.lasted(talk.hungUp);
    assertThat(cdr.end().connectTime()).isEqualTo(talk.answeredAt);
    assertThat(cdr.end().duration()).as("duration of " + id).isEqualTo(talked);
    assertThat(cdr.end().releaseSource()).isEqualTo(cut ? ReleaseSource.SWITCH : talk.byCaller ? ReleaseSource.CALLER : ReleaseSource.CALLEE);
    if (cut) {
      assertThat(granted.get(id).last()).as("cut with more to get").isTrue();
      assertThat(talk.byes).as("BYE on both legs").hasSize(2).allSatisfy(at -> assertThat(talk.lasted(at)).isBetween(limit, limit.plus(LATE)));
    } else {
      assertThat(talked).isLessThan(limit.plus(LATE));
    }
    for (Cdr each : own) {
      long rounded = rounded(each.rate().rounding(), talked);
      boolean limited = each == cdr;
      assertThat(each.rate()).isEqualTo(limited ? talk.by.rate() : talk.by.buying());
      assertThat(each.billedSeconds()).as("seconds billed to %s for %s of at most %s", each.payer(), talked, limit).isEqualTo(limited ? Math.min(rounded, limit.toSeconds()) : rounded);
      assertThat(each.cost()).isEqualTo(each.rate().cost(each.billedSeconds(), talk.answeredAt));
      assertThat(world.kept.get(id).steps()).as("what call:explain says").filteredOn(step -> step.what().startsWith(each.payer() + " is charged")).singleElement()
          .satisfies(step -> assertThat(step.what()).isEqualTo(each.payer() + " is charged " + each.cost() + " for " + each.billedSeconds() + " s"));
    }
    alone(talk, cdr, cut, limit);
    return cut ? 2 : 1;
  }

  /** Who is the only one on his balance talks for all that it pays for, to the second, and is cut then. */
  private void alone(Talk talk, Cdr cdr, boolean cut, Duration limit) {
    if (cut && talks.stream().filter(other -> other.by == talk.by).count() == 1) {
      BigDecimal all = talk.by.money().add(talk.by.limit());
      assertThat(cdr.rate().cost(limit.toSeconds(), talk.answeredAt).amount()).isLessThanOrEqualTo(all);
      assertThat(cdr.rate().cost(limit.toSeconds() + 1, talk.answeredAt).amount()).isGreaterThan(all);
    }
  }

  /** Spec B.5, once more and otherwise than the switch does it. */
  private static long rounded(DurationRounding rounding, Duration talked) {
    return BigDecimal.valueOf(talked.toNanos(), 9).setScale(0, rounding == DurationRounding.ROUND ? RoundingMode.HALF_UP : RoundingMode.CEILING).longValueExact();
  }

  /** One in two that changes with the hour is free until then. */
  private RateSnapshot tariff(int number, TimeOfDay hours) {
    int paid = hours != null && one(2) ? 0 : 1;
    return new RateSnapshot(new TariffId(number + 1), "44", World.USD, BigDecimal.valueOf(paid * random.nextInt(300), 2), BigDecimal.valueOf(paid * random.nextInt(3000), 3),
        interval(), interval(), one(4) ? BigDecimal.valueOf(random.nextInt(50), 2) : BigDecimal.ZERO, one(4) ? random.nextInt(60) : 0, one(4) ? random.nextInt(30) : 0,
        one(4) ? BigDecimal.valueOf(random.nextInt(30), 2) : BigDecimal.ZERO, random.nextInt(Money.MAX_DECIMALS + 1), random.nextBoolean(),
        random.nextBoolean() ? DurationRounding.ROUND : DurationRounding.ROUND_UP, 5 + random.nextInt(400), hours);
  }

  private boolean one(int in) {
    return random.nextInt(in) == 0;
  }

  private int interval() {
    int[] intervals = {1, 1, 6, 10, 15, 30, 60};
    return intervals[random.nextInt(intervals.length)];
  }

  /** Another price for some minutes of the test, which begins at noon; now and then no price at all. */
  private TimeOfDay hours(int from) {
    var other = new PeriodPrice("12:%02d-12:%02d".formatted(from, from + 1 + random.nextInt(10)), BigDecimal.valueOf(random.nextInt(3) * random.nextInt(300), 2),
        BigDecimal.valueOf(random.nextInt(3) * random.nextInt(3000), 3), interval(), interval(), one(4) ? random.nextInt(30) : 0);
    return new TimeOfDay(ZoneOffset.UTC, random.nextBoolean() ? TimeOfDayPricing.AT_CALL_START : TimeOfDayPricing.AT_INCREMENT_START, List.of(other));
  }
}
