package org.strowger.plugins.api;

import java.time.Duration;

/** What became of asking a plugin. Never a thrown exception. */
public sealed interface Guarded<R> {

  Duration took();

  /** It answered in time; never null. */
  record Answered<R>(R value, Duration took) implements Guarded<R> {}

  /**
   * It threw, answered null, took too long, is quarantined or has gone.
   *
   * @param why one line for the trace
   * @param onFailure the plugin's own; but OPEN of one that has left, or was leaving when it failed, for a plugin that is not there decides nothing
   */
  record Failed<R>(String why, Plugin.FailurePolicy onFailure, Duration took) implements Guarded<R> {}
}
