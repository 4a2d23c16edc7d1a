package org.strowger.rest.internal.login;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Takes what a logger writes in a test, where slf4j-simple writes to the standard error stream. */
final class ToldLines implements AutoCloseable {

  private final String logger;
  private final PrintStream before = System.err;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  ToldLines(String logger) {
    this.logger = logger;
    System.setErr(new PrintStream(out, true, StandardCharsets.UTF_8));
  }

  List<String> lines() {
    return out.toString(StandardCharsets.UTF_8).lines().filter(line -> line.contains(" " + logger + " ")).toList();
  }

  @Override
  public void close() {
    System.setErr(before);
  }
}
