package org.strowger.ledger.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Currency;
import java.util.function.IntFunction;
import org.strowger.billing.api.CallFacts;
import org.strowger.billing.api.DurationRounding;
import org.strowger.billing.api.Payer;
import org.strowger.billing.api.RateSnapshot;
import org.strowger.billing.api.TimeOfDay;
import org.strowger.kernel.AccountId;
import org.strowger.kernel.CallId;
import org.strowger.kernel.CarrierId;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.TariffId;

/** The columns that journal and CDR share: what is known of a call, who pays, and at what price. */
final class Columns {

  static final String FACTS = "sip_call_id, customer, caller, callee, carrier, cli_in, cld_in, cli, cld, setup_time, remote_ip, user_agent, protocol, p_asserted_id, remote_party_id";
  static final int FACTS_COUNT = 15;
  static final String RATE = "tariff, prefix, currency, price1, price_n, interval1, interval_n, connect_fee, free_seconds, grace_seconds, surcharge, "
      + "cost_precision, cost_round_up, duration_rounding, average_duration, time_of_day";

  /** The payer of a CDR that nobody pays for. */
  private static final String NONE = "NONE";

  private Columns() {}

  /** {@code ?, ?, ?} */
  static String marks(int count) {
    return "?" + ", ?".repeat(count - 1);
  }

  static void facts(Params row, CallFacts facts) throws SQLException {
    if (facts == null) {
      row.text(null);
      for (int i = 0; i < 4; i++) {
        row.number((Integer) null);
      }
      row.text(null).text(null).text(null).text(null).time(null).text(null).text(null).text(null).text(null).text(null);
      return;
    }
    row.text(facts.sipCallId());
    row.number(facts.customer() == null ? null : (Integer) facts.customer().value());
    row.number(facts.caller() == null ? null : (Integer) facts.caller().value());
    row.number(facts.callee() == null ? null : (Integer) facts.callee().value());
    row.number(facts.carrier() == null ? null : (Integer) facts.carrier().value());
    row.text(facts.cliIn()).text(facts.cldIn()).text(facts.cli()).text(facts.cld()).time(facts.setupTime());
    row.text(facts.remoteIp()).text(facts.userAgent()).text(facts.protocol()).text(facts.pAssertedId()).text(facts.remotePartyId());
  }

  static CallFacts facts(CallId call, ResultSet r) throws SQLException {
    return new CallFacts(call, r.getString("sip_call_id"), id(r, "customer", CustomerId::new), id(r, "caller", AccountId::new),
        id(r, "callee", AccountId::new), id(r, "carrier", CarrierId::new), r.getString("cli_in"), r.getString("cld_in"),
        r.getString("cli"), r.getString("cld"), time(r, "setup_time"), r.getString("remote_ip"), r.getString("user_agent"), r.getString("protocol"),
        r.getString("p_asserted_id"), r.getString("remote_party_id"));
  }

  /** To the microseconds that the database keeps, so that what is answered now is what is read later. */
  static CallFacts stored(CallFacts f) {
    return new CallFacts(f.call(), f.sipCallId(), f.customer(), f.caller(), f.callee(), f.carrier(), f.cliIn(), f.cldIn(), f.cli(), f.cld(),
        stored(f.setupTime()), f.remoteIp(), f.userAgent(), f.protocol(), f.pAssertedId(), f.remotePartyId());
  }

  static Instant stored(Instant time) {
    return time == null ? null : time.truncatedTo(ChronoUnit.MICROS);
  }

  static void payer(Params row, Payer payer) throws SQLException {
    row.text(payer == null ? NONE : payer.kind().name()).number(payer == null ? 0 : (Integer) payer.id());
  }

  static Payer payer(ResultSet r) throws SQLException {
    String kind = r.getString("payer_kind");
    return kind.equals(NONE) ? null : new Payer(Payer.Kind.valueOf(kind), r.getInt("payer_id"));
  }

  static void rate(Params row, RateSnapshot rate) throws SQLException {
    if (rate == null) {
      row.number((Integer) null).text(null).text(null).number((java.math.BigDecimal) null).number((java.math.BigDecimal) null);
      row.number((Integer) null).number((Integer) null).number((java.math.BigDecimal) null).number((Integer) null).number((Integer) null);
      row.number((java.math.BigDecimal) null).number((Integer) null).flag(null).text(null).number((Integer) null).text(null);
      return;
    }
    row.number(rate.tariff() == null ? null : (Integer) rate.tariff().value()).text(rate.prefix()).text(rate.currency().getCurrencyCode());
    row.number(rate.price1()).number(rate.priceN()).number((Integer) rate.interval1()).number((Integer) rate.intervalN());
    row.number(rate.connectFee()).number((Integer) rate.freeSeconds()).number((Integer) rate.graceSeconds()).number(rate.surcharge());
    row.number((Integer) rate.precision()).flag(rate.roundUp()).name(rate.rounding()).number((Integer) rate.averageDuration());
    row.text(rate.timeOfDay() == null ? null : rate.timeOfDay().text());
  }

  static RateSnapshot rate(ResultSet r) throws SQLException {
    if (r.getBigDecimal("price1") == null) {
      return null;
    }
    return new RateSnapshot(id(r, "tariff", TariffId::new), r.getString("prefix"), Currency.getInstance(r.getString("currency")),
        r.getBigDecimal("price1"), r.getBigDecimal("price_n"), r.getInt("interval1"), r.getInt("interval_n"), r.getBigDecimal("connect_fee"),
        r.getInt("free_seconds"), r.getInt("grace_seconds"), r.getBigDecimal("surcharge"), r.getInt("cost_precision"), r.getBoolean("cost_round_up"),
        DurationRounding.valueOf(r.getString("duration_rounding")), r.getInt("average_duration"),
        TimeOfDay.parse(r.getString("time_of_day")));
  }

  static Instant time(ResultSet r, String column) throws SQLException {
    OffsetDateTime time = r.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }

  private static <T> T id(ResultSet r, String column, IntFunction<T> type) throws SQLException {
    int value = r.getInt(column);
    return r.wasNull() ? null : type.apply(value);
  }
}
