package org.strowger.plugins.internal;

import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.kernel.Meter;
import org.strowger.kernel.OncePerMinute;
import org.strowger.kernel.Time;
import org.strowger.plugins.api.Guarded;
import org.strowger.plugins.api.Plugin;

/**
 * Asks one question of one plugin and lets nothing but an answer out. Runs on the caller's thread. An
 * answer that came late is counted and still used: nobody else could have given one meanwhile.
 */
final class Guard {

  private static final Logger LOG = LoggerFactory.getLogger(Guard.class);
  private static final int MAX_WHY = 200;

  private final Time time;
  private final LongAdder asked;
  private final LongAdder failed;
  private final LongAdder late;
  private final OncePerMinute complaints;
  private volatile long limitNanos;

  Guard(Time time, Meter meter, Duration limit) {
    this.time = time;
    this.complaints = new OncePerMinute(time);
    this.asked = meter.counter("asked");
    this.failed = meter.counter("failed");
    this.late = meter.counter("late");
    limit(limit);
  }

  void limit(Duration limit) {
    limitNanos = limit.toNanos();
  }

  <S, R> Guarded<R> ask(Plugin<S> plugin, Running running, Function<? super S, ? extends R> question) {
    asked.increment();
    long start = time.ticks();
    if (running == null) {
      failed.increment();
      return new Guarded.Failed<>("has gone", plugin.onFailure(), Duration.ZERO);
    }
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(running.loader());
    R value = null;
    Throwable thrown = null;
    try {
      value = question.apply(plugin.service());
    } catch (Throwable e) {
      thrown = e;
    } finally {
      thread.setContextClassLoader(before);
    }
    Duration took = time.since(start);
    if (took.toNanos() > limitNanos) {
      late.increment();
      warn(plugin, "late", null, "took " + took.toMillis() + " ms, its limit is " + limitNanos / 1_000_000 + " ms");
    }
    if (value == null) {
      running.failed();
      failed.increment();
      String why = thrown == null ? "answered nothing" : oneLine(thrown);
      warn(plugin, thrown == null ? "null" : thrown.getClass().getName(), thrown, why);
      return new Guarded.Failed<>(why, plugin.onFailure(), took);
    }
    running.answered(took.toNanos());
    return new Guarded.Answered<>(value, took);
  }

  /** One line per plugin and cause a minute: a plugin that fails fails on every call. */
  private void warn(Plugin<?> plugin, String cause, Throwable thrown, String why) {
    if (!complaints.due(plugin.id() + " " + plugin.version() + " " + cause)) {
      return;
    }
    String line = "Plugin " + plugin.id() + " " + plugin.version() + " " + why;
    try {
      LOG.warn(line, thrown);
    } catch (Throwable worse) {
      // Printing a throwable runs its own code, which is the plugin's.
      LOG.warn("{} (its exception can't be printed)", line);
    }
  }

  private static String oneLine(Throwable thrown) {
    String text;
    try {
      text = thrown.getClass().getSimpleName() + (thrown.getMessage() == null ? "" : ": " + thrown.getMessage());
    } catch (Throwable worse) {
      // getMessage() is the plugin's code too.
      text = thrown.getClass().getSimpleName();
    }
    text = text.replaceAll("\\p{Cntrl}+", " ");
    return text.length() <= MAX_WHY ? text : text.substring(0, MAX_WHY) + "…";
  }
}
