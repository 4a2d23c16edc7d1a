package org.strowger.rating.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.strowger.billing.api.DurationRounding;
import org.strowger.billing.api.OnNetPolicy;
import org.strowger.billing.api.Quote;
import org.strowger.billing.api.Rate;
import org.strowger.billing.api.RateSnapshot;
import org.strowger.billing.api.Tariff;
import org.strowger.billing.api.TariffTerms;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.TariffId;

class TariffBookTest {

  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  private static Rate rate(String prefix, String price) {
    return new Rate(prefix, new BigDecimal(price), new BigDecimal(price), 1, 1, false, true, null, null);
  }

  private static Rate forbidden(String prefix) {
    return new Rate(prefix, BigDecimal.ZERO, BigDecimal.ZERO, 1, 1, true, true, null, null);
  }

  private static Rate dated(String prefix, String price, String from, String until) {
    return new Rate(prefix, new BigDecimal(price), new BigDecimal(price), 1, 1, false, true, from == null ? null : Instant.parse(from), until == null ? null : Instant.parse(until));
  }

  private static TariffBook book(OnNetPolicy onNet, Rate... rates) {
    var terms = new TariffTerms("t", Currency.getInstance("USD"), BigDecimal.ZERO, 0, BigDecimal.ZERO, 0, false, 20, 200, onNet);
    return new TariffBook(new Tariff(new TariffId(1), CustomerId.ROOT, terms, 0), new RateTable(List.of(rates)));
  }

  private static String prefix(Quote quote) {
    return quote instanceof Quote.Priced priced ? priced.rate().prefix() : quote.getClass().getSimpleName();
  }

  private static String offNet(TariffBook book, String cld) {
    return prefix(book.quoteOffNet(cld, DurationRounding.ROUND, NOW));
  }

  private static String onNet(TariffBook book, String cld) {
    return prefix(book.quoteOnNet(cld, DurationRounding.ROUND, NOW));
  }

  @Test
  void longestPrefixWins() {
    TariffBook book = book(OnNetPolicy.FREE, rate("44", "1"), rate("4420", "2"), rate("1", "3"));
    assertThat(offNet(book, "442071234567")).isEqualTo("4420");
    assertThat(offNet(book, "44161")).isEqualTo("44");
    assertThat(offNet(book, "49")).isEqualTo("NoRate");
    assertThat(offNet(book, "")).isEqualTo("NoRate");
  }

  @Test
  void forbiddenLongerPrefixBeatsAnAllowedShorterOne() {
    TariffBook book = book(OnNetPolicy.FREE, rate("44", "1"), forbidden("449"), rate("4498", "9"));
    assertThat(book.quoteOffNet("44900", DurationRounding.ROUND, NOW)).isEqualTo(new Quote.Forbidden("449"));
    assertThat(offNet(book, "44981")).isEqualTo("4498");
  }

  @Test
  void expiredLongerPrefixFallsBackAndActivationIsInclusive() {
    TariffBook book = book(OnNetPolicy.FREE, rate("44", "1"), dated("4420", "2", null, "2026-11-21T12:00:00Z"), dated("4421", "3", "2026-11-21T12:00:00Z", null), dated("4422", "4", "2026-11-21T12:00:00.000001Z", null));
    assertThat(offNet(book, "4420")).isEqualTo("44");
    assertThat(offNet(book, "4421")).isEqualTo("4421");
    assertThat(offNet(book, "4422")).isEqualTo("44");
  }

  @Test
  void ofSeveralActiveTheLatestCounts() {
    TariffBook book = book(OnNetPolicy.FREE, dated("44", "1", null, null), dated("44", "2", "2026-01-01T00:00:00Z", null), dated("44", "3", "2027-01-01T00:00:00Z", null));
    assertThat(((Quote.Priced) book.quoteOffNet("441", DurationRounding.ROUND, NOW)).rate().price1()).isEqualByComparingTo("2");
  }

  @Test
  void otherCharactersMatchOnlyAsWritten() {
    TariffBook book = book(OnNetPolicy.FREE, rate("44", "1"), rate("+44", "2"), rate("53872#", "3"));
    assertThat(offNet(book, "+4420")).isEqualTo("+44");
    assertThat(offNet(book, "53872#61299")).isEqualTo("53872#");
    assertThat(offNet(book, "BLOCK44")).isEqualTo("NoRate");
  }

  @Test
  void onNetIsFreeOrRefusedWithoutARate() {
    assertThat(onNet(book(OnNetPolicy.FREE, rate("44", "1")), "1001")).isEmpty();
    assertThat(onNet(book(OnNetPolicy.REFUSE, rate("44", "1")), "1001")).isEqualTo("NoRate");
    assertThat(onNet(book(OnNetPolicy.REFUSE, rate("10", "1")), "1001")).isEqualTo("10");
    assertThat(book(OnNetPolicy.FREE, rate("10", "1"), forbidden("100")).quoteOnNet("1001", DurationRounding.ROUND, NOW)).isEqualTo(new Quote.Forbidden("100"));
  }

  @Test
  void namesMatchOnlyTheOnNetEntry() {
    TariffBook book = book(OnNetPolicy.REFUSE, rate("a", "1"), rate("on-net", "2"));
    assertThat(onNet(book, "alice")).isEqualTo("on-net");
    assertThat(onNet(book(OnNetPolicy.FREE, rate("a", "1")), "alice")).isEmpty();
  }

