package org.strowger.dncl.internal.numbers;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The most that was alive in the heap, as every collection left it; collections are asked for as long as it watches. */
final class PeakHeap {

  private final long before;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread watcher = new Thread(this::watch, "peak");
  private long most;

  PeakHeap(long before) {
    this.before = before;
    watcher.setDaemon(true);
    watcher.start();
  }

  private void watch() {
    try {
      while (!stop.await(100, TimeUnit.MILLISECONDS)) {
        System.gc();
        long alive = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
          MemoryUsage left = pool.getCollectionUsage();
          alive += left == null ? 0 : left.getUsed();
        }
        most = Math.max(most, alive);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Bytes above what was there before. */
  long stop() throws InterruptedException {
    stop.countDown();
    watcher.join();
    return Math.max(0, most - before);
  }
}
