package org.strowger.hibernate.jdbc;

import jakarta.persistence.OptimisticLockException;
import jakarta.persistence.PersistenceException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.hibernate.HibernateException;
import org.hibernate.StaleStateException;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;
import org.strowger.persistence.api.DatabaseException;
import org.strowger.persistence.api.DatabaseException.Kind;

/** Tells what kind of failure an exception of the driver or of Hibernate is. */
public final class SqlFailures {

  private SqlFailures() {}

  /** The failure in our words; an exception that is neither the driver's nor Hibernate's stays as it is. */
  public static RuntimeException translate(Exception failure) {
    if (failure instanceof SQLException sql) {
      return of(sql);
    }
    if (failure instanceof OptimisticLockException || failure instanceof StaleStateException) {
      return new DatabaseException(Kind.CONFLICT, "somebody else changed the same row", failure);
    }
    if (failure instanceof PersistenceException || failure instanceof HibernateException) {
      for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
        if (cause instanceof SQLException sql) {
          return of(sql);
        }
      }
    }
    return failure instanceof RuntimeException same ? same : new IllegalStateException(failure);
  }

  /** Whether the connection itself is what failed, so that nobody can say what the server did last. */
  public static boolean connectionLost(SQLException failure) {
    String state = state(failure);
    return state.startsWith("08") || state.startsWith("57P") || failure instanceof SQLTransientConnectionException;
  }

  /**
   * Whether a statement of the running transaction failed, so that its commit would be a rollback: the server answers such a commit without an
   * error. Asks the driver, not the server.
   */
  public static boolean transactionFailed(Connection connection) throws SQLException {
    return connection.unwrap(BaseConnection.class).getTransactionState() == TransactionState.FAILED;
  }

  private static DatabaseException of(SQLException outer) {
    SQLException failure = serversOwn(outer);
    String constraint = constraint(failure);
    String state = state(failure);
    String named = constraint == null ? "" : " " + constraint;
    return switch (kind(state, failure)) {
      case DUPLICATE -> new DatabaseException(Kind.DUPLICATE, "there is such a row already (constraint" + named + ")", constraint, failure);
      case REFERENCE -> new DatabaseException(Kind.REFERENCE,
          "refers to something that is not there, or is still referred to (constraint" + named + ")", constraint, failure);
      case REFUSED -> new DatabaseException(Kind.REFUSED,
          "the database refused a value (SQLSTATE " + state + (constraint == null ? ")" : ", constraint" + named + ")"), constraint, failure);
      case CONFLICT -> new DatabaseException(Kind.CONFLICT, "another transaction was in the way (SQLSTATE " + state + ")", failure);
      case UNAVAILABLE -> new DatabaseException(Kind.UNAVAILABLE, "the database does not answer (SQLSTATE " + state + ")", failure);
      default -> new DatabaseException(Kind.INTERNAL, "the database refused a statement (SQLSTATE " + state + ")", failure);
    };
  }

  /** The server's own exception: that of a batch has the values of a row in its message, which belong in no log. */
  private static SQLException serversOwn(SQLException failure) {
    for (SQLException next = failure; next != null; next = next.getNextException()) {
      if (next instanceof PSQLException) {
        return next;
      }
    }
    return failure;
  }

  private static Kind kind(String state, SQLException failure) {
    // 57014 is the statement's time limit, 53 is out of memory, disk or connections.
    if (connectionLost(failure) || state.equals("57014") || state.startsWith("53")) {
      return Kind.UNAVAILABLE;
    }
    return switch (state) {
      case "23505", "23P01" -> Kind.DUPLICATE;
      case "23503" -> Kind.REFERENCE;
      case "40001", "40P01", "55P03" -> Kind.CONFLICT;
      default -> state.startsWith("22") || state.startsWith("23") ? Kind.REFUSED : Kind.INTERNAL;
    };
  }

  private static String state(SQLException failure) {
    return failure.getSQLState() == null ? "none" : failure.getSQLState();
  }

  private static String constraint(SQLException failure) {
    ServerErrorMessage message = failure instanceof PSQLException postgres ? postgres.getServerErrorMessage() : null;
    return message == null ? null : message.getConstraint();
  }
}
