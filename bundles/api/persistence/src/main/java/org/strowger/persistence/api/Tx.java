package org.strowger.persistence.api;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Function;
import org.osgi.annotation.versioning.ProviderType;

/**
 * One transaction over all domains: one connection, bound to the calling thread, committed once. A call inside a call joins.
 * An exception that leaves any of them dooms the whole, even if somebody further out catches it. Isolation is READ COMMITTED.
 *
 * <p>Work inside a transaction never waits for a call, a plugin or the network: the pool is small. A statement may take 30 s, a
 * lock 10 s, a free connection 5 s; past that the transaction fails.
 *
 * <p>SQL of a store names its schema ({@code insert into ledger.entry …}): domains share the connection, so there is no search path
 * to rely on.
 */
@ProviderType
public interface Tx {

  /**
   * Runs {@code work} in the thread's transaction, or in a new one that is committed before this returns.
   *
   * @return what {@code work} returned, may be null
   * @throws DatabaseException when SQL failed (in the work, in a flush, in the commit), also where Hibernate has wrapped it; any other
   *     exception of {@code work} passes unchanged. Nothing has been stored then, but for {@link DatabaseException.Kind#OUTCOME_UNKNOWN}
   */
  <T> T required(Work<T> work);

  /** As {@link #required}, for work without an answer. */
  default void run(Action action) {
    required(() -> {
      action.run();
      return null;
    });
  }

  /**
   * The connection of the thread's transaction. It refuses commit, rollback, close and a change of auto-commit, which are not the
   * store's. Valid until the transaction ends.
   *
   * @throws IllegalStateException outside a transaction, and inside one that is doomed
   */
  Connection connection();

  /** Whether the calling thread is inside a transaction. */
  boolean active();

  /**
   * Runs {@code hook} once the transaction has been committed, on this thread, after its connection went back to the pool; not at
   * all if it was rolled back or its outcome is unknown. Hooks run in the order of registration; one that throws is logged and stops
   * neither the others nor the caller. A hook may start a transaction of its own. Meant for dropping cache entries and publishing events.
   *
   * @throws IllegalStateException outside a transaction
   */
  void afterCommit(Runnable hook);

  /**
   * What takes part in the thread's transaction under {@code key}, opened on its connection at the first use. This is how a
   * library puts its session on the shared connection.
   *
   * @throws IllegalStateException outside a transaction, and inside one that is doomed
   */
  <P extends Participant> P participant(Object key, Function<Connection, P> opener);

  /** Work with an answer. */
  @FunctionalInterface
  interface Work<T> {
    T run() throws SQLException;
  }

  /** Work without an answer. */
  @FunctionalInterface
  interface Action {
    void run() throws SQLException;
  }
}
