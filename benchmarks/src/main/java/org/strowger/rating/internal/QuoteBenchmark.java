package org.strowger.rating.internal;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.strowger.billing.api.DurationRounding;
import org.strowger.billing.api.OnNetPolicy;
import org.strowger.billing.api.Quote;
import org.strowger.billing.api.Rate;
import org.strowger.billing.api.Tariff;
import org.strowger.billing.api.TariffTerms;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.Money;
import org.strowger.kernel.TariffId;

/**
 * A quote as a call asks for it: longest prefix, dates, forbidden, price of the first slice, in a
 * tariff of 100,000 prefixes where one rate in ten has dates and one in fifty is forbidden.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 3, jvmArgs = "-Xmx1g")
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class QuoteBenchmark {

  static final int PREFIXES = 100_000;
  static final int NUMBERS = 1_000_000;
  private static final long SEED = 42;
  private static final long FIRST_SLICE = 10;
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  private TariffBook book;
  private String[] numbers;
  private int next;

  @Setup
  public void build() {
    book = new TariffBook(tariff(), new RateTable(rates()));
    var random = new Random(SEED + 1);
    numbers = new String[NUMBERS];
    for (int i = 0; i < NUMBERS; i++) {
      numbers[i] = number(random, 8 + random.nextInt(7));
    }
  }

  @Benchmark
  public Money quote() {
    next = next + 1 == NUMBERS ? 0 : next + 1;
    Quote quote = book.quoteOffNet(numbers[next], DurationRounding.ROUND, NOW);
    return quote instanceof Quote.Priced priced ? priced.rate().cost(FIRST_SLICE) : null;
  }

  static Tariff tariff() {
    var terms = new TariffTerms("bench", Currency.getInstance("USD"), new BigDecimal("0.01"), 0, new BigDecimal("0.05"), 0, false, 20, 200, OnNetPolicy.FREE);
    return new Tariff(new TariffId(1), CustomerId.ROOT, terms, 0);
  }

  static List<Rate> rates() {
    var random = new Random(SEED);
    var prefixes = new LinkedHashSet<String>();
    for (int digit = 1; digit <= 9; digit++) {
      prefixes.add(Integer.toString(digit));
    }
    while (prefixes.size() < PREFIXES) {
      prefixes.add(number(random, 2 + random.nextInt(7)));
    }
    var rates = new ArrayList<Rate>();
    for (String prefix : prefixes) {
      BigDecimal price = BigDecimal.valueOf(1 + random.nextInt(2_000_000), 6);
      boolean dated = random.nextInt(10) == 0;
      Instant from = dated ? NOW.plusSeconds(random.nextInt(200_000) - 100_000) : null;
      rates.add(new Rate(prefix, price, price.add(BigDecimal.valueOf(1, 6)), 1 + random.nextInt(60), 1 + random.nextInt(60), random.nextInt(50) == 0, true, from, null));
    }
    return rates;
  }

  private static String number(Random random, int digits) {
    var number = new StringBuilder(digits).append((char) ('1' + random.nextInt(9)));
    while (number.length() < digits) {
      number.append((char) ('0' + random.nextInt(10)));
    }
    return number.toString();
  }
}
