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
 * @param gather how much time is between two batches at least, unless one is full: a row that comes alone is written at once, those right
 *     behind it share the next commit, which costs the disk and both processes the same for one row as for a hundred; zero: none
 * @param gatherLazily how long the first row of {@link BatchWriter#writeLazily} waits for others; at least {@code gather}
 */
public record BatchSpec(String name, int maxBatch, int maxQueue, Duration patience, Duration gather, Duration gatherLazily) {

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
    if (gather.isNegative() || gatherLazily.compareTo(gather) < 0) {
      throw new IllegalArgumentException("gather " + gather + ", lazily " + gatherLazily + ": the first must not be negative, nor the second shorter");
    }
  }

  /** Gathers nothing: what waits is written at once. */
  public BatchSpec(String name, int maxBatch, int maxQueue, Duration patience) {
    this(name, maxBatch, maxQueue, patience, Duration.ZERO, Duration.ZERO);
  }

  /** 500 rows a transaction, 20,000 waiting, no patience. */
  public static BatchSpec named(String name) {
    return new BatchSpec(name, 500, 20_000, Duration.ZERO);
  }

  public BatchSpec maxBatch(int rows) {
    return new BatchSpec(name, rows, maxQueue, patience, gather, gatherLazily);
  }

  public BatchSpec maxQueue(int rows) {
    return new BatchSpec(name, maxBatch, rows, patience, gather, gatherLazily);
  }

  public BatchSpec patience(Duration howLong) {
    return new BatchSpec(name, maxBatch, maxQueue, howLong, gather, gatherLazily);
  }

  public BatchSpec gather(Duration promptly, Duration lazily) {
    return new BatchSpec(name, maxBatch, maxQueue, patience, promptly, lazily);
  }
}
