package org.strowger.benchmarks;

/** Heap in use. */
public final class UsedHeap {

  private UsedHeap() {}

  /** Collects until the figure stands still. */
  public static long bytes() {
    long last = Long.MAX_VALUE;
    for (long now = collected(); now < last; now = collected()) {
      last = now;
    }
    return last;
  }

  private static long collected() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
