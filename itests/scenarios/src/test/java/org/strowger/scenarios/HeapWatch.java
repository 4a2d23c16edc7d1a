package org.strowger.scenarios;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the heap of a switch came to, by what its collector says: it is fullest just before it is collected. */
final class HeapWatch {

  private static final Pattern COLLECTED = Pattern.compile("Pause .* (\\d+)M->(\\d+)M\\((\\d+)M\\) (\\d+)");
  private static final Pattern MOST = Pattern.compile("(?m)^-Xmx(\\d+)m");

  private final Path log;
  private final long most;
  private int seen;

  HeapWatch(Switch of) throws Exception {
    Matcher limit = MOST.matcher(Files.readString(of.home().resolve("etc/jvm.options")));
    if (!limit.find()) {
      throw new IllegalStateException("no -Xmx in megabytes in etc/jvm.options");
    }
    most = Long.parseLong(limit.group(1));
    log = of.home().resolve("log/gc.log");
    Process jcmd = new ProcessBuilder(System.getProperty("java.home") + "/bin/jcmd", Long.toString(of.pid()), "VM.log", "output=" + log, "what=gc", "decorators=none")
        .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    if (!jcmd.waitFor(20, TimeUnit.SECONDS) || jcmd.exitValue() != 0) {
      throw new IllegalStateException("the switch does not say what it collects");
    }
  }

  /**
   * What was seen since the last time.
   *
   * @param before percent of the largest heap there may be that were in use before a collection, at most
   * @param after the same, after one
   * @param longest milliseconds of a pause
   */
  record Fill(long before, long after, int collections, long longest) {
    @Override
    public String toString() {
      return "heap at most " + before + " % full, " + after + " % after a collection; " + collections + " collections, the longest " + longest + " ms";
    }
  }

  Fill fill() throws IOException {
    List<String> lines = Files.readAllLines(log);
    long before = 0;
    long after = 0;
    long longest = 0;
    int collections = 0;
    for (String line : lines.subList(seen, lines.size())) {
      Matcher one = COLLECTED.matcher(line);
      if (one.find()) {
        before = Math.max(before, Long.parseLong(one.group(1)) * 100 / most);
        after = Math.max(after, Long.parseLong(one.group(2)) * 100 / most);
        longest = Math.max(longest, Long.parseLong(one.group(4)));
        collections++;
      }
    }
    seen = lines.size();
    return new Fill(before, after, collections, longest);
  }
}
