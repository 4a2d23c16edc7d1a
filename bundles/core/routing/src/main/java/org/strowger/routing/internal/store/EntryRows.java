package org.strowger.routing.internal.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.strowger.kernel.CarrierId;
import org.strowger.kernel.RoutingGroupId;
import org.strowger.kernel.data.StoredFields;
import org.strowger.persistence.api.Tx;
import org.strowger.routing.internal.model.Entry;
import org.strowger.routing.internal.model.EntryTerms;

/** Entries of routing groups on disk. Thousands of prefixes an entry, so an array of one row, and plain JDBC. */
final class EntryRows {

  private static final String COLUMNS = "routing_group, id, carrier, prefixes, preference, position, blocked";

  private final Tx tx;

  EntryRows(Tx tx) {
    this.tx = tx;
  }

  /** @return false if there is no such group */
  boolean changeVersion(RoutingGroupId group) throws SQLException {
    try (PreparedStatement update = tx.connection().prepareStatement("update routing.routing_group set version = version + 1 where id = ?")) {
      update.setInt(1, group.value());
      return update.executeUpdate() == 1;
    }
  }

  Entry add(RoutingGroupId group, EntryTerms terms) throws SQLException {
    String sql = "insert into routing.route_entry (id, routing_group, carrier, prefixes, preference, position, blocked) "
        + "values (nextval('routing.route_entry_id'), ?, ?, ?, ?, ?, ?) returning id";
    try (PreparedStatement insert = tx.connection().prepareStatement(sql)) {
      insert.setInt(1, group.value());
      bind(insert, 2, terms);
      try (ResultSet row = insert.executeQuery()) {
        row.next();
        return new Entry(row.getInt(1), terms);
      }
    }
  }

  Entry update(RoutingGroupId group, int id, EntryTerms terms) throws SQLException {
    String sql = "update routing.route_entry set carrier = ?, prefixes = ?, preference = ?, position = ?, blocked = ? where routing_group = ? and id = ?";
    try (PreparedStatement update = tx.connection().prepareStatement(sql)) {
      bind(update, 1, terms);
      update.setInt(6, group.value());
      update.setInt(7, id);
      update.executeUpdate();
      return new Entry(id, terms);
    }
  }

  private void bind(PreparedStatement statement, int first, EntryTerms terms) throws SQLException {
    statement.setInt(first, terms.carrier().value());
    statement.setArray(first + 1, tx.connection().createArrayOf("text", terms.prefixes().toArray()));
    statement.setInt(first + 2, terms.preference());
    statement.setInt(first + 3, terms.order());
    statement.setBoolean(first + 4, terms.blocked());
  }

  /** @return false if the group has no such entry */
  boolean delete(RoutingGroupId group, int id) throws SQLException {
    try (PreparedStatement delete = tx.connection().prepareStatement("delete from routing.route_entry where routing_group = ? and id = ?")) {
      delete.setInt(1, group.value());
      delete.setInt(2, id);
      return delete.executeUpdate() == 1;
    }
  }

  List<Entry> of(RoutingGroupId group) throws SQLException {
    try (PreparedStatement select = tx.connection().prepareStatement("select " + COLUMNS + " from routing.route_entry where routing_group = ? order by id")) {
      select.setInt(1, group.value());
      return read(select).getOrDefault(group.value(), List.of());
    }
  }

  /** All entries there are, by the number of their group. */
  Map<Integer, List<Entry>> all() throws SQLException {
    try (PreparedStatement select = tx.connection().prepareStatement("select " + COLUMNS + " from routing.route_entry order by id")) {
      return read(select);
    }
  }

  private static Map<Integer, List<Entry>> read(PreparedStatement select) throws SQLException {
    var found = new LinkedHashMap<Integer, List<Entry>>();
    try (ResultSet row = select.executeQuery()) {
      while (row.next()) {
        int id = row.getInt("id");
        var reading = new StoredFields();
        // What is no text becomes an empty one, which no rule allows.
        var prefixes = Arrays.stream((String[]) row.getArray("prefixes").getArray()).map(prefix -> prefix == null ? "" : prefix).toList();
        var terms = reading.checked(new EntryTerms(new CarrierId(row.getInt("carrier")), prefixes, row.getInt("preference"), row.getInt("position"),
            row.getBoolean("blocked")));
        found.computeIfAbsent(row.getInt("routing_group"), group -> new ArrayList<>()).add(new Entry(id, terms, reading.problem(() -> "entry " + id)));
      }
    }
    return found;
  }
}
