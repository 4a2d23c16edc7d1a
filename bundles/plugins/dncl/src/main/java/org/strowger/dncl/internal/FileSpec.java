package org.strowger.dncl.internal;

import static org.strowger.kernel.InvalidInput.range;

import java.nio.file.Path;
import java.util.Dictionary;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.osgi.framework.FrameworkUtil;
import org.strowger.dnc.spi.DncSource;
import org.strowger.dncl.internal.numbers.ListFormat;
import org.strowger.dncl.internal.numbers.ListReader;
import org.strowger.kernel.InvalidInput;

/**
 * A configuration of a list, looked through.
 *
 * @param source null if the configuration cannot be taken
 * @param fault why it cannot; null if it can
 */
record FileSpec(String name, String side, String onFailure, Path file, ListReader.Source source, int checkSeconds, String fault) {

  /** Never throws: what cannot be taken is a list that has no answer, and that is told calls by its {@code on.failure}, closed in doubt. */
  static FileSpec of(FileListConfig config, Map<String, Object> properties, Path home) {
    try {
      return taken(config, home);
    } catch (RuntimeException e) {
      // Of a value that is no number the framework tells when it is asked for.
      String side = or("cld", () -> side(config));
      return new FileSpec(or(named(properties), () -> name(config)), side, or("closed", () -> onFailure(config)), null, null, 0, "its configuration cannot be taken: " + e.getMessage());
    }
  }

  private static FileSpec taken(FileListConfig config, Path home) {
    String name = name(config);
    if (config.file() == null || config.file().isBlank()) {
      throw new InvalidInput("file", config.file(), "names the file of the list " + name);
    }
    var source = new ListReader.Source(ListFormat.of("format", config.format()), matching("prefix", config.prefix().trim(), "[0-9]{0,8}"),
        1_000_000L * range("max.megabytes", config.max_megabytes(), 1, 100_000), range("max.numbers", config.max_numbers(), 1, 100_000_000));
    return new FileSpec(name, side(config), onFailure(config), home.resolve(config.file().trim()), source, range("check.seconds", config.check_seconds(), 0, 86_400), null);
  }

  private static String name(FileListConfig config) {
    return matching("list", config.list(), "[a-z0-9-]{1,32}");
  }

  private static String side(FileListConfig config) {
    return matching("side", config.side().toLowerCase(Locale.ROOT), "cld|cli");
  }

  private static String onFailure(FileListConfig config) {
    return matching("on.failure", config.on_failure().toLowerCase(Locale.ROOT), "open|closed");
  }

  private static String matching(String key, String value, String pattern) {
    if (value == null || !value.matches(pattern)) {
      throw new InvalidInput(key, value, "matches " + pattern);
    }
    return value;
  }

  private static String or(String fallback, Supplier<String> wanted) {
    try {
      return wanted.get();
    } catch (RuntimeException e) {
      return fallback;
    }
  }

  /** What its file is called by: {@code ca} of {@code etc/org.strowger.dncl.file-ca.cfg}. */
  private static String named(Map<String, Object> properties) {
    String pid = String.valueOf(properties.get("service.pid"));
    String file = String.valueOf(properties.getOrDefault("felix.fileinstall.filename", pid)).replaceAll("\\.(cfg|config|cfg\\.json)$", "");
    String last = file.substring(Math.max(file.lastIndexOf('-'), file.lastIndexOf('~')) + 1).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9-]", "-");
    return last.isEmpty() ? "unnamed" : last.substring(0, Math.min(32, last.length()));
  }

  boolean isFit() {
    return fault == null;
  }

  /** Whether the same numbers come of it. */
  boolean readsAs(FileSpec other) {
    return isFit() && other.isFit() && file.equals(other.file) && source.format() == other.source.format() && source.prefix().equals(other.source.prefix());
  }

  /** Of the service. By its id a list can be named as mandatory. */
  Dictionary<String, Object> properties() {
    return FrameworkUtil.asDictionary(Map.of(DncSource.LIST, name, DncSource.SIDE, side, "on.failure", onFailure, "plugin.id", "dncl-" + name));
  }
}
