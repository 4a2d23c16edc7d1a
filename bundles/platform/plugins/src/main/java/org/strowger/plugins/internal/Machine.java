package org.strowger.plugins.internal;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the operating system says of itself. */
final class Machine {

  /** Linux: three averages, then those that run or wait for a processor right now, of all there are: {@code 0.20 0.18 0.12 3/517 11206}. */
  private static final Path LOAD = Path.of("/proc/loadavg");
  private static final int NOW = 3;

  private Machine() {}

  /** Whether more threads want a processor right now than there are processors; elsewhere than on Linux, whether they did in the last minute. */
  static boolean isCrowded() {
    int processors = Runtime.getRuntime().availableProcessors();
    try {
      return running(Files.readString(LOAD, StandardCharsets.US_ASCII)) > processors;
    } catch (IOException | RuntimeException e) {
      return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage() > processors;
    }
  }

  static int running(String load) {
    String now = load.split(" ")[NOW];
    return Integer.parseInt(now.substring(0, now.indexOf('/')));
  }
}
