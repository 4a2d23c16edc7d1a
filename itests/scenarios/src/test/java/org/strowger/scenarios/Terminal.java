package org.strowger.scenarios;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.strowger.phone.Waiting;

/** A command in the foreground of a terminal of its own (a pseudo terminal of {@code script}), and who sits at it. */
final class Terminal implements AutoCloseable {

  private static final int CTRL_C = 3;

  private final Process process;
  private final StringBuffer shown = new StringBuffer();

  /** @param command words without blanks */
  Terminal(List<String> command) {
    // A build in the background ignores SIGINT and hands that down; at a terminal nobody ignores it.
    String line = "exec env --default-signal=INT " + String.join(" ", command);
    try {
      process = new ProcessBuilder("script", "-qefc", line, "/dev/null").redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var reader = new Thread(this::read, "terminal");
    reader.setDaemon(true);
    reader.start();
  }

  private void read() {
    var buffer = new byte[8192];
    try (InputStream output = process.getInputStream()) {
      for (int n = output.read(buffer); n >= 0; n = output.read(buffer)) {
        shown.append(new String(buffer, 0, n, StandardCharsets.UTF_8).replace("\r", ""));
      }
    } catch (IOException closed) {
      // what was shown until then is what there is
    }
  }

  String shown() {
    return shown.toString();
  }

  /** What is shown, once the words are among it. */
  String await(String words, Duration limit) {
    try {
      Waiting.until(() -> shown.indexOf(words) >= 0 || !process.isAlive(), limit);
    } catch (RuntimeException late) {
      throw new AssertionError("not shown within " + limit + ": '" + words + "', but:\n" + shown, late);
    }
    if (shown.indexOf(words) < 0) {
      throw new AssertionError("ended without '" + words + "', but:\n" + shown);
    }
    return shown();
  }

  void pressCtrlC() throws IOException {
    process.getOutputStream().write(CTRL_C);
    process.getOutputStream().flush();
  }

  /** The command's exit status. */
  int awaitEnd(Duration limit) throws InterruptedException {
    if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError("not ended within " + limit + ":\n" + shown);
    }
    return process.exitValue();
  }

  @Override
  public void close() throws Exception {
    if (process.isAlive()) {
      pressCtrlC();
      if (!process.waitFor(90, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    }
  }
}
