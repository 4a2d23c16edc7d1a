package org.strowger.plugins.internal;

import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.kernel.OncePerMinute;
import org.strowger.kernel.Time;
import org.strowger.plugins.api.Plugin;

/**
 * Says what plugins do wrong: one WARN per plugin and cause a minute, as a plugin that fails fails on every
 * call. Only texts leave this class: a log that keeps its last events would keep a plugin's exception, and
 * with it the plugin.
 */
final class Blame {

  private static final Logger LOG = LoggerFactory.getLogger("org.strowger.plugins");
  private static final int MAX_WHY = 200;
  private static final int MAX_FRAMES = 12;
  private static final StackTraceElement[] NOWHERE = {};

  private final OncePerMinute complaints;

  Blame(Time time) {
    this.complaints = new OncePerMinute(time);
  }

  void warn(Plugin<?> plugin, String cause, String why) {
    warn(plugin.id(), plugin.version(), cause, why);
  }

  void warn(String id, String version, String cause, String why) {
    warn(id, version, cause, why, () -> NOWHERE);
  }

  /** @param thrown null if nothing was */
  void warn(Plugin<?> plugin, String cause, Throwable thrown, String why) {
    warn(plugin.id(), plugin.version(), cause, why, () -> thrown == null ? NOWHERE : framesOf(thrown));
  }

  /** @param where the plugin is stuck */
  void warn(Plugin<?> plugin, String cause, StackTraceElement[] where, String why) {
    warn(plugin.id(), plugin.version(), cause, why, () -> where);
  }

  private void warn(String id, String version, String cause, String why, Supplier<StackTraceElement[]> where) {
    if (complaints.due(id + " " + version + " " + cause)) {
      LOG.warn("Plugin {} {} {}{}", id, version, why, inWords(where.get()));
    }
  }

  private static StackTraceElement[] framesOf(Throwable thrown) {
    try {
      return thrown.getStackTrace();
    } catch (Throwable worse) {
      // A throwable is the plugin's code too.
      return NOWHERE;
    }
  }

  private static String inWords(StackTraceElement[] frames) {
    var text = new StringBuilder();
    for (int i = 0; i < Math.min(frames.length, MAX_FRAMES); i++) {
      text.append("\n\tat ").append(frames[i]);
    }
    return text.toString();
  }

  static String oneLine(Throwable thrown) {
    String text;
    try {
      text = thrown.getClass().getSimpleName() + (thrown.getMessage() == null ? "" : ": " + thrown.getMessage());
    } catch (Throwable worse) {
      // getMessage() is the plugin's code too.
      text = thrown.getClass().getSimpleName();
    }
    return oneLine(text);
  }

  static String oneLine(String text) {
    String head = text.length() <= MAX_WHY ? text : text.substring(0, MAX_WHY) + "…";
    return head.replaceAll("\\p{Cntrl}+", " ");
  }
}
