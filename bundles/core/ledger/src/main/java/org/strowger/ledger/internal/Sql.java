package org.strowger.ledger.internal;

import java.sql.Connection;
import java.sql.SQLException;
import org.strowger.kernel.Unavailable;
import org.strowger.persistence.api.DatabaseException;
import org.strowger.persistence.api.Tx;

/** Runs work in a transaction, and says in the contract's words that the database is away. */
final class Sql {

  /** Work that needs the connection. */
  @FunctionalInterface
  interface OnConnection<T> {
    T on(Connection connection) throws SQLException;
  }

  private Sql() {}

  static <T> T required(Tx tx, OnConnection<T> work) {
    try {
      return tx.required(() -> work.on(tx.connection()));
    } catch (DatabaseException e) {
      throw translated(e);
    }
  }

  static RuntimeException translated(Throwable failure) {
    if (failure instanceof DatabaseException e && (e.retryable() || e.kind() == DatabaseException.Kind.OUTCOME_UNKNOWN)) {
      var unavailable = new Unavailable("the database");
      unavailable.initCause(e);
      return unavailable;
    }
    return failure instanceof RuntimeException e ? e : new IllegalStateException(failure);
  }
}
