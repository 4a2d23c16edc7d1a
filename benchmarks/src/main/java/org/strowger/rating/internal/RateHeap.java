package org.strowger.rating.internal;

import java.util.Arrays;
import org.strowger.benchmarks.UsedHeap;

/** Heap that the rates of a tariff of 100,000 prefixes take once they are loaded, per rate. */
public final class RateHeap {

  private static final int ROUNDS = 5;

  private RateHeap() {}

  public static void main(String[] arguments) {
    long[] bytes = new long[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      long before = UsedHeap.bytes();
      RateTable table = new RateTable(QuoteBenchmark.rates());
      bytes[i] = (UsedHeap.bytes() - before) / table.size();
    }
    Arrays.sort(bytes);
    System.out.printf("| heap per rate | bytes | %d | %d | %d |%n", bytes[0], bytes[ROUNDS / 2], bytes[ROUNDS - 1]);
  }
}
