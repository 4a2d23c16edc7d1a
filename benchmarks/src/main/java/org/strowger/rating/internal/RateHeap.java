package org.strowger.rating.internal;

import java.util.Arrays;

/** Heap that the rates of a tariff of 100,000 prefixes take once they are loaded, per rate. */
public final class RateHeap {

  private static final int ROUNDS = 5;

  private RateHeap() {}

  public static void main(String[] arguments) {
    long[] bytes = new long[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      long before = used();
      RateTable table = new RateTable(QuoteBenchmark.rates());
      bytes[i] = (used() - before) / table.size();
    }
    Arrays.sort(bytes);
    System.out.printf("| heap per rate | bytes | %d | %d | %d |%n", bytes[0], bytes[ROUNDS / 2], bytes[ROUNDS - 1]);
  }

  /** Collects until the figure stands still. */
  private static long used() {
    var runtime = Runtime.getRuntime();
    long last = Long.MAX_VALUE;
    for (long now = collect(runtime); now < last; now = collect(runtime)) {
      last = now;
    }
    return last;
  }

  private static long collect(Runtime runtime) {
    System.gc();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
