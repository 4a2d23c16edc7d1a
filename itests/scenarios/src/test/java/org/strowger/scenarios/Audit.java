package org.strowger.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.strowger.scenarios.Generator.Seen;

/** Compares the ledger's tables with what the ends of the calls saw. */
final class Audit {

  private static final long SECOND = 1_000_000_000L;
  /** House plan 4.5: an end that was told so long before is durable, and a crash costs at most so much. */
  private static final long DURABLE = 2 * SECOND;
  private static final long LOST = 3 * SECOND;

  /**
   * From just before the switch was killed to when it was gone; 0 and 0 if nobody killed it.
   *
   * @param sudden at one instant between the two. Where memory was used up it stood still here and there, also between its answer to a BYE and noting that
   */
  record Kill(long before, long after, boolean sudden) {
    static final Kill NONE = new Kill(0, 0, true);

    static Kill now(Switch at) throws Exception {
      long before = System.nanoTime();
      at.kill();
      return new Kill(before, System.nanoTime(), true);
    }

    boolean happened() {
      return after != 0;
    }
  }

  /** What was found, for the table of figures. Nanoseconds. */
  record Found(int calls, int crashed, long shortest, long longest) {}

  private record Row(String kind, int payer, long call, long duration, long billed, BigDecimal cost, boolean crashed, boolean answered) {}

  private final Map<String, List<Row>> cdrs = new HashMap<>();
  private final Map<String, BigDecimal> charges = new HashMap<>();
  private final Map<String, Integer> charged = new HashMap<>();
  private final List<String> wrong = new ArrayList<>();
  private long journalled;

  private Audit() {}

  /** Reads all there is in one snapshot. */
  static Audit of(Switch at) throws Exception {
    var audit = new Audit();
    try (Connection connection = Postgres.connect(at)) {
      connection.setAutoCommit(false);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      audit.read(connection);
    }
    return audit;
  }

  private void read(Connection connection) throws SQLException {
    try (var select = connection.createStatement()) {
      try (var r = select.executeQuery("select sip_call_id, payer_kind, payer_id, call, duration_ns, billed_seconds, cost, crashed, connect_time is not null as answered from ledger.cdr")) {
        while (r.next()) {
          cdrs.computeIfAbsent(r.getString(1), id -> new ArrayList<>()).add(new Row(r.getString(2), r.getInt(3), r.getLong(4), r.getLong(5), r.getLong(6),
              r.getBigDecimal(7), r.getBoolean(8), r.getBoolean(9)));
        }
      }
      try (var r = select.executeQuery("select call, party, party_id, sum(amount), count(*) from ledger.entry where leg = 0 and call is not null group by 1, 2, 3")) {
        while (r.next()) {
          String key = r.getLong(1) + " " + r.getString(2) + " " + r.getInt(3);
          charges.put(key, r.getBigDecimal(4));
          charged.put(key, r.getInt(5));
        }
      }
      try (var r = select.executeQuery("select count(*) from ledger.journal")) {
        r.next();
        journalled = r.getLong(1);
      }
      find(select, "a transaction whose legs do not sum to zero", "select id from ledger.entry group by id having sum(amount) <> 0 or count(*) <> 2");
      find(select, "a balance that is not the sum of its entries", "select coalesce(b.payer_kind, e.party) || ' ' || coalesce(b.payer_id, e.party_id) || ' has ' || coalesce(b.balance, 0)"
          + " || ', its entries ' || coalesce(e.sum, 0) from ledger.balance b full join (select party, party_id, currency, sum(amount) as sum from ledger.entry where leg = 0 group by 1, 2, 3) e"
          + " on e.party = b.payer_kind and e.party_id = b.payer_id and e.currency = b.currency where coalesce(b.balance, 0) <> coalesce(e.sum, 0)");
      find(select, "a charge of a call without a CDR", "select e.call from ledger.entry e where e.call is not null and e.leg = 0"
          + " and not exists (select 1 from ledger.cdr c where c.call = e.call and c.payer_kind = e.party and c.payer_id = e.party_id)");
    }
  }

  private void find(java.sql.Statement select, String what, String sql) throws SQLException {
    try (var r = select.executeQuery(sql)) {
      while (r.next()) {
        wrong.add(what + ": " + r.getString(1));
      }
    }
  }

  /** The books as such: double entry, and every balance the sum of its entries. */
  Audit balanced() {
    assertThat(wrong).isEmpty();
    return this;
  }

  /** The switch ended none that was up: of these scenarios' calls each is ended by one of its ends. */
  Audit noneCut(List<Seen> calls) {
    assertThat(calls.stream().filter(Seen::isCut).toList()).as("calls that the switch cut").isEmpty();
    return this;
  }

