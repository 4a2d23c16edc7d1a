package org.strowger.testkit;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;

/** What shell commands print, as a test reads it. */
public final class Printed {

  private Printed() {}

  /**
   * Everything printed to {@code System.out} while the command ran; what it throws goes through. Not for tests that run beside others that print.
   *
   * @param command such as {@code action::execute}
   */
  public static String by(Callable<?> command) throws Exception {
    var bytes = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      command.call();
    } finally {
      System.setOut(before);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
