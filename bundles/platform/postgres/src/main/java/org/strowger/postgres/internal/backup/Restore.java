package org.strowger.postgres.internal.backup;

import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.strowger.hibernate.jdbc.Copy;
import org.strowger.persistence.api.BackupManifest;
import org.strowger.persistence.api.DatabaseException;
import org.strowger.persistence.api.DatabaseException.Kind;
import org.strowger.persistence.api.DomainSpec;
import org.strowger.postgres.internal.backup.Catalog.Partition;
import org.strowger.postgres.internal.backup.Catalog.Table;
import org.strowger.postgres.internal.backup.Contents.Part;
import org.strowger.postgres.internal.backup.Contents.Rows;

/** Brings a verified backup onto an empty instance, inside the connection's transaction. */
final class Restore {

  private final Connection connection;
  private final BackupReader backup;
  private final Map<String, DomainSpec> opened;

  Restore(Connection connection, BackupReader backup, Map<String, DomainSpec> opened) {
    this.connection = connection;
    this.backup = backup;
    this.opened = opened;
  }

  BackupManifest run() throws SQLException, IOException {
    Contents contents = backup.contents();
    Map<String, Catalog.Domain> here = Catalog.read(connection).stream().collect(Collectors.toMap(Catalog.Domain::name, Function.identity()));
    for (Part part : contents.parts()) {
      compare(part, here.get(part.name()));
    }
    execute("set local lock_timeout = '10s'");
    for (Catalog.Domain domain : here.values()) {
      lock(domain);
    }
    refuseRows(here);
    for (Part part : contents.parts()) {
      fill(part, here.get(part.name()));
    }
    return contents.manifest();
  }

  private static void compare(Part part, Catalog.Domain here) {
    if (here == null) {
      throw refused("the backup holds the domain " + part.name() + ", which this instance does not know: install the feature it belongs to first");
    }
    if (!part.version().equals(here.version())) {
      throw refused("the domain " + part.name() + " is of version " + part.version() + " in the backup and of version " + here.version()
          + " here: restore it with the program that wrote it, then start the newer program on that instance");
    }
    Map<String, String> columns = here.tables().stream().collect(Collectors.toMap(Table::name, Table::columns));
    Map<String, String> saved = part.tables().stream().collect(Collectors.toMap(rows -> rows.table().name(), rows -> rows.table().columns()));
    if (!columns.equals(saved)) {
      throw refused("the tables of the domain " + part.name() + " in the backup are not those of this instance, though both are of version "
          + part.version());
    }
  }

  private void lock(Catalog.Domain domain) throws SQLException {
    for (Table table : domain.tables()) {
      execute("lock table " + domain.name() + "." + table.name() + " in access exclusive mode");
    }
  }

  private void refuseRows(Map<String, Catalog.Domain> here) throws SQLException {
    List<String> filled = new ArrayList<>();
    for (Catalog.Domain domain : here.values()) {
      Set<String> seeded = opened.containsKey(domain.name()) ? opened.get(domain.name()).seeded() : Set.of();
      for (Table table : domain.tables()) {
        if (!seeded.contains(table.name()) && hasRows(domain.name() + "." + table.name())) {
          filled.add(domain.name() + "." + table.name());
        }
      }
    }
    if (!filled.isEmpty()) {
      Collections.sort(filled);
      throw refused("a backup is only restored onto an empty instance, and this one has rows in " + String.join(", ", filled)
          + ": start another one (--home DIR) and restore there");
    }
  }

  private boolean hasRows(String table) throws SQLException {
    try (Statement query = connection.createStatement(); ResultSet row = query.executeQuery("select exists (select 1 from " + table + ")")) {
      row.next();
      return row.getBoolean(1);
    }
  }

  private void fill(Part part, Catalog.Domain here) throws SQLException, IOException {
    Map<String, Rows> saved = part.tables().stream().collect(Collectors.toMap(rows -> rows.table().name(), Function.identity()));
    List<String> forOldRows = new ArrayList<>();
    for (Table table : here.tables()) {
      addPartitions(part.name(), table, saved.get(table.name()).table().partitions());
      forOldRows.addAll(liftChecks(part.name(), table));
      // What a trigger did is in the saved rows already.
      execute("alter table " + part.name() + "." + table.name() + " disable trigger user");
    }
    List<Table> referringFirst = new ArrayList<>(here.tables());
    Collections.reverse(referringFirst);
    for (Table table : referringFirst) {
      execute("delete from " + part.name() + "." + table.name());
    }
    for (Table table : here.tables()) {
      copy(part, table, saved.get(table.name()));
    }
    for (Catalog.Sequence sequence : part.sequences()) {
      execute("alter sequence " + part.name() + "." + sequence.name() + " restart with " + sequence.next());
    }
    for (Table table : here.tables()) {
      execute("alter table " + part.name() + "." + table.name() + " enable trigger user");
    }
    for (String check : forOldRows) {
      execute(check);
    }
  }

  /**
   * Takes away the checks that rows from before need not pass: in the backup there may be such rows.
   *
   * @return what brings them back, as they were: for rows from then on
   */
  private List<String> liftChecks(String schema, Table table) throws SQLException {
    String name = schema + "." + table.name();
    List<String> back = new ArrayList<>();
    List<String> away = new ArrayList<>();
    String sql = "select quote_ident(conname), pg_get_constraintdef(oid) from pg_constraint where conrelid = '" + name + "'::regclass and contype = 'c' and not convalidated order by 1";
    try (Statement query = connection.createStatement(); ResultSet row = query.executeQuery(sql)) {
      while (row.next()) {
        away.add("alter table " + name + " drop constraint " + row.getString(1));
        back.add("alter table " + name + " add constraint " + row.getString(1) + " " + row.getString(2));
      }
    }
    for (String drop : away) {
      execute(drop);
    }
    return back;
  }

  private void addPartitions(String schema, Table table, List<Partition> saved) throws SQLException {
    Map<String, Partition> there = table.partitions().stream().collect(Collectors.toMap(Partition::name, Function.identity()));
    for (Partition partition : saved) {
      Partition here = there.get(partition.name());
      if (here == null) {
        execute("create table " + schema + "." + partition.name() + " partition of " + schema + "." + table.name() + " " + partition.bound());
      } else if (!here.holdsAs(partition)) {
        throw refused("the partition " + schema + "." + partition.name() + " holds " + partition.bound() + " in the backup and " + here.bound() + " here");
      }
    }
  }

  private void copy(Part part, Table table, Rows rows) throws SQLException, IOException {
    try (InputStream in = backup.rows(part, rows)) {
      long copied = Copy.in(connection, "copy " + part.name() + "." + table.name() + " (" + table.columns() + ") from stdin", in);
      if (copied != rows.count()) {
        throw refused(part.name() + "." + table.name() + " took " + copied + " of " + rows.count() + " rows");
      }
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static DatabaseException refused(String why) {
    return new DatabaseException(Kind.BACKUP, "nothing was changed: " + why, null);
  }
}
