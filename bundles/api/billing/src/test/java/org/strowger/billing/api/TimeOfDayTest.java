package org.strowger.billing.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.Money;
import org.strowger.kernel.TariffId;

class TimeOfDayTest {

  private static final Currency USD = Currency.getInstance("USD");
  private static final BigDecimal SIXTY = BigDecimal.valueOf(60);

  private static RateSnapshot rate(BigDecimal price, int interval, TimeOfDay times) {
    return new RateSnapshot(new TariffId(1), "1", USD, price, price, interval, interval, BigDecimal.ZERO, 0, 0, BigDecimal.ZERO, 20, false, DurationRounding.ROUND, 200, times);
  }

  private static RateSnapshot sixUntilSix(String zone, TimeOfDayPricing pricing) {
    var evening = new PeriodPrice("18:00-24:00", new BigDecimal("0.03"), new BigDecimal("0.03"), 60, 60, 0);
    return rate(new BigDecimal("0.06"), 60, new TimeOfDay(ZoneId.of(zone), pricing, List.of(evening)));
  }

  @ParameterizedTest
  @CsvSource({"17:59:30, 60, 0.06", "17:59:30, 61, 0.09", "17:59:30, 120, 0.09", "17:58:30, 121, 0.15", "17:58:30, 0, 0", "18:00:00, 60, 0.03", "17:59:59, 1, 0.06"})
  void pricesEachIncrementByThePeriodInWhichItStarts(String start, long seconds, BigDecimal cost) {
    RateSnapshot rate = sixUntilSix("UTC", TimeOfDayPricing.AT_INCREMENT_START);
    assertThat(rate.cost(seconds, Instant.parse("2026-11-22T" + start + "Z"))).isEqualTo(Money.of(cost, USD));
    assertThat(sixUntilSix("Europe/Berlin", TimeOfDayPricing.AT_INCREMENT_START).cost(seconds, Instant.parse("2026-11-22T" + start + "Z").minusSeconds(3_600)))
        .isEqualTo(Money.of(cost, USD));
  }

  @Test
  void orTheWholeCallByItsBeginning() {
    RateSnapshot rate = sixUntilSix("UTC", TimeOfDayPricing.AT_CALL_START);
    assertThat(rate.cost(121, Instant.parse("2026-11-22T17:58:30Z"))).isEqualTo(Money.of("0.18", "USD"));
    assertThat(rate.cost(121, Instant.parse("2026-11-22T18:00:00Z"))).isEqualTo(Money.of("0.09", "USD"));
  }

  @Test
  void countsFreeSecondsAndGraceOnceFromTheFirstPeriod() {
    var evening = new PeriodPrice("18:00-24:00", new BigDecimal("0.03"), new BigDecimal("0.03"), 60, 60, 0);
    var rate = new RateSnapshot(new TariffId(1), "1", USD, new BigDecimal("0.06"), new BigDecimal("0.06"), 60, 60, new BigDecimal("0.5"), 30, 5, BigDecimal.ZERO, 20, false,
        DurationRounding.ROUND, 200, new TimeOfDay(ZoneId.of("UTC"), TimeOfDayPricing.AT_INCREMENT_START, List.of(evening)));
    assertThat(rate.cost(4, Instant.parse("2026-11-22T17:59:59Z"))).isEqualTo(Money.zero(USD));
    assertThat(rate.cost(4, Instant.parse("2026-11-22T18:00:00Z"))).isEqualTo(Money.of("0.53", "USD"));
    // 60 s and 30 free ones end at 18:00:30; what starts then is cheap.
    assertThat(rate.cost(91, Instant.parse("2026-11-22T17:59:00Z"))).isEqualTo(Money.of("0.59", "USD"));
  }

  @Test
  void knowsNoCostWithoutTheHour() {
    assertThatThrownBy(() -> sixUntilSix("UTC", TimeOfDayPricing.AT_INCREMENT_START).cost(60)).isInstanceOf(IllegalStateException.class);
  }

  @ParameterizedTest
  @CsvSource({"mon-fri 08:00-18:00, mon+tue+wed+thu+fri 08:00-18:00", "SAT+SUN 00:00-24:00, sat+sun 00:00-24:00", "18:00-08:00, 18:00-08:00", "mon-sun 18:00-00:00, 18:00-24:00",
    "fri-mon 01:00-02:00, mon+fri+sat+sun 01:00-02:00"})
  void spellsAPeriodInOneWay(String written, String spelt) {
    assertThat(RatePeriod.parse("period", written)).hasToString(spelt).isEqualTo(RatePeriod.parse("period", spelt));
  }

  @ParameterizedTest
  @CsvSource({"8:00-18:00", "08:00-25:00", "24:00-08:00", "moon 08:00-18:00", "mon- 08:00-18:00", "mon-tue-wed 08:00-18:00", "08:00", "mon"})
  void refusesWhatIsNoPeriod(String written) {
    assertThatThrownBy(() -> RatePeriod.parse("period", written)).isInstanceOf(InvalidInput.class).hasMessageContaining("mon-fri 08:00-18:00");
  }

