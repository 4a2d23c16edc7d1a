package org.strowger.ledger.internal;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.strowger.persistence.api.BatchWriter;

/** A database that takes everything at once, and the test sees what. */
record Noting(List<Write> written) implements BatchWriter<Write> {
  @Override
  public CompletionStage<Void> write(Write row) {
    written.add(row);
    if (row instanceof Write.Settled settled) {
      settled.outcome = new Write.Settled.Outcome(List.of(), List.of());
    }
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public int waiting() {
    return 0;
  }

  @Override
  public void close() {}
}