  /** How many calls the journal takes for up. */
  long journalled() {
    return journalled;
  }

  /**
   * Each call whose answer its caller saw has one CDR and one charge for each who pays, of its exact length or, where the switch was killed, as short as that may be. One of which
   * the caller was told that it was refused or cancelled was not answered and costs nobody anything, also where its callee had answered.
   */
  Found check(List<Seen> calls, Kill kill) {
    var faults = new ArrayList<String>();
    int answered = 0;
    int crashed = 0;
    long shortest = 0;
    long longest = Long.MIN_VALUE;
    for (Seen call : calls) {
      List<Row> rows = cdrs.getOrDefault(call.callId(), List.of());
      once(call, rows, faults);
      if (!call.isAnswered()) {
        rows.stream().filter(row -> call.refused() != 0 && (row.answered() || row.cost() != null && row.cost().signum() != 0))
            .forEach(row -> faults.add(row + " is charged, or says that it was answered, though its caller was told " + call.refused() + ": " + call + ", " + kill));
        rows.stream().filter(row -> row.duration() > (call.calleeAnswered() == 0 ? 0 : most(call, kill)))
            .forEach(row -> faults.add(row + " is longer than a call whose caller heard of no answer can be: " + call + ", " + kill));
        continue;
      }
      answered++;
      crashed += rows.stream().anyMatch(Row::crashed) ? 1 : 0;
      for (Row row : rows) {
        long least = least(call, kill);
        long most = most(call, kill);
        if (row.crashed()) {
          shortest = Math.max(shortest, least - row.duration());
          longest = Math.max(longest, row.duration() - most);
        }
        long lost = row.crashed() ? LOST : 0;
        // Never long: the ends note what they send before and what they get after it was on its way, and the kill is over when the process is gone.
        if (row.duration() < least - lost || row.duration() > most) {
          faults.add(row + " is not from " + (least - lost) + " to " + most + " ns: " + call + ", " + kill);
        }
        if (row.crashed() && (!kill.happened() || call.isOver() && kill.before() - call.byeAnswered() > DURABLE)) {
          faults.add(row + " crashed, but had its 200 to BYE: " + call + ", " + kill);
        }
      }
    }
    assertThat(faults).isEmpty();
    return new Found(answered, crashed, shortest, longest);
  }

  /** From the caller's 200 to the BYE: the switch knew of the answer before, and of the BYE after. When it hung up itself we do not know before it tells. */
  private static long least(Seen call, Kill kill) {
    if (call.byeSent() != 0 && (!kill.happened() || call.byeSent() - kill.before() < 0)) {
      return call.byeSent() - call.callerAnswered();
    }
    return call.byeReceived() != 0 ? 0 : kill.before() - call.callerAnswered();
  }

  /** From the callee's 200 until the BYE was answered, or passed on. */
  private static long most(Seen call, Kill kill) {
    long end = call.isOver() ? call.byeAnswered() : kill.after();
    end = call.byeReceived() != 0 && (end == 0 || call.byeReceived() - end < 0) ? call.byeReceived() : end;
    return (kill.sudden() || end - kill.before() < 0 ? end : kill.after()) - call.calleeAnswered();
  }

  private void once(Seen call, List<Row> rows, List<String> faults) {
    List<String> payers = rows.stream().map(row -> row.kind() + " " + row.payer()).sorted().toList();
    List<String> expected = List.of("ACCOUNT " + call.payer(), "CARRIER " + call.carrier());
    boolean right = call.isAnswered() ? payers.equals(expected) : payers.stream().distinct().count() == payers.size();
    if (!right) {
      faults.add("CDRs of " + payers + ", expected " + expected + ": " + call);
    }
    for (Row row : rows) {
      String key = row.call() + " " + row.kind() + " " + row.payer();
      BigDecimal cost = row.cost() == null ? BigDecimal.ZERO : row.cost();
      if (charges.getOrDefault(key, BigDecimal.ZERO).add(cost).signum() != 0 || charged.getOrDefault(key, 0) != cost.signum()) {
        faults.add(charged.get(key) + " charges of " + charges.get(key) + " for " + row + ": " + call);
      }
      if (call.isAnswered() && !row.answered()) {
        faults.add(row + " says that it was not answered: " + call);
      }
      long rounded = BigDecimal.valueOf(row.duration(), 9).setScale(0, RoundingMode.HALF_UP).longValueExact();
      if (row.answered() && row.billed() != rounded) {
        faults.add(row + " is not billed for " + rounded + " s: " + call);
      }
    }
  }
}
