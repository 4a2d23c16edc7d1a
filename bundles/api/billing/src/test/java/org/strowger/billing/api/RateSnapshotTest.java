package org.strowger.billing.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Currency;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.strowger.kernel.Money;
import org.strowger.kernel.TariffId;

class RateSnapshotTest {

  private static final Currency USD = Currency.getInstance("USD");

  private static RateSnapshot rate(String price1, String priceN, int interval1, int intervalN, String fee, int free, int grace, String surcharge, int precision, boolean up) {
    return new RateSnapshot(new TariffId(1), "1", USD, new BigDecimal(price1), new BigDecimal(priceN), interval1, intervalN, new BigDecimal(fee), free, grace,
        new BigDecimal(surcharge), precision, up, DurationRounding.ROUND, 200);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0, 0, 0, 0, 1.00", "10, 0, 0, 0, 0, 1.00", "11, 0, 0, 0, 0, 2.00", "25, 0, 0, 0, 0, 2.00", "26, 0, 0, 0, 0, 3.00",
    "140, 0, 0, 0, 0, 10.00", "145, 0, 0, 0, 0, 10.00", "15, 5, 0, 0, 0, 1.00", "16, 5, 0, 0, 0, 2.00",
    "11, 0, 0.5, 0.1, 0, 2.75", "4, 0, 0.5, 0, 5, 0", "4, 0, 0.5, 0, 4, 1.50",
    "0, 0, 0.5, 0, 0, 0.5", "0, 0, 0.5, 0, 1, 0"})
  void costsAsTheSpecSays(long seconds, int free, String fee, String surcharge, int grace, BigDecimal cost) {
    assertThat(rate("6", "4", 10, 15, fee, free, grace, surcharge, 20, false).cost(seconds)).isEqualTo(Money.of(cost, USD));
  }

  @ParameterizedTest
  @CsvSource({
    "0.01, 1, 1, 7, 0.00116666666666666667", "0.0001, 1, 1, 1, 0.00000166666666666667",
    "0.07, 1, 1, 3599, 4.19883333333333333333", "0.0125, 30, 6, 61, 0.01375"})
  void roundsOnceAtTheEnd(String price, int interval1, int intervalN, long seconds, BigDecimal cost) {
    assertThat(rate(price, price, interval1, intervalN, "0", 0, 0, "0", 20, false).cost(seconds)).isEqualTo(Money.of(cost, USD));
  }

  @ParameterizedTest
  @CsvSource({"60.738, false, 1.01", "60.918, false, 1.02", "61.038, false, 1.02", "60.738, true, 1.02", "60.6, true, 1.01"})
  void roundsHalfUpOrAlwaysUp(String priceFor60, boolean up, BigDecimal cost) {
    BigDecimal perMinute = new BigDecimal(priceFor60);
    assertThat(rate(perMinute.toPlainString(), "0", 1, 1, "0", 0, 0, "0", 2, up).cost(1)).isEqualTo(Money.of(cost, USD));
  }

  @Test
  void agreesWithRationalArithmetic() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    var random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      RateSnapshot rate = random(random);
      long seconds = random.nextInt(7_200);
      assertThat(rate.cost(seconds).amount()).as("%s for %d s, seed %d", rate, seconds, seed).isEqualByComparingTo(rational(rate, seconds));
    }
  }

  @Test
  void affordsWhatItCostsAndNotASecondMore() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    var random = new Random(seed);
    for (int i = 0; i < 5_000; i++) {
      RateSnapshot rate = random(random);
      BigDecimal money = BigDecimal.valueOf(random.nextInt(100_000), 4);
      long seconds = rate.affordableSeconds(money, 7_200);
      if (seconds >= 0) {
        assertThat(rate.cost(seconds).amount()).isLessThanOrEqualTo(money);
      }
      if (seconds < 7_200) {
        assertThat(rate.cost(seconds + 1).amount()).as("%s with %s, seed %d", rate, money, seed).isGreaterThan(money);
      }
    }
  }

  @Test
  void roundsDurationsByPolicy() {
    assertThat(DurationRounding.ROUND.seconds(Duration.ofMillis(60_400))).isEqualTo(60);
    assertThat(DurationRounding.ROUND.seconds(Duration.ofMillis(60_500))).isEqualTo(61);
    assertThat(DurationRounding.ROUND_UP.seconds(Duration.ofMillis(60_400))).isEqualTo(61);
    assertThat(DurationRounding.ROUND_UP.seconds(Duration.ofMillis(60_000))).isEqualTo(60);
  }

  private static RateSnapshot random(Random random) {
    String price1 = BigDecimal.valueOf(random.nextInt(100_000), random.nextInt(7)).toPlainString();
    String priceN = BigDecimal.valueOf(random.nextInt(100_000), random.nextInt(7)).toPlainString();
    String fee = BigDecimal.valueOf(random.nextInt(200), 2).toPlainString();
    String surcharge = BigDecimal.valueOf(random.nextInt(30), 2).toPlainString();
    return rate(price1, priceN, 1 + random.nextInt(90), 1 + random.nextInt(90), fee, random.nextInt(20), random.nextInt(3) == 0 ? random.nextInt(10) : 0, surcharge,
        random.nextInt(21), random.nextBoolean());
  }

  /** The formula of spec B.3 word by word, in fractions. */
  private static BigDecimal rational(RateSnapshot r, long d) {
    if (r.graceSeconds() > 0 && d < r.graceSeconds()) {
      return BigDecimal.ZERO;
    }
    BigInteger unit = BigInteger.TEN.pow(20);
    BigInteger sixty = BigInteger.valueOf(60);
    BigInteger base = BigInteger.ZERO;
    if (d > 0) {
      base = scaled(r.price1(), unit).multiply(BigInteger.valueOf(r.interval1()));
      if (d > r.interval1() + (long) r.freeSeconds()) {
        long over = d - r.interval1() - r.freeSeconds();
        long n = over / r.intervalN() + (over % r.intervalN() == 0 ? 0 : 1);
        base = base.add(scaled(r.priceN(), unit).multiply(BigInteger.valueOf(n * r.intervalN())));
      }
    }
    BigInteger numerator = base.add(scaled(r.connectFee(), unit).multiply(sixty)).multiply(scaled(BigDecimal.ONE.add(r.surcharge()), unit));
    BigInteger denominator = unit.multiply(unit).multiply(sixty);
    BigInteger shift = BigInteger.TEN.pow(r.precision());
    BigInteger[] whole = numerator.multiply(shift).divideAndRemainder(denominator);
    boolean up = r.roundUp() ? whole[1].signum() > 0 : whole[1].shiftLeft(1).compareTo(denominator) >= 0;
    return new BigDecimal(up ? whole[0].add(BigInteger.ONE) : whole[0], r.precision()).setScale(20, RoundingMode.UNNECESSARY);
  }

  private static BigInteger scaled(BigDecimal value, BigInteger unit) {
    return value.multiply(new BigDecimal(unit)).toBigIntegerExact();
  }
}
