package org.strowger.rating.internal;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.strowger.billing.api.Rate;
import org.strowger.billing.api.RatePeriod;

/**
 * The rates of one tariff for look-up: a trie over the prefixes and the prices in columns, so that a
 * rate costs tens of bytes and a look-up no allocation. Immutable; threads: any.
 */
final class RateTable {

  static final RateTable EMPTY = new RateTable(List.of());

  /** Answer of {@link #find} when nothing matches. */
  static final int NONE = -1;

  private static final long NEVER_BEFORE = Long.MIN_VALUE;
  private static final long FOR_EVER = Long.MAX_VALUE;
  private static final long MOST_SECONDS = Long.MAX_VALUE / 1_000_000L - 1;

  private final PrefixTrie trie;
  private final String[] prefixes;
  private final Prices price1;
  private final Prices priceN;
  private final int[] interval1;
  private final int[] intervalN;
  private final boolean[] forbidden;
  private final boolean[] graceEnabled;
  /** Micros of the epoch, one per rate; null while no rate of the tariff has a date and none is broken. */
  private final long[] activation;
  private final long[] expiration;
  /** Null while no rate of the tariff has a period; null entries for rates of any time of day. */
  private final RatePeriod[] periods;
  private final ZoneId zone;
  /** What is stored and cannot be priced by, in words. */
  private final List<String> problems = new ArrayList<>();

  RateTable(List<Rate> unordered) {
    this(unordered, ZoneOffset.UTC);
  }

  /** @param zone in which periods are meant */
  RateTable(List<Rate> unordered, ZoneId zone) {
    this.zone = zone;
    List<Rate> rates = usable(unordered);
    rates.sort(Comparator.comparing(Rate::prefix).thenComparing(rate -> micros(rate.activation(), NEVER_BEFORE))
        .thenComparing(Rate::period, Comparator.nullsFirst(Comparator.naturalOrder())));
    int n = rates.size();
    prefixes = rates.stream().map(Rate::prefix).toArray(String[]::new);
    trie = PrefixTrie.of(prefixes);
    price1 = new Prices(rates.stream().map(Rate::price1).toList());
    priceN = new Prices(rates.stream().map(Rate::priceN).toList());
    interval1 = rates.stream().mapToInt(Rate::interval1).toArray();
    intervalN = rates.stream().mapToInt(Rate::intervalN).toArray();
    forbidden = new boolean[n];
    graceEnabled = new boolean[n];
    // What stands for a broken rate comes before the good ones of its prefix, and counts only while none of them does.
    boolean dated = !problems.isEmpty() || rates.stream().anyMatch(rate -> rate.activation() != null || rate.expiration() != null);
    activation = dated ? new long[n] : null;
    expiration = dated ? new long[n] : null;
    boolean timed = rates.stream().anyMatch(rate -> rate.period() != null);
    periods = timed ? rates.stream().map(rate -> rate.period() == null ? null : RatePeriod.parse("period", rate.period())).toArray(RatePeriod[]::new) : null;
    for (int i = 0; i < n; i++) {
      Rate rate = rates.get(i);
      forbidden[i] = rate.forbidden();
      graceEnabled[i] = rate.graceEnabled();
      if (dated) {
        activation[i] = micros(rate.activation(), NEVER_BEFORE);
        expiration[i] = micros(rate.expiration(), FOR_EVER);
      }
    }
  }

  /** One that cannot be priced by forbids its prefix, where no other rate of the prefix counts: a shorter prefix might be far too cheap. */
  private List<Rate> usable(List<Rate> stored) {
    var closed = new ArrayList<Rate>();
    var rates = new ArrayList<Rate>(stored.size());
    for (Rate rate : stored) {
      rate.problem().ifPresentOrElse(problem -> {
        problems.add("rate " + rate.prefix() + ", " + problem);
        closed.add(new Rate(rate.prefix(), BigDecimal.ZERO, BigDecimal.ZERO, 1, 1, true, false, null, null));
      }, () -> rates.add(rate));
    }
    rates.addAll(0, closed);
    return rates;
  }

  List<String> problems() {
    return problems;
  }

  /** Beyond what a long holds it is as good as always and never. */
  static long micros(Instant instant, long otherwise) {
    if (instant == null) {
      return otherwise;
    }
    long seconds = instant.getEpochSecond();
    if (Math.abs(seconds) > MOST_SECONDS) {
      return seconds < 0 ? NEVER_BEFORE : FOR_EVER;
    }
    return seconds * 1_000_000L + instant.getNano() / 1_000;
  }

  /**
   * The rate that counts: of the longest prefix of {@code number} that has an active one; among several
   * of that prefix the one that became active last.
   *
   * @return its index, or {@link #NONE}
   */
  int find(String number, Instant at) {
    long now = micros(at, 0);
    int best = NONE;
    int node = PrefixTrie.ROOT;
    for (int i = 0; i < number.length(); i++) {
      node = trie.child(node, number.charAt(i));
      if (node == PrefixTrie.NO_NODE) {
        break;
      }
      int active = activeOf(trie.entry(node), now, at);
      best = active == NONE ? best : active;
    }
    return best;
  }

