package com.example.dnc;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.strowger.kernel.Time;

/** The latest used answers, so many and so long. Threads: any. */
final class AnswerCache {

  private record Kept(boolean listed, long ticks) {}

  private final Time time;
  private final long nanos;
  private final Map<String, Kept> answers;

  AnswerCache(Time time, int most, int seconds) {
    this.time = time;
    this.nanos = seconds * 1_000_000_000L;
    this.answers = new LinkedHashMap<>(64, 0.75f, true) {
      @Override
      protected boolean removeEldestEntry(Map.Entry<String, Kept> eldest) {
        return size() > most;
      }
    };
  }

  synchronized Optional<Boolean> find(String number) {
    Kept kept = answers.get(number);
    if (kept == null) {
      return Optional.empty();
    }
    if (time.ticks() - kept.ticks >= nanos) {
      answers.remove(number);
      return Optional.empty();
    }
    return Optional.of(kept.listed);
  }

  synchronized void keep(String number, boolean listed) {
    if (nanos > 0) {
      answers.put(number, new Kept(listed, time.ticks()));
    }
  }

  synchronized void clear() {
    answers.clear();
  }

  synchronized int size() {
    return answers.size();
  }
}
