package org.strowger.ledger.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.strowger.billing.api.Share;
import org.strowger.kernel.CallId;
import org.strowger.kernel.NodeId;

/** The journal of calls that are up, and the heartbeats of the starts. */
final class JournalTable {

  /** @param heartbeat of the boot that wrote it */
  record Row(Write.Journaled call, String boot, Instant heartbeat) {}

  private final NodeId node;
  private final String boot;
  /** Whether there are rows that a release wrote whose shares had a table of their own. They go with their calls. */
  private volatile boolean olderShares = true;

  JournalTable(NodeId node, String boot) {
    this.node = node;
    this.boot = boot;
  }

  /** This start is at work. Where an earlier instance of the bundle said so before, its heartbeat stays. @return whether none did */
  boolean begun(Connection connection, Instant now) throws SQLException {
    String sql = "insert into ledger.boot (id, node, started, heartbeat) values (?, ?, ?, ?) on conflict (id) do nothing";
    try (var insert = connection.prepareStatement(sql)) {
      new Params(insert).text(boot).number((Integer) node.value()).time(now).time(now);
      return insert.executeUpdate() > 0;
    }
  }

  void heartbeat(Connection connection, Instant now) throws SQLException {
    String sql = "insert into ledger.boot (id, node, started, heartbeat) values (?, ?, ?, ?) on conflict (id) do update set heartbeat = excluded.heartbeat";
    try (var upsert = connection.prepareStatement(sql)) {
      new Params(upsert).text(boot).number((Integer) node.value()).time(now).time(now);
      upsert.executeUpdate();
    }
  }

  /** This start, of which the local journal tells, was alive then. */
  void wasAlive(Connection connection, Instant at) throws SQLException {
    String sql = "insert into ledger.boot (id, node, started, heartbeat) values (?, ?, ?, ?) on conflict (id) do update set heartbeat = greatest(ledger.boot.heartbeat, excluded.heartbeat)";
    try (var upsert = connection.prepareStatement(sql)) {
      new Params(upsert).text(boot).number((Integer) node.value()).time(at).time(at);
      upsert.executeUpdate();
    }
  }

  /** The last heartbeat of another start; null if there is none. */
  Instant heartbeatOfOthers(Connection connection) throws SQLException {
    try (var select = connection.prepareStatement("select max(heartbeat) as heartbeat from ledger.boot where id <> ?")) {
      new Params(select).text(boot);
      try (var r = select.executeQuery()) {
        r.next();
        return Columns.time(r, "heartbeat");
      }
    }
  }

  void add(Connection connection, List<Write.Journaled> calls) throws SQLException {
    if (calls.isEmpty()) {
      return;
    }
    String sql = "insert into ledger.journal (call, boot, node, connect_time, granted, next_slice, shares, " + Columns.FACTS + ") values ("
        + Columns.marks(7 + Columns.FACTS_COUNT) + ") on conflict (call) do nothing";
    try (var insert = connection.prepareStatement(sql)) {
      var row = new Params(insert);
      for (Write.Journaled call : calls) {
        row.number((Long) call.call().value()).text(boot).number((Integer) node.value()).time(call.connectTime());
        row.number((Long) call.granted()).number((Long) call.nextSlice()).text(ShareText.print(call.shares()));
        Columns.facts(row, call.facts());
        row.add();
      }
      insert.executeBatch();
    }
  }

  void extend(Connection connection, List<Write.Extended> calls) throws SQLException {
    if (calls.isEmpty()) {
      return;
    }
    String sql = "update ledger.journal set granted = ?, next_slice = ? where call = ? and granted <= ?";
    try (var update = connection.prepareStatement(sql)) {
      var row = new Params(update);
      for (Write.Extended call : calls) {
        row.number((Long) call.granted()).number((Long) call.nextSlice()).number((Long) call.call().value()).number((Long) call.granted()).add();
      }
      update.executeBatch();
    }
  }

  void delete(Connection connection, Collection<CallId> calls) throws SQLException {
    if (calls.isEmpty()) {
      return;
    }
    Object[] ids = calls.stream().map(CallId::value).toArray();
    for (String table : olderShares ? List.of("journal", "journal_share") : List.of("journal")) {
      try (var delete = connection.prepareStatement("delete from ledger." + table + " where call = any(?)")) {
        delete.setArray(1, connection.createArrayOf("bigint", ids));
        delete.executeUpdate();
      }
    }
  }

  /**
   * For the transaction: the journal is found by its key. Rows come and go so fast that the planner takes a table for empty, and plans to
   * read the whole of it, when it holds a minute's worth of rows that are gone.
   */
  static void byKey(Connection connection) throws SQLException {
    try (var set = connection.createStatement()) {
      set.execute("set local enable_seqscan = off");
    }
  }

  /**
   * The calls of this start of the process, which an earlier instance of the bundle left, or those of starts
   * that are no more.
   *
   * @param after the last call of the page before
   */
  List<Row> page(Connection connection, boolean ofThisBoot, CallId after, int limit) throws SQLException {
    var rows = new ArrayList<Row>();
    var shares = new HashMap<Long, List<Share>>();
    String sql = "select j.*, b.heartbeat from ledger.journal j join ledger.boot b on b.id = j.boot where j.boot " + (ofThisBoot ? "=" : "<>") + " ? and j.call > ? order by j.call limit ?";
    try (var select = connection.prepareStatement(sql)) {
      new Params(select).text(boot).number((Long) after.value()).number((Integer) limit);
      try (var r = select.executeQuery()) {
        while (r.next()) {
          var call = new CallId(r.getLong("call"));
          var facts = r.getString("sip_call_id") == null ? null : Columns.facts(call, r);
          String text = r.getString("shares");
          List<Share> ofCall = text == null ? shares.computeIfAbsent(call.value(), c -> new ArrayList<>()) : ShareText.parse(text);
          var journaled = new Write.Journaled(call, facts, Columns.time(r, "connect_time"), ofCall, r.getLong("granted"), r.getLong("next_slice"));
          rows.add(new Row(journaled, r.getString("boot"), Columns.time(r, "heartbeat")));
        }
      }
    }
    if (!shares.isEmpty()) {
      readShares(connection, shares);
    }
    return rows;
  }

  /** Looks whether there are shares in the table of older releases; nobody adds any. */
  void lookForOlderShares(Connection connection) throws SQLException {
    try (var select = connection.prepareStatement("select exists (select 1 from ledger.journal_share)"); var r = select.executeQuery()) {
      r.next();
      olderShares = r.getBoolean(1);
    }
  }

  private static void readShares(Connection connection, Map<Long, List<Share>> shares) throws SQLException {
    String sql = "select * from ledger.journal_share where call = any(?) order by call, position";
    try (var select = connection.prepareStatement(sql)) {
      select.setArray(1, connection.createArrayOf("bigint", shares.keySet().toArray()));
      try (var r = select.executeQuery()) {
        while (r.next()) {
          shares.get(r.getLong("call")).add(new Share(Columns.payer(r), Columns.rate(r), r.getBoolean("limited")));
        }
      }
    }
  }

  /** Forgets starts that have nothing left to close. */
  void forgetDeadBoots(Connection connection) throws SQLException {
    String sql = "delete from ledger.boot b where b.id <> ? and not exists (select 1 from ledger.journal j where j.boot = b.id)";
    try (var delete = connection.prepareStatement(sql)) {
      new Params(delete).text(boot);
      delete.executeUpdate();
    }
  }
}
