package org.strowger.ledger.internal;

import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import org.strowger.hibernate.jdbc.Copy;

/** Sets the parameters of a statement one after the other, or the values of a row to be copied. */
final class Params {

  /** Null if rows are copied. */
  private final PreparedStatement statement;
  /** Null if a statement is run. */
  private final Copy.Rows rows;
  private int next = 1;

  Params(PreparedStatement statement) {
    this.statement = statement;
    this.rows = null;
  }

  Params(Copy.Rows rows) {
    this.statement = null;
    this.rows = rows;
  }

  Params number(Integer value) throws SQLException {
    return plain(value, Types.INTEGER);
  }

  Params number(Long value) throws SQLException {
    return plain(value, Types.BIGINT);
  }

  Params number(BigDecimal value) throws SQLException {
    if (rows != null) {
      rows.plain(value == null ? null : value.toPlainString());
      return this;
    }
    return plain(value, Types.NUMERIC);
  }

  Params flag(Boolean value) throws SQLException {
    return plain(value, Types.BOOLEAN);
  }

  private Params plain(Object value, int type) throws SQLException {
    if (rows != null) {
      rows.plain(value);
    } else {
      statement.setObject(next++, value, type);
    }
    return this;
  }

  /** What a peer sent may hold a NUL, which PostgreSQL has no text for. */
  Params text(Object value) throws SQLException {
    String text = value == null ? null : value.toString();
    if (rows != null) {
      rows.text(text);
    } else {
      statement.setString(next++, text != null && text.indexOf('\0') >= 0 ? text.replace('\0', '\uFFFD') : text);
    }
    return this;
  }

  Params name(Enum<?> value) throws SQLException {
    return text(value == null ? null : value.name());
  }

  Params time(Instant value) throws SQLException {
    if (rows != null) {
      rows.time(value);
    } else {
      statement.setObject(next++, value == null ? null : value.atOffset(ZoneOffset.UTC), Types.TIMESTAMP_WITH_TIMEZONE);
    }
    return this;
  }

  /** Ends a row of a batch. */
  void add() throws SQLException {
    if (rows != null) {
      rows.endRow();
      return;
    }
    statement.addBatch();
    next = 1;
  }
}
