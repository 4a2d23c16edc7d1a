package org.strowger.accounts.internal.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.kernel.AccountId;
import org.strowger.persistence.api.BatchSpec;
import org.strowger.persistence.api.BatchWriter;
import org.strowger.persistence.api.Domain;

/** First call attempts on their way to the database, on a thread of their own. What is not durable yet already counts. */
final class FirstUses implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(FirstUses.class);
  /** More first uses than this in flight are noted by the account's next call. */
  private static final int MOST = 20_000;

  private final BatchWriter<Use> writer;
  private final Map<AccountId, Instant> noted = new ConcurrentHashMap<>();

  private record Use(AccountId id, Instant when) {}

  FirstUses(Domain domain) {
    this.writer = domain.writer(BatchSpec.named("first-use").maxQueue(MOST).patience(Duration.ofMinutes(1)), FirstUses::write);
  }

  /** What is not durable yet. Ask before reading a row: what is durable by then is in the row. */
  Map<AccountId, Instant> noted() {
    return noted.isEmpty() ? Map.of() : Map.copyOf(noted);
  }

  /**
   * @param settled runs when it is durable or given up, on the writer's thread
   * @return whether this is news
   */
  boolean note(AccountId id, Instant when, Runnable settled) {
    if (noted.size() >= MOST || noted.putIfAbsent(id, when) != null) {
      return false;
    }
    writer.write(new Use(id, when)).whenComplete((done, failure) -> {
      noted.remove(id);
      if (failure != null) {
        LOG.warn("first use of account {} is not stored, its next call stores it: {}", id, failure.getMessage());
      }
      settled.run();
    });
    return true;
  }

  private static void write(Connection connection, List<Use> uses) throws SQLException {
    try (var update = connection.prepareStatement("update accounts.account set first_use = ? where id = ? and first_use is null")) {
      for (Use use : uses) {
        update.setObject(1, use.when().atOffset(ZoneOffset.UTC));
        update.setInt(2, use.id().value());
        update.addBatch();
      }
      update.executeBatch();
    }
  }

  @Override
  public void close() {
    writer.close();
  }
}
