package org.strowger.sip.internal.admission;

import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;

/** Sources of which nothing is read, for a while. Threads: any. */
final class Bans {

  private static final int MOST = 10_000;

  /** @param since and until in ticks */
  record Entry(long since, long until, String reason, LongAdder dropped) {}

  private final Map<String, Entry> entries = new ConcurrentHashMap<>();

  boolean isEmpty() {
    return entries.isEmpty();
  }

  /** Whether a message from there is to be dropped; counted if so. */
  boolean drops(String source, long now) {
    Entry entry = entries.get(source);
    if (entry == null) {
      return false;
    }
    if (now - entry.until >= 0) {
      entries.remove(source, entry);
      return false;
    }
    entry.dropped.increment();
    return true;
  }

  /** @return false if it was banned already */
  boolean add(String source, String reason, long now, long length) {
    return put(source, reason, now, now + length, now);
  }

  /** One of before. @return false if it is over, or there already */
  synchronized boolean put(String source, String reason, long since, long until, long now) {
    sweep(now);
    if (now - until >= 0) {
      return false;
    }
    if (entries.containsKey(source)) {
      return false;
    }
    if (entries.size() >= MOST) {
      entries.entrySet().stream().min(Comparator.comparingLong(one -> one.getValue().until - now)).ifPresent(one -> entries.remove(one.getKey()));
    }
    entries.put(source, new Entry(since, until, reason, new LongAdder()));
    return true;
  }

  boolean lift(String source) {
    return entries.remove(source) != null;
  }

  int size(long now) {
    sweep(now);
    return entries.size();
  }

  void each(long now, BiConsumer<String, Entry> told) {
    sweep(now);
    entries.forEach(told);
  }

  private void sweep(long now) {
    entries.values().removeIf(entry -> now - entry.until >= 0);
  }
}
