package org.strowger.postgres.internal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.strowger.hibernate.jdbc.Migrator;

/** What a role must be allowed to in a database: to make schemas, but only where one of ours is still missing. */
final class Rights {

  /** Whether a domain has been opened there before, by a role that is this one or lets it in. */
  private static final String OURS = "exists (select from pg_class c where c.relname = ? and has_schema_privilege(c.relnamespace, 'create'))";
  private static final String SCHEMA = "to_regnamespace(?) is not null";

  private Rights() {}

  /** Asked of a new database as a whole: without the right every domain would fail by itself. @return what is wrong, and what helps */
  static Optional<String> lackingToBegin(Connection connection, String user) throws SQLException {
    return lacking(connection, user, OURS, Migrator.HISTORY);
  }

  /** Asked for each domain: it may be newer than the others. @return what is wrong, and what helps */
  static Optional<String> lackingFor(String schema, Connection connection, String user) throws SQLException {
    return lacking(connection, user, SCHEMA, schema);
  }

  private static Optional<String> lacking(Connection connection, String user, String unless, String name) throws SQLException {
    String sql = "select quote_ident(current_database()), quote_ident(current_user), has_database_privilege(current_database(), 'create') or " + unless;
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      select.setString(1, name);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getBoolean(3) ? Optional.empty() : Optional.of("user " + user + " may not create schemas in the database " + row.getString(1)
            + " of jdbcUrl, and every domain has its own: let the database's owner run grant create on database " + row.getString(1) + " to " + row.getString(2) + "; it is tried again by itself");
      }
    }
  }
}