  /** As {@link #find}, but only a prefix that is the whole of {@code name}. */
  int findExactly(String name, Instant at) {
    int node = PrefixTrie.ROOT;
    for (int i = 0; i < name.length() && node != PrefixTrie.NO_NODE; i++) {
      node = trie.child(node, name.charAt(i));
    }
    return node == PrefixTrie.NO_NODE ? NONE : activeOf(trie.entry(node), micros(at, 0), at);
  }

  private int activeOf(int first, long now, Instant at) {
    if (first == PrefixTrie.NO_ENTRY || activation == null && periods == null) {
      return first;
    }
    return periods == null ? latest(first, now) : timed(first, now, LocalDateTime.ofInstant(at, zone));
  }

  private int latest(int first, long now) {
    int active = NONE;
    for (int i = first; i < prefixes.length && prefixes[i].equals(prefixes[first]); i++) {
      active = isActive(i, now) ? i : active;
    }
    return active;
  }

  private boolean isActive(int rate, long now) {
    return activation == null || activation[rate] <= now && now < expiration[rate];
  }

  /** A rate of these hours before one of any hour; among several the one that became active last. */
  private int timed(int first, long now, LocalDateTime local) {
    int anyHour = NONE;
    int thisHour = NONE;
    for (int i = first; i < prefixes.length && prefixes[i].equals(prefixes[first]); i++) {
      if (!isActive(i, now)) {
        continue;
      }
      if (periods[i] == null) {
        anyHour = i;
      } else if (periods[i].contains(local)) {
        thisHour = i;
      }
    }
    return thisHour == NONE ? anyHour : thisHour;
  }

  /** Whether any rate has hours. */
  boolean isTimed() {
    return periods != null;
  }

  /**
   * What may price a call to {@code number} while it lasts, as it is priced by the hour that each increment begins in: of the longest prefix first, its rates
   * with hours and then the one without, where it ends. Only what is active at {@code at}, and nothing that forbids: a call that goes on is not forbidden.
   */
  List<Integer> inTurn(String number, Instant at) {
    int[] entries = new int[number.length()];
    int found = 0;
    int node = PrefixTrie.ROOT;
    for (int i = 0; i < number.length(); i++) {
      node = trie.child(node, number.charAt(i));
      if (node == PrefixTrie.NO_NODE) {
        break;
      }
      if (trie.entry(node) != PrefixTrie.NO_ENTRY) {
        entries[found++] = trie.entry(node);
      }
    }
    var turns = new ArrayList<Integer>();
    boolean last = false;
    while (found > 0 && !last) {
      last = addAll(turns, entries[--found], micros(at, 0));
    }
    return turns;
  }

  /** As {@link #inTurn}, but only of the prefix of a rate. */
  List<Integer> inTurnOf(int rate, Instant at) {
    int first = rate;
    while (first > 0 && prefixes[first - 1].equals(prefixes[rate])) {
      first--;
    }
    var turns = new ArrayList<Integer>();
    addAll(turns, first, micros(at, 0));
    return turns;
  }

  /** @return whether the prefix has a rate of any hour, so that no shorter one counts */
  private boolean addAll(List<Integer> turns, int first, long now) {
    int anyHour = NONE;
    int begin = turns.size();
    for (int i = first; i < prefixes.length && prefixes[i].equals(prefixes[first]); i++) {
      if (!isActive(i, now)) {
        continue;
      }
      if (periods[i] == null) {
        anyHour = i;
      } else if (!forbidden[i]) {
        turns.add(begin, i);
      }
    }
    if (anyHour != NONE && !forbidden[anyHour]) {
      turns.add(anyHour);
    }
    return anyHour != NONE;
  }

  /** As text; null for one of any hour. */
  String period(int rate) {
    return periods == null || periods[rate] == null ? null : periods[rate].toString();
  }

  int size() {
    return prefixes.length;
  }

  String prefix(int rate) {
    return prefixes[rate];
  }

  BigDecimal price1(int rate) {
    return price1.get(rate);
  }

  BigDecimal priceN(int rate) {
    return priceN.get(rate);
  }

  int interval1(int rate) {
    return interval1[rate];
  }

  int intervalN(int rate) {
    return intervalN[rate];
  }

  boolean forbidden(int rate) {
    return forbidden[rate];
  }

  boolean graceEnabled(int rate) {
    return graceEnabled[rate];
  }

  /** Exact decimals in a column: 64-bit units and a scale; the few that need more are kept aside. */
  private static final class Prices {

    private final long[] units;
    private final byte[] scales;
    private final Map<Integer, BigDecimal> wide = new HashMap<>();

    Prices(List<BigDecimal> prices) {
      units = new long[prices.size()];
      scales = new byte[prices.size()];
      for (int i = 0; i < units.length; i++) {
        BigDecimal price = prices.get(i);
        if (price.unscaledValue().bitLength() < 64) {
          units[i] = price.unscaledValue().longValue();
          scales[i] = (byte) price.scale();
        } else {
          wide.put(i, price);
        }
      }
    }

    BigDecimal get(int i) {
      BigDecimal aside = wide.isEmpty() ? null : wide.get(i);
      return aside != null ? aside : BigDecimal.valueOf(units[i], scales[i]);
    }
  }

  @Override
  public String toString() {
    return prefixes.length + " rates " + Arrays.stream(prefixes).limit(3).toList();
  }
}
