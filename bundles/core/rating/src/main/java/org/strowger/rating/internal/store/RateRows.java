package org.strowger.rating.internal.store;

import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.strowger.billing.api.Rate;
import org.strowger.kernel.Money;
import org.strowger.kernel.TariffId;
import org.strowger.persistence.api.Tx;

/** Rates on disk: many rows at once, so plain JDBC. An absent date is an infinity. */
public final class RateRows {

  private static final BigDecimal NO_PRICE = BigDecimal.ONE.negate();
  private static final int BATCH = 1_000;
  private static final List<String> TABLES = List.of("rating.rate", "rating.rate_period");
  private static final String COLUMNS = "prefix, price_1, price_n, interval_1, interval_n, forbidden, grace_enabled, nullif(activation, '-infinity'), nullif(expiration, 'infinity')";

  /** Both kinds, of the tariff of the first two parameters. A release before periods knows the first table only. */
  private static final String ALL = "(select " + COLUMNS + ", null as period, activation from rating.rate where tariff = ? union all select " + COLUMNS
      + ", period, activation from rating.rate_period where tariff = ?) as rates (prefix, price_1, price_n, interval_1, interval_n, forbidden, grace_enabled, "
      + "activates, expires, period, activation)";

  private final Tx tx;

  RateRows(Tx tx) {
    this.tx = tx;
  }

  /** Adds, or replaces the rate of the same prefix, activation and period. */
  public void put(TariffId tariff, List<Rate> rates) {
    tx.run(() -> {
      put("rating.rate", "", tariff, rates.stream().filter(rate -> rate.period() == null).toList());
      put("rating.rate_period", ", period", tariff, rates.stream().filter(rate -> rate.period() != null).toList());
    });
  }

  /** @param period the column more that rates of certain hours have, after a comma */
  private void put(String table, String period, TariffId tariff, List<Rate> rates) throws SQLException {
    String sql = """
        insert into %1$s (tariff, prefix, price_1, price_n, interval_1, interval_n, forbidden, grace_enabled, activation, expiration%2$s)
        values (?, ?, ?, ?, ?, ?, ?, ?, coalesce(?::timestamptz, '-infinity'), coalesce(?::timestamptz, 'infinity')%3$s)
        on conflict (tariff, prefix, activation%2$s) do update set price_1 = excluded.price_1, price_n = excluded.price_n,
          interval_1 = excluded.interval_1, interval_n = excluded.interval_n, forbidden = excluded.forbidden,
          grace_enabled = excluded.grace_enabled, expiration = excluded.expiration""".formatted(table, period, period.isEmpty() ? "" : ", ?");
    try (PreparedStatement insert = tx.connection().prepareStatement(sql)) {
      int waiting = 0;
      for (Rate rate : rates) {
        bind(insert, tariff, rate);
        if (rate.period() != null) {
          insert.setString(11, rate.period());
        }
        insert.addBatch();
        if (++waiting == BATCH) {
          insert.executeBatch();
          waiting = 0;
        }
      }
      insert.executeBatch();
    }
  }

  private static void bind(PreparedStatement insert, TariffId tariff, Rate rate) throws SQLException {
    insert.setInt(1, tariff.value());
    insert.setString(2, rate.prefix());
    insert.setBigDecimal(3, rate.price1());
    insert.setBigDecimal(4, rate.priceN());
    insert.setInt(5, rate.interval1());
    insert.setInt(6, rate.intervalN());
    insert.setBoolean(7, rate.forbidden());
    insert.setBoolean(8, rate.graceEnabled());
    insert.setObject(9, utc(rate.activation()));
    insert.setObject(10, utc(rate.expiration()));
  }

  private static OffsetDateTime utc(Instant instant) {
    return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
  }

  public int delete(TariffId tariff, String prefix) {
    return tx.required(() -> {
      int deleted = 0;
      for (String table : TABLES) {
        try (PreparedStatement delete = tx.connection().prepareStatement("delete from " + table + " where tariff = ? and prefix = ?")) {
          delete.setInt(1, tariff.value());
          delete.setString(2, prefix);
          deleted += delete.executeUpdate();
        }
      }
      return deleted;
    });
  }

  public void deleteAll(TariffId tariff) {
    tx.run(() -> {
      for (String table : TABLES) {
        try (PreparedStatement delete = tx.connection().prepareStatement("delete from " + table + " where tariff = ?")) {
          delete.setInt(1, tariff.value());
          delete.executeUpdate();
        }
      }
    });
  }

  /** In order of prefix, activation and period. */
  public List<Rate> read(TariffId tariff, String prefix, int offset, int limit) {
    return tx.required(() -> {
      String sql = "select * from " + ALL + " where starts_with(prefix, ?) order by prefix, activation, period nulls first offset ? limit ?";
      try (PreparedStatement select = tx.connection().prepareStatement(sql)) {
        select.setInt(1, tariff.value());
        select.setInt(2, tariff.value());
        select.setString(3, prefix);
        select.setInt(4, offset);
        select.setInt(5, limit);
        return list(select);
      }
    });
  }

  public List<Rate> all(TariffId tariff) {
    return tx.required(() -> {
      try (PreparedStatement select = tx.connection().prepareStatement("select * from " + ALL)) {
        select.setInt(1, tariff.value());
        select.setInt(2, tariff.value());
        select.setFetchSize(BATCH);
        return list(select);
      }
    });
  }

  private static List<Rate> list(PreparedStatement select) throws SQLException {
    var rates = new ArrayList<Rate>();
    try (ResultSet row = select.executeQuery()) {
      while (row.next()) {
        rates.add(new Rate(row.getString(1), price(row, 2), price(row, 3), row.getInt(4), row.getInt(5),
            row.getBoolean(6), row.getBoolean(7), instant(row, 8), instant(row, 9), row.getString(10)));
      }
    }
    return rates;
  }

  /** No price for what is no number, as the database's NaN: the rate then says it has a problem. */
  private static BigDecimal price(ResultSet row, int column) throws SQLException {
    try {
      return Money.canonical(new BigDecimal(row.getString(column)));
    } catch (NumberFormatException e) {
      return NO_PRICE;
    }
  }

  private static Instant instant(ResultSet row, int column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }
}
