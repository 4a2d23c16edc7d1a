package org.strowger.hibernate.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.PGConnection;

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
}