  @Test
  void findsWhatASearchThroughAllFinds() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    var random = new Random(seed);
    var rates = new ArrayList<Rate>();
    for (int i = 0; i < 5_000; i++) {
      rates.add(rate(Integer.toString(random.nextInt(200_000)), Integer.toString(i)));
    }
    List<Rate> distinct = List.copyOf(rates.stream().collect(java.util.stream.Collectors.toMap(Rate::prefix, r -> r, (a, b) -> b)).values());
    var table = new RateTable(distinct);
    for (int i = 0; i < 20_000; i++) {
      String number = Integer.toString(random.nextInt(2_000_000));
      String expected = distinct.stream().map(Rate::prefix).filter(number::startsWith).max(java.util.Comparator.comparingInt(String::length)).orElse(null);
      int found = table.find(number, NOW);
      assertThat(found == RateTable.NONE ? null : table.prefix(found)).as("%s, seed %d", number, seed).isEqualTo(expected);
    }
  }

  @Test
  void keepsPricesOfTwentyDecimals() {
    var table = new RateTable(List.of(rate("1", "123456789.12345678901234567891"), rate("2", "0.1")));
    assertThat(table.price1(0)).isEqualByComparingTo("123456789.12345678901234567891");
    assertThat(table.priceN(1)).isEqualByComparingTo("0.1");
  }

  @Test
  void aRateOfTheseHoursComesBeforeOneOfAnyHour() {
    var evening = new Rate("44", new BigDecimal("2"), new BigDecimal("2"), 60, 60, false, true, null, null, "18:00-08:00");
    var noonForbidden = new Rate("4477", BigDecimal.ZERO, BigDecimal.ZERO, 1, 1, true, true, null, null, "12:00-13:00");
    var onlyNights = new Rate("4478", new BigDecimal("9"), new BigDecimal("9"), 1, 1, false, true, null, null, "22:00-06:00");
    TariffBook book = book(OnNetPolicy.FREE, rate("44", "1"), evening, noonForbidden, onlyNights, rate("33", "5"));
    Instant night = Instant.parse("2026-11-21T23:00:00Z");

    assertThat(book.quoteOffNet("4477", DurationRounding.ROUND, NOW)).isEqualTo(new Quote.Forbidden("4477"));
    assertThat(prefix(book.quoteOffNet("4477", DurationRounding.ROUND, night))).isEqualTo("44");
    assertThat(prefix(book.quoteOffNet("4478", DurationRounding.ROUND, NOW))).isEqualTo("44");
    assertThat(prefix(book.quoteOffNet("4478", DurationRounding.ROUND, night))).isEqualTo("4478");
    for (Instant at : List.of(NOW, night)) {
      var rate = ((Quote.Priced) book.quoteOffNet("441", DurationRounding.ROUND, at)).rate();
      assertThat(rate.cost(60, NOW).amount()).isEqualByComparingTo("1");
      assertThat(rate.cost(60, night).amount()).isEqualByComparingTo("2");
    }
    assertThat(((Quote.Priced) book.quoteOffNet("331", DurationRounding.ROUND, NOW)).rate().timeOfDay()).isNull();
  }

  /** Each increment is priced by the hour it begins in (spec B.3), and in that hour the longest prefix counts that has a rate then. */
  @Test
  void outsideTheHoursOfAPrefixAShorterOneCounts() {
    var day = new Rate("44", new BigDecimal("0.06"), new BigDecimal("0.06"), 60, 60, false, true, null, null, "08:00-18:00");
    var weekend = new Rate("447", new BigDecimal("0.03"), new BigDecimal("0.03"), 60, 60, false, true, null, null, "sat+sun 00:00-24:00");
    var other = new Rate("4", new BigDecimal("0.50"), new BigDecimal("0.50"), 60, 60, false, true, null, null);
    TariffBook book = book(OnNetPolicy.FREE, day, weekend, other);

    Instant evening = Instant.parse("2026-11-20T17:59:00Z");
    Instant morning = Instant.parse("2026-11-20T07:59:00Z");
    Instant friday = Instant.parse("2026-11-20T23:59:00Z");
    assertThat(priced(book, "441", evening).cost(120, evening).amount()).as("0.06, then 0.50").isEqualByComparingTo("0.56");
    assertThat(prefix(book.quoteOffNet("441", DurationRounding.ROUND, evening))).isEqualTo("44");
    assertThat(priced(book, "441", morning).cost(120, morning).amount()).as("0.50, then 0.06").isEqualByComparingTo("0.56");
    assertThat(prefix(book.quoteOffNet("441", DurationRounding.ROUND, morning))).isEqualTo("4");
    assertThat(priced(book, "447", friday).cost(120, friday).amount()).as("0.50, then 0.03").isEqualByComparingTo("0.53");
    assertThat(priced(book, "447", evening).cost(120, evening).amount()).isEqualByComparingTo("0.56");
    assertThat(priced(book, "49", evening).timeOfDay()).as("of a number that no hour concerns").isNull();
  }

  private static RateSnapshot priced(TariffBook book, String cld, Instant at) {
    return ((Quote.Priced) book.quoteOffNet(cld, DurationRounding.ROUND, at)).rate();
  }
}
