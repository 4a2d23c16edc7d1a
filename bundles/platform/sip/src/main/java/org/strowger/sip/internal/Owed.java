package org.strowger.sip.internal;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bytes that are kept for others. Bounded for one source that is not exempt and for all, so that nobody fills the heap by
 * reading slowly, not at all, or by long requests. Threads: any.
 */
final class Owed {

  private final long most;
  private final long mostOfASource;
  private final AtomicLong all = new AtomicLong();
  private final Map<String, Long> bySource = new ConcurrentHashMap<>();

  Owed(long most, long mostOfASource) {
    this.most = most;
    this.mostOfASource = mostOfASource;
  }

  /**
   * False if that is too much; nothing is counted then.
   *
   * @param exempt whether the bound of a source does not concern it; it is counted all the same
   */
  boolean add(String source, long bytes, boolean exempt) {
    if (all.addAndGet(bytes) > most) {
      all.addAndGet(-bytes);
      return false;
    }
    boolean[] fits = {true};
    bySource.compute(source, (key, before) -> {
      long now = (before == null ? 0 : before) + bytes;
      fits[0] = exempt || now <= mostOfASource;
      return fits[0] ? Long.valueOf(now) : before;
    });
    if (!fits[0]) {
      all.addAndGet(-bytes);
    }
    return fits[0];
  }

  /** Counted whatever the bounds are. */
  void count(String source, long bytes) {
    all.addAndGet(bytes);
    bySource.merge(source, bytes, Long::sum);
  }

  void remove(String source, long bytes) {
    all.addAndGet(-bytes);
    bySource.computeIfPresent(source, (key, before) -> before > bytes ? Long.valueOf(before - bytes) : null);
  }

  /** What is kept already turns out to be so much more, or less; it is counted, and never refused. */
  void change(String source, long bytes) {
    all.addAndGet(bytes);
    bySource.computeIfPresent(source, (key, before) -> before + bytes > 0 ? Long.valueOf(before + bytes) : null);
  }

  /** Whether so much more could be added now. */
  boolean fits(String source, long bytes, boolean exempt) {
    return all.get() + bytes <= most && (exempt || bySource.getOrDefault(source, 0L) + bytes <= mostOfASource);
  }

  long bytes() {
    return all.get();
  }
}
