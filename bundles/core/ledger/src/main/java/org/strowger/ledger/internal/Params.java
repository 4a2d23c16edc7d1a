package org.strowger.ledger.internal;

import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;

/** Sets the parameters of a statement one after the other. */
final class Params {

  private final PreparedStatement statement;
  private int next = 1;

  Params(PreparedStatement statement) {
    this.statement = statement;
  }

  Params number(Integer value) throws SQLException {
    statement.setObject(next++, value, Types.INTEGER);
    return this;
  }

  Params number(Long value) throws SQLException {
    statement.setObject(next++, value, Types.BIGINT);
    return this;
  }

  Params number(BigDecimal value) throws SQLException {
    statement.setObject(next++, value, Types.NUMERIC);
    return this;
  }

  Params flag(Boolean value) throws SQLException {
    statement.setObject(next++, value, Types.BOOLEAN);
    return this;
  }

  /** What a peer sent may hold a NUL, which PostgreSQL has no text for. */
  Params text(Object value) throws SQLException {
    String text = value == null ? null : value.toString();
    statement.setString(next++, text != null && text.indexOf('\0') >= 0 ? text.replace('\0', '\uFFFD') : text);
    return this;
  }

  Params name(Enum<?> value) throws SQLException {
    return text(value == null ? null : value.name());
  }

  Params time(Instant value) throws SQLException {
    statement.setObject(next++, value == null ? null : value.atOffset(ZoneOffset.UTC), Types.TIMESTAMP_WITH_TIMEZONE);
    return this;
  }

  /** Ends a row of a batch. */
  void add() throws SQLException {
    statement.addBatch();
    next = 1;
  }
}
