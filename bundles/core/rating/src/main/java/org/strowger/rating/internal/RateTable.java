package org.strowger.rating.internal;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.strowger.billing.api.Rate;

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

  private final PrefixTrie trie;
  private final String[] prefixes;
  private final Prices price1;
  private final Prices priceN;
  private final int[] interval1;
  private final int[] intervalN;
  private final boolean[] forbidden;
  private final boolean[] graceEnabled;
  /** Micros of the epoch, one per rate; null while no rate of the tariff has a date. */
  private final long[] activation;
  private final long[] expiration;

  RateTable(List<Rate> unordered) {
    List<Rate> rates = new ArrayList<>(unordered);
    rates.sort(Comparator.comparing(Rate::prefix).thenComparing(rate -> micros(rate.activation(), NEVER_BEFORE)));
    int n = rates.size();
    prefixes = rates.stream().map(Rate::prefix).toArray(String[]::new);
    trie = PrefixTrie.of(prefixes);
    price1 = new Prices(rates.stream().map(Rate::price1).toList());
    priceN = new Prices(rates.stream().map(Rate::priceN).toList());
    interval1 = rates.stream().mapToInt(Rate::interval1).toArray();
    intervalN = rates.stream().mapToInt(Rate::intervalN).toArray();
    forbidden = new boolean[n];
    graceEnabled = new boolean[n];
    boolean dated = rates.stream().anyMatch(rate -> rate.activation() != null || rate.expiration() != null);
    activation = dated ? new long[n] : null;
    expiration = dated ? new long[n] : null;
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

  static long micros(Instant instant, long otherwise) {
    return instant == null ? otherwise : Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1_000);
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
      int active = activeOf(trie.entry(node), now);
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
    return node == PrefixTrie.NO_NODE ? NONE : activeOf(trie.entry(node), micros(at, 0));
  }

  private int activeOf(int first, long now) {
    if (first == PrefixTrie.NO_ENTRY || activation == null) {
      return first;
    }
    int active = NONE;
    for (int i = first; i < prefixes.length && prefixes[i].equals(prefixes[first]); i++) {
      if (activation[i] <= now && now < expiration[i]) {
        active = i;
      }
    }
    return active;
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
