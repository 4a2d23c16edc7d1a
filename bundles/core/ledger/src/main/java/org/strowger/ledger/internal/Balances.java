package org.strowger.ledger.internal;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.strowger.billing.api.Payer;
import org.strowger.kernel.Money;

/** The table of balances. Each row is the sum of its payer's entries, changed in the transaction that writes them. */
final class Balances {

  private static final String COLUMNS = "payer_kind, payer_id, currency, main, balance, credit_limit, version";

  /** @param currency as the charge has it */
  record Key(Payer payer, Currency currency) {}

  Optional<BalanceRow> find(Connection connection, Payer payer) throws SQLException {
    return select(connection, payer, "and main").stream().findFirst();
  }

  /** Locks the row until the transaction ends. */
  Optional<BalanceRow> lock(Connection connection, Payer payer) throws SQLException {
    return select(connection, payer, "and main for update").stream().findFirst();
  }

  /** In every currency, in order of it, closed ones too. */
  List<BalanceRow> all(Connection connection, Payer payer) throws SQLException {
    return select(connection, payer, "order by currency");
  }

  /** As {@link #all}; locks the rows until the transaction ends, in the order of {@link #add}. */
  List<BalanceRow> lockAll(Connection connection, Payer payer) throws SQLException {
    return select(connection, payer, "order by currency for update");
  }

  private static List<BalanceRow> select(Connection connection, Payer payer, String which) throws SQLException {
    String sql = "select " + COLUMNS + " from ledger.balance where payer_kind = ? and payer_id = ? " + which;
    try (var select = connection.prepareStatement(sql)) {
      new Params(select).name(payer.kind()).number((Integer) payer.id());
      return read(select.executeQuery());
    }
  }

  /** Opens a balance at zero. @return empty if the payer has one already */
  Optional<BalanceRow> open(Connection connection, Payer payer, Money creditLimit) throws SQLException {
    if (find(connection, payer).isPresent()) {
      return Optional.empty();
    }
    String sql = "insert into ledger.balance as b (payer_kind, payer_id, currency, main, credit_limit) values (?, ?, ?, true, ?) "
        + "on conflict (payer_kind, payer_id, currency) do update set main = true, credit_limit = excluded.credit_limit, version = b.version + 1 "
        + "where not b.main returning " + COLUMNS;
    try (var insert = connection.prepareStatement(sql)) {
      new Params(insert).name(payer.kind()).number((Integer) payer.id()).text(creditLimit.currency().getCurrencyCode()).number(creditLimit.amount());
      try (var rows = insert.executeQuery()) {
        return rows.next() ? Optional.of(row(rows)) : Optional.empty();
      }
    }
  }

  BalanceRow limit(Connection connection, Payer payer, BigDecimal limit) throws SQLException {
    String sql = "update ledger.balance set credit_limit = ?, version = version + 1 where payer_kind = ? and payer_id = ? and main returning " + COLUMNS;
    try (var update = connection.prepareStatement(sql)) {
      new Params(update).number(limit).name(payer.kind()).number((Integer) payer.id());
      try (var rows = update.executeQuery()) {
        rows.next();
        return row(rows);
      }
    }
  }

  /** The row stays for its version's sake, but is nobody's balance any more. */
  BalanceRow close(Connection connection, Payer payer) throws SQLException {
    String sql = "update ledger.balance set main = false, credit_limit = 0, version = version + 1 where payer_kind = ? and payer_id = ? and main returning " + COLUMNS;
    try (var update = connection.prepareStatement(sql)) {
      new Params(update).name(payer.kind()).number((Integer) payer.id());
      try (var rows = update.executeQuery()) {
        rows.next();
        return row(rows);
      }
    }
  }

  /**
   * Adds to many balances in one statement. The rows are locked in one order, so that two batches never lock each
   * other out. A payer without a balance in that currency gets one, which is not its main one.
   */
  List<BalanceRow> add(Connection connection, Map<Key, BigDecimal> deltas) throws SQLException {
    if (deltas.isEmpty()) {
      return List.of();
    }
    String sql = "insert into ledger.balance as b (payer_kind, payer_id, currency, main, balance) "
        + "select kind, id, currency, false, delta from unnest(?::text[], ?::integer[], ?::text[], ?::numeric[]) as d (kind, id, currency, delta) "
        + "order by kind, id, currency "
        + "on conflict (payer_kind, payer_id, currency) do update set balance = b.balance + excluded.balance, version = b.version + 1 "
        + "returning " + COLUMNS;
    var keys = List.copyOf(deltas.keySet());
    try (var insert = connection.prepareStatement(sql)) {
      insert.setArray(1, connection.createArrayOf("text", keys.stream().map(k -> k.payer().kind().name()).toArray()));
      insert.setArray(2, connection.createArrayOf("integer", keys.stream().map(k -> k.payer().id()).toArray()));
      insert.setArray(3, connection.createArrayOf("text", keys.stream().map(k -> k.currency().getCurrencyCode()).toArray()));
      insert.setArray(4, connection.createArrayOf("numeric", keys.stream().map(deltas::get).toArray()));
      return read(insert.executeQuery());
    }
  }

  List<BalanceRow> find(Connection connection, Collection<Payer> payers) throws SQLException {
    var found = new ArrayList<BalanceRow>();
    for (Payer payer : payers) {
      find(connection, payer).ifPresent(found::add);
    }
    return found;
  }

  private static List<BalanceRow> read(ResultSet result) throws SQLException {
    var found = new ArrayList<BalanceRow>();
    try (result) {
      while (result.next()) {
        found.add(row(result));
      }
    }
    return found;
  }

  private static BalanceRow row(ResultSet r) throws SQLException {
    return new BalanceRow(Columns.payer(r), Currency.getInstance(r.getString("currency")), r.getBoolean("main"), r.getBigDecimal("balance"),
        r.getBigDecimal("credit_limit"), r.getLong("version"));
  }
}
