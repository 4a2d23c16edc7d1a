package org.strowger.ledger.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;

/**
 * Makes the months of the partitioned tables ahead of time. Rows that went to the default partition because a month
 * was missing are moved when it is made.
 */
final class Partitions {

  static final int MONTHS_AHEAD = 2;

  /** @param column what its months are of */
  private record Table(String name, String column) {}

  /** In the order in which the ledger's writer locks them. */
  static final List<Table> TABLES = List.of(new Table("cdr", "setup_time"), new Table("entry", "time"));

  private Partitions() {}

  /** This month and those ahead. In the caller's transaction. */
  static void ensure(Connection connection, Instant now) throws SQLException {
    YearMonth month = YearMonth.from(now.atOffset(ZoneOffset.UTC));
    for (int i = 0; i <= MONTHS_AHEAD; i++) {
      for (Table table : TABLES) {
        ensure(connection, table.name, table.column, month.plusMonths(i));
      }
    }
  }

  private static void ensure(Connection connection, String table, String column, YearMonth month) throws SQLException {
    String name = String.format("ledger.%s_%04d_%02d", table, month.getYear(), month.getMonthValue());
    try (Statement statement = connection.createStatement()) {
      try (var exists = statement.executeQuery("select to_regclass('" + name + "') is not null")) {
        exists.next();
        if (exists.getBoolean(1)) {
          return;
        }
      }
      String from = "'" + month + "-01 00:00:00+00'";
      String to = "'" + month.plusMonths(1) + "-01 00:00:00+00'";
      // Writers wait for the moment; without it a row could slip into the default partition between move and attach.
      statement.execute("lock table ledger." + table + " in share row exclusive mode");
      statement.execute("create table " + name + " (like ledger." + table + " including defaults including constraints)");
      statement.execute("with moved as (delete from ledger." + table + "_default where " + column + " >= " + from + " and " + column + " < " + to
          + " returning *) insert into " + name + " select * from moved");
      unanalyzed(statement, table, name);
      statement.execute("alter table ledger." + table + " attach partition " + name + " for values from (" + from + ") to (" + to + ")");
    }
  }

  /** Of columns that nobody looks for there are no statistics in the table, so none are made of a month either: that costs more than to write the rows. */
  private static void unanalyzed(Statement statement, String table, String name) throws SQLException {
    String columns = "select string_agg('alter column ' || quote_ident(attname) || ' set statistics 0', ', ') from pg_attribute where attrelid = 'ledger."
        + table + "'::regclass and attnum > 0 and attstattarget = 0 and not attisdropped";
    String changes;
    try (var rows = statement.executeQuery(columns)) {
      rows.next();
      changes = rows.getString(1);
    }
    if (changes != null) {
      statement.execute("alter table " + name + " " + changes);
    }
  }
}
