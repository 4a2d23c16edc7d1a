package org.strowger.ledger.internal;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Currency;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.strowger.billing.api.CallEnd;
import org.strowger.billing.api.CallFacts;
import org.strowger.billing.api.Cdr;
import org.strowger.billing.api.CdrQuery;
import org.strowger.hibernate.jdbc.Copy;
import org.strowger.kernel.CallId;
import org.strowger.kernel.CdrId;
import org.strowger.kernel.Money;

/** The table of CDRs, and how far each sink has read it. */
final class CdrTable {

  private static final String COLUMNS = "id, call, " + Columns.FACTS
      + ", connect_time, end_time, duration_ns, result, reason, release_source, ringing_ns, payer_kind, payer_id, " + Columns.RATE + ", billed_seconds, cost, crashed";

  /** Results that are nobody's fault: not there, busy, cancelled, declined. */
  private static final String ORDINARY = "(404, 408, 480, 486, 487, 600, 603)";

  private static final Duration SAME_CALL = Duration.ofSeconds(CallHold.CEILING);

  /** @param seq where the next read goes on */
  record Page(List<Cdr> cdrs, long seq) {}

  /** @param calls the CDRs of each call, in the order of its shares */
  void add(Connection connection, Collection<List<Cdr>> calls) throws SQLException {
    if (calls.isEmpty()) {
      return;
    }
    var rows = new Copy.Rows();
    var row = new Params(rows);
    for (List<Cdr> cdrs : calls) {
      for (int i = 0; i < cdrs.size(); i++) {
        add(row, i, cdrs.get(i));
      }
    }
    rows.copy(connection, "ledger.cdr (share, " + COLUMNS + ")");
  }

  private static void add(Params row, int share, Cdr cdr) throws SQLException {
    row.number((Integer) share).number((Long) cdr.id().value()).number((Long) cdr.call().call().value());
    Columns.facts(row, cdr.call());
    end(row, cdr.end());
    Columns.payer(row, cdr.payer());
    Columns.rate(row, cdr.rate());
    row.number((Long) cdr.billedSeconds()).number(cdr.cost() == null ? null : cdr.cost().amount()).flag(cdr.crashed()).add();
  }

  private static void end(Params row, CallEnd end) throws SQLException {
    row.time(end.connectTime()).time(end.endTime()).number((Long) end.duration().toNanos()).number((Integer) end.result()).text(end.reason());
    row.name(end.releaseSource()).number(end.ringing() == null ? null : (Long) end.ringing().toNanos());
  }

  /** To what the database keeps. */
  static CallEnd stored(CallEnd end) {
    return new CallEnd(Columns.stored(end.connectTime()), Columns.stored(end.endTime()), end.duration(), end.result(), end.reason(), end.releaseSource(), end.ringing());
  }

  /**
   * The CDRs there are of these calls, by call; calls without one are absent. The set-up times only say which months
   * to look in: a call is the same whatever its caller remembers of its beginning.
   */
  Map<CallId, List<Cdr>> ofCalls(Connection connection, Collection<CallFacts> calls) throws SQLException {
    var found = new HashMap<CallId, List<Cdr>>();
    if (calls.isEmpty()) {
      return found;
    }
    Instant first = calls.stream().map(CallFacts::setupTime).min(Instant::compareTo).orElseThrow().minus(SAME_CALL);
    Instant last = calls.stream().map(CallFacts::setupTime).max(Instant::compareTo).orElseThrow().plus(SAME_CALL);
    // A join call by call: over a month that was never analyzed "= any" would read all of it.
    String sql = "select c.* from unnest(?) as asked (call) cross join lateral "
        + "(select " + COLUMNS + " from ledger.cdr where cdr.call = asked.call and setup_time between ? and ?) as c order by c.id";
    try (var select = connection.prepareStatement(sql)) {
      select.setArray(1, connection.createArrayOf("bigint", calls.stream().map(c -> c.call().value()).toArray()));
      select.setObject(2, first.atOffset(ZoneOffset.UTC));
      select.setObject(3, last.atOffset(ZoneOffset.UTC));
      for (Cdr cdr : read(select)) {
        found.computeIfAbsent(cdr.call().call(), c -> new ArrayList<>()).add(cdr);
      }
    }
    return found;
  }

  /** @param from used where the query names neither a call nor a time */
  List<Cdr> find(Connection connection, CdrQuery query, Instant from) throws SQLException {
    String sql = "select " + COLUMNS + " from ledger.cdr where true" + conditions(query) + " order by setup_time desc, id desc offset ? limit ?";
    try (var select = connection.prepareStatement(sql)) {
      bind(new Params(select), query, from).number((Integer) query.offset()).number((Integer) query.limit());
      return read(select);
    }
  }

  /** How many there are, whatever the page. @param from used where the query names neither a call nor a time */
  long count(Connection connection, CdrQuery query, Instant from) throws SQLException {
    try (var select = connection.prepareStatement("select count(*) from ledger.cdr where true" + conditions(query))) {
      bind(new Params(select), query, from);
      try (ResultSet rows = select.executeQuery()) {
        rows.next();
        return rows.getLong(1);
      }
    }
  }

