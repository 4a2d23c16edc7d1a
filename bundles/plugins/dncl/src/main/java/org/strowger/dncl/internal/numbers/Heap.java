package org.strowger.dncl.internal.numbers;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.List;
import java.util.function.LongPredicate;

/**
 * Whether so many bytes more may be taken of the heap while a list is read: without memory the whole switch ends, not the list.
 * A quarter of the heap is left to calls and to the collector. Not for use by several threads.
 */
final class Heap implements LongPredicate {

  private static final int SPARED = 4;

  /** Those where large arrays are: what is young is garbage before long. */
  private final List<MemoryPoolMXBean> old = ManagementFactory.getMemoryPoolMXBeans().stream()
      .filter(pool -> pool.getType() == MemoryType.HEAP && !pool.getName().matches(".*(Eden|Survivor).*")).toList();
  private boolean collected;

  @Override
  public boolean test(long bytes) {
    if (bytes > left() && !collected) {
      // Once per list, and only for one that would be refused: what is there may be a list that was given up, not collected yet.
      collected = true;
      System.gc();
    }
    return bytes <= left();
  }

  private long left() {
    long most = Runtime.getRuntime().maxMemory();
    return most - most / SPARED - old.stream().mapToLong(pool -> pool.getUsage().getUsed()).sum();
  }
}
