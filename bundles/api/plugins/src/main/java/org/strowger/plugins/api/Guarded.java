package org.strowger.plugins.api;

import java.time.Duration;

/** What became of asking a plugin. Never a thrown exception. */
public sealed interface Guarded<R> {

  Duration took();

  /** It answered in time; never null. */
  record Answered<R>(R value, Duration took) implements Guarded<R> {}

  /** It threw, answered null, took too long, is quarantined or has gone. {@code why} is one line for the trace. */
  record Failed<R>(String why, Plugin.FailurePolicy onFailure, Duration took) implements Guarded<R> {}
}
