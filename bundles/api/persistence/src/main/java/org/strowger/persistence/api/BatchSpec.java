package org.strowger.persistence.api;

import java.time.Duration;

/**
 * How a {@link BatchWriter} groups.
 *
 * @param name names the thread and the log lines, {@code "journal"}
 * @param maxBatch rows per transaction, 1 to 10,000
 * @param maxQueue rows that may wait, at least {@code maxBatch}; past it a row is refused at once
 * @param patience how long a row is tried again while the database is away or its commit's outcome is unknown; zero: not at all.
 *     With patience the rows must be idempotent ({@code on conflict do nothing}), as a commit whose outcome is unknown is done again
 */
public record BatchSpec(String name, int maxBatch, int maxQueue, Duration patience) {

  public BatchSpec {
    if (maxBatch < 1 || maxBatch > 10_000) {
      throw new IllegalArgumentException("maxBatch " + maxBatch + ": must be 1 to 10000");
    }
    if (maxQueue < maxBatch) {
      throw new IllegalArgumentException("maxQueue " + maxQueue + ": must be at least maxBatch, " + maxBatch);
    }
    if (patience.isNegative()) {
      throw new IllegalArgumentException("patience " + patience + ": must not be negative");
    }
  }

  /** 500 rows a transaction, 20,000 waiting, no patience. */
  public static BatchSpec named(String name) {
    return new BatchSpec(name, 500, 20_000, Duration.ZERO);
  }

  public BatchSpec maxBatch(int rows) {
    return new BatchSpec(name, rows, maxQueue, patience);
  }

  public BatchSpec maxQueue(int rows) {
    return new BatchSpec(name, maxBatch, rows, patience);
  }

  public BatchSpec patience(Duration howLong) {
    return new BatchSpec(name, maxBatch, maxQueue, howLong);
  }
}
