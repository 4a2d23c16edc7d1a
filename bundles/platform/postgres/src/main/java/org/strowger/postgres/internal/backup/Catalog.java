package org.strowger.postgres.internal.backup;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.strowger.hibernate.jdbc.Migrator;
import org.strowger.persistence.api.DatabaseException;
import org.strowger.persistence.api.DatabaseException.Kind;

/** What the database holds, as its own catalog says: every schema that a domain migrated, also of a bundle that is away now. */
final class Catalog {

  /** @param tables those that others refer to come first */
  record Domain(String name, String version, List<Table> tables, List<Sequence> sequences) {}

  /**
   * @param name as SQL writes it, quoted where it must be
   * @param columns those that are stored, as SQL writes them, comma between
   */
  record Table(String name, String columns, List<Partition> partitions) {}

  /** @param bound {@code FOR VALUES FROM (…) TO (…)}, moments as the time zone of the connection writes them */
  record Partition(String name, String bound) {

    private static final Pattern MOMENT = Pattern.compile("'(\\d{4,}-\\d\\d-\\d\\d) (\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?[+-]\\d\\d(?::\\d\\d(?::\\d\\d)?)?)'");
    private static final DateTimeFormatter OFFSET = new DateTimeFormatterBuilder().append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
        .appendOffset("+HH:mm:ss", "+00").toFormatter(Locale.ROOT);

    /** Whether both hold the same rows; an earlier program saved moments in its machine's zone. */
    boolean holdsAs(Partition other) {
      return inOneZone(bound).equals(inOneZone(other.bound));
    }

    private static String inOneZone(String bound) {
      return MOMENT.matcher(bound).replaceAll(moment -> "'" + OffsetDateTime.parse(moment.group(1) + "T" + moment.group(2), OFFSET).toInstant() + "'");
    }
  }

  /** @param next the value it will give next */
  record Sequence(String name, long next) {}

  private static final String TABLES = """
      select quote_ident(c.relname), c.oid,
             (select string_agg(quote_ident(a.attname), ',' order by a.attnum) from pg_attribute a
               where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '')
        from pg_class c where c.relnamespace = quote_ident(?)::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
         and c.relname <> ? order by c.relname""";
  private static final String PARTITIONS = """
      select quote_ident(c.relname), pg_get_expr(c.relpartbound, c.oid), c.relkind = 'p'
        from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = ? order by c.relname""";
  private static final String REFERENCES = """
      select quote_ident(f.relname), quote_ident(t.relname) from pg_constraint r
        join pg_class f on f.oid = r.conrelid join pg_class t on t.oid = r.confrelid
       where r.contype = 'f' and r.conparentid = 0 and f.relnamespace = quote_ident(?)::regnamespace and f.oid <> t.oid""";
  private static final String SEQUENCES = """
      select quote_ident(c.relname), s.seqincrement from pg_class c join pg_sequence s on s.seqrelid = c.oid
       where c.relnamespace = quote_ident(?)::regnamespace and c.relkind = 'S' order by c.relname""";

  private Catalog() {}

  /** @param connection in one snapshot, if the answer is to hold together */
  static List<Domain> read(Connection connection) throws SQLException {
    List<Domain> domains = new ArrayList<>();
    for (String name : column(connection, "select schemaname from pg_tables where tablename = ? order by 1", Migrator.HISTORY)) {
      String version = column(connection, "select version from " + name + "." + Migrator.HISTORY
          + " where success and version is not null and type <> ? order by installed_rank desc limit 1", "SCHEMA")
          .stream().findFirst().orElse("0");
      domains.add(new Domain(name, version, tables(connection, name), sequences(connection, name)));
    }
    return domains;
  }

  private static List<Table> tables(Connection connection, String schema) throws SQLException {
    Map<String, Table> tables = new LinkedHashMap<>();
    try (PreparedStatement query = connection.prepareStatement(TABLES)) {
      query.setString(1, schema);
      query.setString(2, Migrator.HISTORY);
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          String name = row.getString(1);
          tables.put(name, new Table(name, row.getString(3), partitions(connection, schema, row.getLong(2))));
        }
      }
    }
    return referredFirst(schema, tables, references(connection, schema));
  }

  private static List<Partition> partitions(Connection connection, String schema, long table) throws SQLException {
    List<Partition> partitions = new ArrayList<>();
    try (PreparedStatement query = connection.prepareStatement(PARTITIONS)) {
      query.setLong(1, table);
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          if (row.getBoolean(3)) {
            throw new DatabaseException(Kind.BACKUP, schema + "." + row.getString(1) + " is a partition with partitions of its own, "
                + "which a backup cannot bring back", null);
          }
          partitions.add(new Partition(row.getString(1), row.getString(2)));
        }
      }
    }
    return partitions;
  }

  private static Map<String, Set<String>> references(Connection connection, String schema) throws SQLException {
    Map<String, Set<String>> references = new LinkedHashMap<>();
    try (PreparedStatement query = connection.prepareStatement(REFERENCES)) {
      query.setString(1, schema);
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          references.computeIfAbsent(row.getString(1), from -> new HashSet<>()).add(row.getString(2));
        }
      }
    }
    return references;
  }

  private static List<Table> referredFirst(String schema, Map<String, Table> tables, Map<String, Set<String>> references) {
    List<Table> ordered = new ArrayList<>();
    Map<String, Table> left = new LinkedHashMap<>(tables);
    while (!left.isEmpty()) {
      List<Table> free = left.values().stream()
          .filter(table -> references.getOrDefault(table.name(), Set.of()).stream().noneMatch(left::containsKey)).toList();
      if (free.isEmpty()) {
        throw new DatabaseException(Kind.BACKUP, "tables of " + schema + " refer to each other in a circle: " + left.keySet(), null);
      }
      ordered.addAll(free);
      free.forEach(table -> left.remove(table.name()));
    }
    return ordered;
  }

  private static List<Sequence> sequences(Connection connection, String schema) throws SQLException {
    List<Sequence> sequences = new ArrayList<>();
    try (PreparedStatement query = connection.prepareStatement(SEQUENCES)) {
      query.setString(1, schema);
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          sequences.add(new Sequence(row.getString(1), next(connection, schema + "." + row.getString(1), row.getLong(2))));
        }
      }
    }
    return sequences;
  }

  private static long next(Connection connection, String sequence, long increment) throws SQLException {
    try (Statement query = connection.createStatement(); ResultSet row = query.executeQuery("select last_value, is_called from " + sequence)) {
      row.next();
      return row.getBoolean(2) ? row.getLong(1) + increment : row.getLong(1);
    }
  }

  private static List<String> column(Connection connection, String sql, String parameter) throws SQLException {
    List<String> values = new ArrayList<>();
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setString(1, parameter);
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          values.add(row.getString(1));
        }
      }
    }
    return values;
  }
}
