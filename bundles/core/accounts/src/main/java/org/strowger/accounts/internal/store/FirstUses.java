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

/**
 * First call attempts on their way to the database, on a thread of their own. What is not durable yet already counts, and who keeps accounts in
 * memory is told of it before it can be durable.
 */
final class FirstUses implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(FirstUses.class);
  /** More first uses than this in flight are noted by the account's next call. */
  private static final int MOST = 20_000;

  private final BatchWriter<Use> writer;
  private final Map<AccountId, Instant> noted = new ConcurrentHashMap<>();

  private static final class Use {
    final AccountId id;
    final Instant when;
    /** Whether the last attempt to write it did: not if the row has a first use already, be it by an attempt whose end nobody learnt. */
    volatile boolean written;

    Use(AccountId id, Instant when) {
      this.id = id;
      this.when = when;
    }
  }

  FirstUses(Domain domain) {
    this.writer = domain.writer(BatchSpec.named("first-use").maxQueue(MOST).patience(Duration.ofMinutes(1)), FirstUses::write);
  }

  /** What is not durable yet. Ask before reading a row: what is durable by then is in the row. */
  Map<AccountId, Instant> noted() {
    return noted.isEmpty() ? Map.of() : Map.copyOf(noted);
  }

  void note(AccountId id, Instant when, Keeper keeper) {
    if (noted.size() >= MOST || noted.putIfAbsent(id, when) != null) {
      return;
    }
    keeper.used(id, when);
    var use = new Use(id, when);
    writer.write(use).whenComplete((done, failure) -> {
      noted.remove(id);
      if (failure != null) {
        LOG.warn("first use of account {} is not stored, its next call stores it: {}", id, failure.getMessage());
        keeper.unused(id, when);
      } else if (!use.written) {
        keeper.usedBefore(id);
      }
    });
  }

  /** Null where it does not run yet, or for ever. */
  static Instant expiration(Instant firstUse, int lifetimeDays) {
    return firstUse == null || lifetimeDays < 0 ? null : firstUse.plus(Duration.ofDays(lifetimeDays));
  }

  private static void write(Connection connection, List<Use> uses) throws SQLException {
    try (var update = connection.prepareStatement("update accounts.account set first_use = ? where id = ? and first_use is null")) {
      for (Use use : uses) {
        update.setObject(1, use.when.atOffset(ZoneOffset.UTC));
        update.setInt(2, use.id.value());
        update.addBatch();
      }
      int[] rows = update.executeBatch();
      for (int i = 0; i < rows.length; i++) {
        uses.get(i).written = rows[i] == 1;
      }
    }
  }

  @Override
  public void close() {
    writer.close();
  }
}
