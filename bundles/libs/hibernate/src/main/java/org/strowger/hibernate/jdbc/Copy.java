package org.strowger.hibernate.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** PostgreSQL's COPY, the fastest way for many rows out of and into a table. */
public final class Copy {

  private Copy() {}

  /**
   * @param sql {@code copy … to stdout}
   * @return rows
   */
  public static long out(Connection connection, String sql, OutputStream to) throws SQLException, IOException {
    return connection.unwrap(PGConnection.class).getCopyAPI().copyOut(sql, to);
  }

  /**
   * @param sql {@code copy … from stdin}
   * @return rows
   */
  public static long in(Connection connection, String sql, InputStream from) throws SQLException, IOException {
    return connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql, from);
  }

  /** Rows for {@code copy … from stdin}, value by value. Costs both sides a fraction of what an insert with parameters does. Not for threads. */
  public static final class Rows {

    private static final int SECONDS_A_DAY = 86_400;

    private final StringBuilder text = new StringBuilder(4096);
    private boolean begun;
    /** Printing a date costs more than the rest of the row. */
    private long lastDay = Long.MIN_VALUE;
    private String lastDate;

    private StringBuilder next() {
      if (begun) {
        text.append('\t');
      }
      begun = true;
      return text;
    }

    /** Text; null is null. A NUL, which PostgreSQL has no text for, becomes U+FFFD. */
    public Rows text(String value) {
      StringBuilder out = next();
      if (value == null) {
        out.append("\\N");
        return this;
      }
      for (int i = 0; i < value.length(); i++) {
        char c = value.charAt(i);
        switch (c) {
          case '\\' -> out.append("\\\\");
          case '\t' -> out.append("\\t");
          case '\n' -> out.append("\\n");
          case '\r' -> out.append("\\r");
          case '\0' -> out.append('\uFFFD');
          default -> out.append(c);
        }
      }
      return this;
    }

    /** What prints as PostgreSQL reads it: a whole number or a truth value; null is null. */
    public Rows plain(Object value) {
      next().append(value == null ? "\\N" : value.toString());
      return this;
    }

    /** To the microsecond; null is null. */
    public Rows time(Instant value) {
      if (value == null) {
        return plain(null);
      }
      long day = Math.floorDiv(value.getEpochSecond(), SECONDS_A_DAY);
      if (day != lastDay) {
        lastDay = day;
        lastDate = LocalDate.ofEpochDay(day).toString();
      }
      int second = (int) Math.floorMod(value.getEpochSecond(), SECONDS_A_DAY);
      next().append(lastDate).append(' ');
      digits(second / 3600, 10).append(':');
      digits(second / 60 % 60, 10).append(':');
      digits(second % 60, 10).append('.');
      digits(value.getNano() / 1000, 100_000).append("+00");
      return this;
    }

    private StringBuilder digits(int value, int highest) {
      for (int place = highest; place > 1 && value < place; place /= 10) {
        text.append('0');
      }
      return text.append(value);
    }

    public void endRow() {
      text.append('\n');
      begun = false;
    }

    /**
     * Copies the rows and forgets them.
     *
     * @param into {@code schema.table (column, …)}
     * @return rows
     */
    public long copy(Connection connection, String into) throws SQLException {
      byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
      text.setLength(0);
      CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn("copy " + into + " from stdin");
      try {
        copy.writeToCopy(bytes, 0, bytes.length);
        return copy.endCopy();
      } finally {
        if (copy.isActive()) {
          copy.cancelCopy();
        }
      }
    }
  }
}
