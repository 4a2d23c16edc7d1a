package org.strowger.postgres.internal.embedded;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.strowger.kernel.Time;

/** Another JVM that starts the database of an instance, says so, and waits to be killed; or stops it when it is told to. */
public final class OtherSwitch {

  private OtherSwitch() {}

  public static void main(String[] arguments) throws Exception {
    Optional<Path> programs = arguments.length > 1 ? Optional.of(Path.of(arguments[1])) : Optional.empty();
    LaunchSettings settings = new LaunchSettings(Path.of(arguments[0]), 0, true, programs);
    EmbeddedPostgres server = EmbeddedPostgres.start(settings, Time.SYSTEM, new CountDownLatch(1));
    System.out.println("started");
    System.out.println(server.runsAs());
    System.out.println(server.folder());
    System.out.flush();
    if (System.in.read() >= 0) {
      server.close();
      System.out.println("stopped");
    }
    // The end of the input: whoever started this is gone; the database stays, as after a kill.
    Runtime.getRuntime().halt(0);
  }
}
