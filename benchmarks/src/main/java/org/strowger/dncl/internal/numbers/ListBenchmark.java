package org.strowger.dncl.internal.numbers;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.strowger.benchmarks.UsedHeap;

/**
 * A list of ten million numbers: time from the file to the list that answers, heap that it keeps, heap that it needs meanwhile,
 * time of a lookup. One JVM per format, the file freshly made.
 */
public final class ListBenchmark {

  private static final int ROUNDS = 3;
  private static final int LOOKUPS = 2_000_000;

  private ListBenchmark() {}

  /** @param arguments format, count */
  public static void main(String[] arguments) throws Exception {
    ListFormat format = ListFormat.of("format", arguments[0]);
    int count = Integer.parseInt(arguments[1]);
    long[] all = numbers(count);
    Path file = Files.createTempFile("list", ".txt");
    try {
      write(format, all, file);
      measure(format, all, file);
    } finally {
      Files.delete(file);
    }
  }

  private static void measure(ListFormat format, long[] all, Path file) throws Exception {
    double[] seconds = new double[ROUNDS];
    double[] cpu = new double[ROUNDS];
    double[] megabytes = new double[ROUNDS];
    double[] peak = new double[ROUNDS];
    double[] nanos = new double[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      long before = UsedHeap.bytes();
      long start = System.nanoTime();
      long startCpu = cpuOfThisThread();
      NumberList list = read(format, file);
      cpu[round] = (cpuOfThisThread() - startCpu) / 1e9;
      seconds[round] = (System.nanoTime() - start) / 1e9;
      megabytes[round] = (UsedHeap.bytes() - before) / 1e6;
      nanos[round] = lookups(list, all);
      list = null;
      // Once more, slowed down by the collections that the watching asks for.
      var watch = new PeakHeap(UsedHeap.bytes());
      read(format, file);
      peak[round] = watch.stop() / 1e6;
    }
    line("from file to list, " + format, "s", seconds);
    line("of that, CPU of the one thread, " + format, "s", cpu);
    line("heap of the list, " + format, "MB", megabytes);
    line("live heap while it is made, " + format, "MB", peak);
    line("CPU of a lookup, half of them hits, " + format, "ns", nanos);
  }

  private static NumberList read(ListFormat format, Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return new ListReader(new ListReader.Source(format, "1", Long.MAX_VALUE, Integer.MAX_VALUE)).read(in, () -> false);
    }
  }

  private static long cpuOfThisThread() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static double lookups(NumberList list, long[] all) {
    var random = new Random(1);
    String[] asked = new String[1 << 16];
    boolean[] there = new boolean[asked.length];
    for (int i = 0; i < asked.length; i++) {
      there[i] = i % 2 == 0;
      asked[i] = "1" + (there[i] ? all[random.nextInt(all.length)] : 1_000_000_000L + random.nextInt(1_000_000_000));
    }
    for (int i = 0; i < asked.length; i++) {
      if (there[i] != list.has(asked[i])) {
        throw new AssertionError("wrong answer for " + asked[i]);
      }
    }
    int hits = 0;
    long start = cpuOfThisThread();
    for (int i = 0; i < LOOKUPS; i++) {
      hits += list.has(asked[i & (asked.length - 1)]) ? 1 : 0;
    }
    double each = (double) (cpuOfThisThread() - start) / LOOKUPS;
    if (Math.abs(hits - LOOKUPS / 2) > asked.length) {
      throw new AssertionError(hits + " hits of " + LOOKUPS);
    }
    return each;
  }

  /** North American numbers of ten digits, area codes from 200 on, each once, in random order. */
  private static long[] numbers(int count) {
    long[] all = new long[count];
    long step = 8_000_000_000L / count;
    var random = new Random(count);
    for (int i = 0; i < count; i++) {
      all[i] = 2_000_000_000L + i * step + Math.floorMod(random.nextLong(), step);
    }
    for (int i = count - 1; i > 0; i--) {
      int k = random.nextInt(i + 1);
      long other = all[k];
      all[k] = all[i];
      all[i] = other;
    }
    return all;
  }

  private static void write(ListFormat format, long[] all, Path file) throws IOException {
    long[] written = all;
    if (format == ListFormat.XML) {
      written = all.clone();
      Arrays.sort(written);
    }
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
      long area = 0;
      put(out, format == ListFormat.XML ? "<list type='full' level='all' val=''>\n" : "");
      for (long number : written) {
        if (format == ListFormat.XML && number / 10_000_000 != area) {
          put(out, (area == 0 ? "" : "</ac>\n") + "<ac val='" + number / 10_000_000 + "'>\n");
          area = number / 10_000_000;
        }
        String text = Long.toString(number);
        put(out, switch (format) {
          case TEXT -> text + "\n";
          case AREA_NUMBER -> text.substring(0, 3) + "," + text.substring(3) + "\n";
          case XML -> "<ph val='" + text.substring(3) + "' />\n";
        });
      }
      put(out, format == ListFormat.XML ? "</ac></list>\n" : "");
    }
  }

  private static void put(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static void line(String figure, String unit, double[] rounds) {
    Arrays.sort(rounds);
    System.out.printf("| %s | %s | %.1f | %.1f | %.1f |%n", figure, unit, rounds[0], rounds[rounds.length / 2], rounds[rounds.length - 1]);
  }
}
