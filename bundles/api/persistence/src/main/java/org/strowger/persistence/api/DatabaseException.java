package org.strowger.persistence.api;

import java.util.Objects;
import java.util.Optional;
import org.strowger.kernel.ErrorCode;
import org.strowger.kernel.StrowgerException;

/**
 * A transaction that did not happen (but for {@link Kind#OUTCOME_UNKNOWN}). The message may be shown to an administrator: it names the
 * constraint or the cause, never a value of a row or a password.
 */
public final class DatabaseException extends StrowgerException {

  private static final long serialVersionUID = 1L;

  /** What the caller can do about it. */
  public enum Kind {
    /** A unique constraint (SQLSTATE 23505): such a row exists; {@link #constraint()} says which rule. */
    DUPLICATE,
    /** A foreign key (23503): the row refers to one that is not there, or is still referred to. */
    REFERENCE,
    /** Any other refused value: check, not null, too long, out of range (the rest of class 22 and 23). */
    REFUSED,
    /** A dead-lock, a serialization failure, a lock not had in time, a stale version: doing it again may succeed. */
    CONFLICT,
    /** The database or a free connection was not to be had in time, or the statement ran into its time limit. */
    UNAVAILABLE,
    /** The connection broke during the commit: it may have happened. Look before doing it again. */
    OUTCOME_UNKNOWN,
    /** A step failed and its exception was swallowed further out. The cause is that exception, if it left an inner call. */
    DOOMED,
    /** A migration failed. */
    MIGRATION,
    /** A backup or a restore was refused or failed. */
    BACKUP,
    /** Everything else, as a mistake in the SQL. */
    INTERNAL
  }

  private final Kind kind;
  private final String constraint;

  public DatabaseException(Kind kind, String message, Throwable cause) {
    this(kind, message, null, cause);
  }

  /** @param constraint the name of the violated constraint, null if there is none */
  public DatabaseException(Kind kind, String message, String constraint, Throwable cause) {
    super(code(kind), message, cause);
    this.kind = Objects.requireNonNull(kind, "kind");
    this.constraint = constraint;
  }

  private static ErrorCode code(Kind kind) {
    return switch (kind) {
      case DUPLICATE -> ErrorCode.DUPLICATE;
      case REFUSED -> ErrorCode.INVALID;
      case REFERENCE, CONFLICT, BACKUP -> ErrorCode.CONFLICT;
      case UNAVAILABLE, OUTCOME_UNKNOWN, DOOMED, MIGRATION, INTERNAL -> ErrorCode.UNAVAILABLE;
    };
  }

  public Kind kind() {
    return kind;
  }

  /** The constraint that refused the row, as the migration named it. */
  public Optional<String> constraint() {
    return Optional.ofNullable(constraint);
  }

  /** Whether the same work may succeed when it is done again: nothing was stored, and the cause may pass. */
  public boolean retryable() {
    return kind == Kind.CONFLICT || kind == Kind.UNAVAILABLE;
  }
}