  /** Second by second through weeks with clocks going forward and back, in fractions. */
  @Test
  void agreesWithRationalArithmetic() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    var random = new Random(seed);
    for (int i = 0; i < 1_500; i++) {
      RateSnapshot rate = random(random);
      Instant start = start(random);
      long seconds = random.nextInt(5) == 0 ? random.nextInt(200_000) : random.nextInt(7_200);
      assertThat(rate.cost(seconds, start).amount()).as("%s for %d s from %s, seed %d", rate, seconds, start, seed).isEqualByComparingTo(rational(rate, seconds, start));
      assertThat(TimeOfDay.parse(rate.timeOfDay().text())).isEqualTo(rate.timeOfDay());
    }
  }

  @Test
  void affordsWhatItCostsAndNotASecondMore() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    var random = new Random(seed);
    for (int i = 0; i < 1_000; i++) {
      RateSnapshot rate = random(random);
      Instant start = start(random);
      BigDecimal money = BigDecimal.valueOf(random.nextInt(100_000), 3);
      long seconds = rate.affordableSeconds(money, 90_000, start);
      if (seconds >= 0) {
        assertThat(rate.cost(seconds, start).amount()).isLessThanOrEqualTo(money);
      }
      if (seconds < 90_000) {
        assertThat(rate.cost(seconds + 1, start).amount()).as("%s with %s from %s, seed %d", rate, money, start, seed).isGreaterThan(money);
      }
    }
  }

  private static Instant start(Random random) {
    Instant[] near = {Instant.parse("2026-10-25T00:00:00Z"), Instant.parse("2026-03-29T00:00:00Z"), Instant.parse("2026-11-22T17:00:00Z")};
    return near[random.nextInt(3)].plusSeconds(random.nextInt(9_000)).plusNanos(random.nextInt(3) == 0 ? 1_000L * random.nextInt(1_000_000) : 0);
  }

  private static RateSnapshot random(Random random) {
    var periods = new ArrayList<PeriodPrice>();
    for (int i = 0; i <= random.nextInt(3); i++) {
      String days = new String[] {"", "sat+sun ", "mon-fri ", "sun "}[random.nextInt(4)];
      String hours = String.format("%02d:%02d-%02d:%02d", random.nextInt(24), 15 * random.nextInt(4), random.nextInt(24), 15 * random.nextInt(4));
      periods.add(new PeriodPrice(RatePeriod.parse("period", days + hours).toString(), price(random), price(random), 1 + random.nextInt(90), 1 + random.nextInt(90),
          random.nextInt(3) == 0 ? random.nextInt(10) : 0));
    }
    var pricing = random.nextInt(5) == 0 ? TimeOfDayPricing.AT_CALL_START : TimeOfDayPricing.AT_INCREMENT_START;
    var zone = ZoneId.of(new String[] {"UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"}[random.nextInt(4)]);
    return new RateSnapshot(new TariffId(1), "1", USD, price(random), price(random), 1 + random.nextInt(90), 1 + random.nextInt(90), BigDecimal.valueOf(random.nextInt(200), 2),
        random.nextInt(20), random.nextInt(3) == 0 ? random.nextInt(10) : 0, BigDecimal.valueOf(random.nextInt(30), 2), random.nextInt(21), random.nextBoolean(),
        DurationRounding.ROUND, 200, new TimeOfDay(zone, pricing, periods));
  }

  private static BigDecimal price(Random random) {
    return BigDecimal.valueOf(1 + random.nextInt(100_000), random.nextInt(7));
  }

  private static BigDecimal rational(RateSnapshot rate, long seconds, Instant start) {
    PeriodPrice price = at(rate, start);
    if (seconds < price.graceSeconds()) {
      return BigDecimal.ZERO;
    }
    BigDecimal sum = rate.connectFee().multiply(SIXTY);
    if (seconds > 0) {
      sum = sum.add(price.price1().multiply(BigDecimal.valueOf(price.interval1())));
    }
    for (long begun = price.interval1() + rate.freeSeconds(); begun < seconds; begun += price.intervalN()) {
      price = rate.timeOfDay().pricing() == TimeOfDayPricing.AT_CALL_START ? price : at(rate, start.plusSeconds(begun));
      sum = sum.add(price.priceN().multiply(BigDecimal.valueOf(price.intervalN())));
    }
    return sum.multiply(BigDecimal.ONE.add(rate.surcharge())).setScale(40).divide(SIXTY, new MathContext(90, RoundingMode.DOWN))
        .setScale(rate.precision(), rate.roundUp() ? RoundingMode.UP : RoundingMode.HALF_UP);
  }

  /** Another way to say what a period is: from its text, by the JDK's own days and times. */
  private static PeriodPrice at(RateSnapshot rate, Instant moment) {
    LocalDateTime local = LocalDateTime.ofInstant(moment, rate.timeOfDay().zone());
    for (PeriodPrice price : rate.timeOfDay().periods()) {
      String[] parts = price.period().split(" ");
      String[] hours = parts[parts.length - 1].split("-");
      LocalTime from = LocalTime.parse(hours[0]);
      LocalTime until = hours[1].equals("24:00") ? LocalTime.MAX : LocalTime.parse(hours[1]);
      boolean night = !from.isBefore(until);
      LocalTime now = local.toLocalTime();
      boolean in = night ? !now.isBefore(from) && isOn(parts, local.getDayOfWeek()) || now.isBefore(until) && isOn(parts, local.getDayOfWeek().minus(1))
          : !now.isBefore(from) && now.isBefore(until) && isOn(parts, local.getDayOfWeek());
      if (in) {
        return price;
      }
    }
    return new PeriodPrice("", rate.price1(), rate.priceN(), rate.interval1(), rate.intervalN(), rate.graceSeconds());
  }

  private static boolean isOn(String[] parts, DayOfWeek day) {
    return parts.length == 1 || parts[0].contains(day.name().substring(0, 3).toLowerCase(java.util.Locale.ROOT));
  }
}
