package org.strowger.rating.internal.store;

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

  private static final int BATCH = 1_000;
  private static final String COLUMNS = "prefix, price_1, price_n, interval_1, interval_n, forbidden, grace_enabled, nullif(activation, '-infinity'), nullif(expiration, 'infinity')";

  private final Tx tx;

  RateRows(Tx tx) {
    this.tx = tx;
  }

  /** Adds, or replaces the rate of the same prefix and activation. */
  public void put(TariffId tariff, List<Rate> rates) {
    tx.run(() -> {
      String sql = """
          insert into rating.rate (tariff, prefix, price_1, price_n, interval_1, interval_n, forbidden, grace_enabled, activation, expiration)
          values (?, ?, ?, ?, ?, ?, ?, ?, coalesce(?::timestamptz, '-infinity'), coalesce(?::timestamptz, 'infinity'))
          on conflict (tariff, prefix, activation) do update set price_1 = excluded.price_1, price_n = excluded.price_n,
            interval_1 = excluded.interval_1, interval_n = excluded.interval_n, forbidden = excluded.forbidden,
            grace_enabled = excluded.grace_enabled, expiration = excluded.expiration""";
      try (PreparedStatement insert = tx.connection().prepareStatement(sql)) {
        int waiting = 0;
        for (Rate rate : rates) {
          bind(insert, tariff, rate);
          insert.addBatch();
          if (++waiting == BATCH) {
            insert.executeBatch();
            waiting = 0;
          }
        }
        insert.executeBatch();
      }
    });
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
      try (PreparedStatement delete = tx.connection().prepareStatement("delete from rating.rate where tariff = ? and prefix = ?")) {
        delete.setInt(1, tariff.value());
        delete.setString(2, prefix);
        return delete.executeUpdate();
      }
    });
  }

  public void deleteAll(TariffId tariff) {
    tx.run(() -> {
      try (PreparedStatement delete = tx.connection().prepareStatement("delete from rating.rate where tariff = ?")) {
        delete.setInt(1, tariff.value());
        delete.executeUpdate();
      }
    });
  }

  /** In order of prefix and activation. */
  public List<Rate> read(TariffId tariff, String prefix, int offset, int limit) {
    return tx.required(() -> {
      String sql = "select " + COLUMNS + " from rating.rate where tariff = ? and starts_with(prefix, ?) order by prefix, activation offset ? limit ?";
      try (PreparedStatement select = tx.connection().prepareStatement(sql)) {
        select.setInt(1, tariff.value());
        select.setString(2, prefix);
        select.setInt(3, offset);
        select.setInt(4, limit);
        return list(select);
      }
    });
  }

  public List<Rate> all(TariffId tariff) {
    return tx.required(() -> {
      try (PreparedStatement select = tx.connection().prepareStatement("select " + COLUMNS + " from rating.rate where tariff = ?")) {
        select.setInt(1, tariff.value());
        select.setFetchSize(BATCH);
        return list(select);
      }
    });
  }

  private static List<Rate> list(PreparedStatement select) throws SQLException {
    var rates = new ArrayList<Rate>();
    try (ResultSet row = select.executeQuery()) {
      while (row.next()) {
        rates.add(new Rate(row.getString(1), Money.canonical(row.getBigDecimal(2)), Money.canonical(row.getBigDecimal(3)), row.getInt(4), row.getInt(5),
            row.getBoolean(6), row.getBoolean(7), instant(row, 8), instant(row, 9)));
      }
    }
    return rates;
  }

  private static Instant instant(ResultSet row, int column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }
}
