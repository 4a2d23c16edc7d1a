package org.strowger.persistence.api;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Group commit: rows of many callers in one transaction. One thread writes whatever waits when it is free and the spec's time for gathering
 * is over. Rows of {@link #write} are in the order they came, so are those of {@link #writeLazily}, and no row is written before one that was
 * asked for promptly ahead of it. Safe for use by any thread.
 */
@ProviderType
public interface BatchWriter<T> extends AutoCloseable {

  /**
   * Queues a row. Never blocks, never throws.
   *
   * @return completes when the row is durable, or exceptionally with a {@link DatabaseException}: {@code UNAVAILABLE} when the queue is
   *     full, the writer closed or the database away for longer than the spec's patience; the row's own failure otherwise (a bad row
   *     does not take the others of its batch with it). Completes on the writer's thread: what depends on it is brief, or asynchronous
   */
  CompletionStage<Void> write(T row);

  /** As {@link #write}, for a row that nobody waits for: it may gather company for longer, and later prompt rows may overtake it. */
  default CompletionStage<Void> writeLazily(T row) {
    return write(row);
  }

  /** How many rows wait or are being written. */
  int waiting();

  /** Refuses further rows, writes those that wait for at most 10 s, fails the rest, ends the thread. */
  @Override
  void close();

  /** Writes a batch. */
  @FunctionalInterface
  interface Rows<T> {
    /**
     * @param connection of the batch's transaction
     * @param batch 1 to {@code maxBatch} rows, immutable
     */
    void write(Connection connection, List<T> batch) throws SQLException;
  }
}
