package org.strowger.calls.internal;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.strowger.kernel.Meter;

/** What is counted about calls. */
final class Counts {

  final LongAdder attempts;
  final LongAdder answered;
  final LongAdder cut;
  final LongAdder challenged;
  final LongAdder shed;
  final LongAdder settleRetries;
  private final Meter meter;
  private final ConcurrentHashMap<Integer, LongAdder> refusals = new ConcurrentHashMap<>();

  Counts(Meter meter) {
    this.meter = meter;
    attempts = meter.counter("attempts");
    answered = meter.counter("answered");
    cut = meter.counter("cut");
    challenged = meter.counter("challenged-again");
    shed = meter.counter("shed");
    settleRetries = meter.counter("settle-retries");
  }

  /** By the status the caller got. */
  void refused(int status) {
    refusals.computeIfAbsent(status, s -> meter.counter("failed." + s)).increment();
  }
}
