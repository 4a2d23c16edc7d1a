package org.strowger.sip.internal;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.strowger.kernel.Time;

/**
 * Names of hosts. Those that an operator entered have their own threads and memory: whatever names phones and peers tell
 * us (Contact, Path, Record-Route), and however slow these are, carriers are found.
 */
final class Names {

  private static final int THREADS_ENTERED = 4;
  private static final int THREADS_TOLD = 8;

  private final Resolver entered;
  private final Resolver told;

  Names(Time time, Resolver.Later later) {
    this.entered = new Resolver(time, later, THREADS_ENTERED);
    this.told = new Resolver(time, later, THREADS_TOLD);
  }

  /** @param system asks the system, and may block */
  Names(Time time, Resolver.Later later, Function<String, Optional<String>> system) {
    this.entered = new Resolver(time, later, THREADS_ENTERED, system);
    this.told = new Resolver(time, later, THREADS_TOLD, system);
  }

  /**
   * See {@link Resolver#resolve}.
   *
   * @param isEntered whether an operator entered this name
   */
  void resolve(String host, boolean isEntered, Consumer<Optional<String>> found) {
    (isEntered || entered.knows(host) ? entered : told).resolve(host, found);
  }

  void stop() {
    entered.stop();
    told.stop();
  }
}
