package org.strowger.calls.internal.shell;

import org.strowger.calls.api.CallTrace;
import org.strowger.shell.api.Table;

/** Prints a trace. */
final class Steps {

  private Steps() {}

  static void print(CallTrace trace, boolean json) {
    if (!json) {
      System.out.println("call " + trace.call() + (trace.steps().isEmpty() ? "" : ", " + trace.steps().get(0).at()));
    }
    Table table = Table.of("ms", "stage", "by", "what", "micros");
    trace.steps().forEach(step -> table.row(step.offsetMillis(), step.stage(), step.by(), step.what(), step.tookMicros() == 0 ? null : step.tookMicros()));
    table.print(System.out, json);
  }
}