  private static boolean bounded(CdrQuery query) {
    return query.from() != null || query.call() == null;
  }

  private static String conditions(CdrQuery query) {
    var sql = new StringBuilder();
    append(sql, query.account() != null, " and (payer_kind = 'ACCOUNT' and payer_id = ? or payer_kind = 'NONE' and caller = ?)");
    append(sql, query.carrier() != null, " and (payer_kind = 'CARRIER' and payer_id = ? or payer_kind = 'NONE' and carrier = ?)");
    append(sql, query.call() != null, " and call = ?");
    append(sql, query.cli() != null, " and cli = ?");
    append(sql, query.cld() != null, " and cld = ?");
    append(sql, bounded(query), " and setup_time >= ?");
    append(sql, query.until() != null, " and setup_time < ?");
    sql.append(switch (query.type()) {
      case ALL -> "";
      case COMPLETE -> " and connect_time is not null";
      case INCOMPLETE -> " and connect_time is null";
      case NON_ZERO -> " and duration_ns > 0";
      case ERRORS -> " and connect_time is null and result not in " + ORDINARY;
      case NON_ZERO_AND_ERRORS -> " and (duration_ns > 0 or connect_time is null and result not in " + ORDINARY + ")";
    });
    return sql.toString();
  }

  /** Values of {@link #conditions}, in their order. */
  private static Params bind(Params row, CdrQuery query, Instant from) throws SQLException {
    if (query.account() != null) {
      row.number((Integer) query.account().value()).number((Integer) query.account().value());
    }
    if (query.carrier() != null) {
      row.number((Integer) query.carrier().value()).number((Integer) query.carrier().value());
    }
    if (query.call() != null) {
      row.number((Long) query.call().value());
    }
    if (query.cli() != null) {
      row.text(query.cli());
    }
    if (query.cld() != null) {
      row.text(query.cld());
    }
    if (bounded(query)) {
      row.time(query.from() == null ? from : query.from());
    }
    if (query.until() != null) {
      row.time(query.until());
    }
    return row;
  }

  private static void append(StringBuilder sql, boolean wanted, String condition) {
    if (wanted) {
      sql.append(condition);
    }
  }

  /** The next CDRs in the order they were written. */
  Page after(Connection connection, long seq, int limit) throws SQLException {
    try (var select = connection.prepareStatement("select " + COLUMNS + ", seq from ledger.cdr where seq > ? order by seq limit ?")) {
      new Params(select).number((Long) seq).number((Integer) limit);
      var cdrs = new ArrayList<Cdr>();
      long last = seq;
      try (var rows = select.executeQuery()) {
        while (rows.next()) {
          cdrs.add(row(rows));
          last = rows.getLong("seq");
        }
      }
      return new Page(cdrs, last);
    }
  }

  /** How far a sink has got; 0 for one that was never here, which gets every CDR there is. */
  long cursor(Connection connection, String sink) throws SQLException {
    try (var select = connection.prepareStatement("select seq from ledger.cdr_cursor where sink = ?")) {
      select.setString(1, sink);
      try (var rows = select.executeQuery()) {
        return rows.next() ? rows.getLong(1) : 0;
      }
    }
  }

  /** Never back: of two who read for one sink the one that is late has nothing to say. */
  void cursor(Connection connection, String sink, long seq, Instant now) throws SQLException {
    String sql = "insert into ledger.cdr_cursor (sink, seq, time) values (?, ?, ?) on conflict (sink) do update set seq = excluded.seq, time = excluded.time "
        + "where cdr_cursor.seq < excluded.seq";
    try (var upsert = connection.prepareStatement(sql)) {
      new Params(upsert).text(sink).number((Long) seq).time(now);
      upsert.executeUpdate();
    }
  }

  private static List<Cdr> read(PreparedStatement select) throws SQLException {
    var cdrs = new ArrayList<Cdr>();
    try (var rows = select.executeQuery()) {
      while (rows.next()) {
        cdrs.add(row(rows));
      }
    }
    return cdrs;
  }

  private static Cdr row(ResultSet r) throws SQLException {
    var facts = Columns.facts(new CallId(r.getLong("call")), r);
    var rate = Columns.rate(r);
    long ringing = r.getLong("ringing_ns");
    Duration ringingOrNull = r.wasNull() ? null : Duration.ofNanos(ringing);
    var end = new CallEnd(Columns.time(r, "connect_time"), Columns.time(r, "end_time"), Duration.ofNanos(r.getLong("duration_ns")), r.getInt("result"),
        r.getString("reason"), CallEnd.ReleaseSource.valueOf(r.getString("release_source")), ringingOrNull);
    BigDecimal cost = r.getBigDecimal("cost");
    return new Cdr(new CdrId(r.getLong("id")), facts, end, Columns.payer(r), rate, r.getLong("billed_seconds"),
        cost == null ? null : Money.of(cost, Currency.getInstance(r.getString("currency"))), r.getBoolean("crashed"));
  }
}
