package org.strowger.ledger.internal;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.billing.api.CallEnd;
import org.strowger.billing.api.Cdr;
import org.strowger.billing.api.RateSnapshot;
import org.strowger.billing.api.Share;
import org.strowger.kernel.CallId;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.Money;
import org.strowger.kernel.Time;
import org.strowger.kernel.TimeOrderedIds;
import org.strowger.ledger.internal.Write.Extended;
import org.strowger.ledger.internal.Write.Journaled;
import org.strowger.ledger.internal.Write.Settled;
import org.strowger.persistence.api.BatchWriter;

/**
 * Writes what the ledger decided: journal rows, extensions and settlements of many calls in one transaction.
 * May be run again for the same rows: a call that has its CDRs is not charged again.
 */
final class Books implements BatchWriter.Rows<Write> {

  private static final Logger LOG = LoggerFactory.getLogger(Books.class);

  private final Time time;
  private final TimeOrderedIds ids;
  private final JournalTable journal;
  private final CdrTable cdrs;
  private final Balances balances;
  private final Entries entries;

  Books(Time time, TimeOrderedIds ids, JournalTable journal, CdrTable cdrs, Balances balances, Entries entries) {
    this.time = time;
    this.ids = ids;
    this.journal = journal;
    this.cdrs = cdrs;
    this.balances = balances;
    this.entries = entries;
  }

  @Override
  public void write(Connection connection, List<Write> batch) throws SQLException {
    journal.add(connection, only(batch, Journaled.class));
    journal.extend(connection, only(batch, Extended.class));
    settle(connection, only(batch, Settled.class));
  }

  private static <W extends Write> List<W> only(List<Write> batch, Class<W> kind) {
    return batch.stream().flatMap(w -> kind.isInstance(w) ? Stream.of(kind.cast(w)) : Stream.empty()).toList();
  }

  /** Charges each call that was not charged yet, and answers the CDRs of all. */
  void settle(Connection connection, List<Settled> settlements) throws SQLException {
    if (settlements.isEmpty()) {
      return;
    }
    JournalTable.byKey(connection);
    Map<CallId, List<Cdr>> known = cdrs.ofCalls(connection, settlements.stream().filter(s -> s.maybeWritten).map(s -> s.facts).toList());
    // Should this attempt fail, or nobody learn how it ended, the next one looks.
    settlements.forEach(s -> s.maybeWritten = true);
    var fresh = new LinkedHashMap<CallId, List<Cdr>>();
    for (Settled settled : settlements) {
      if (!known.containsKey(settled.call())) {
        fresh.computeIfAbsent(settled.call(), call -> record(settled));
      }
    }
    cdrs.add(connection, fresh.values());
    List<BalanceRow> changed = charge(connection, fresh.values().stream().flatMap(List::stream).toList());
    journal.delete(connection, settlements.stream().map(Settled::call).toList());
    for (Settled settled : settlements) {
      List<Cdr> earlier = known.get(settled.call());
      settled.outcome = earlier == null ? outcome(fresh.get(settled.call()), changed)
          : new Settled.Outcome(earlier, balances.find(connection, earlier.stream().map(Cdr::payer).filter(p -> p != null).distinct().toList()));
    }
  }

  private static Settled.Outcome outcome(List<Cdr> cdrs, List<BalanceRow> changed) {
    return new Settled.Outcome(cdrs, changed.stream().filter(row -> cdrs.stream().anyMatch(cdr -> row.payer().equals(cdr.payer()))).toList());
  }

  private List<BalanceRow> charge(Connection connection, List<Cdr> written) throws SQLException {
    var booked = new ArrayList<Entries.Entry>();
    var deltas = new HashMap<Balances.Key, BigDecimal>();
    for (Cdr cdr : written) {
      if (cdr.cost() != null && !cdr.cost().isZero()) {
        Money change = cdr.cost().negate();
        booked.add(new Entries.Entry(ids.nextEntry(), time.now(), cdr.payer(), Entries.bookOf(cdr.payer().kind()), change, cdr.call().call(), null));
        deltas.merge(new Balances.Key(cdr.payer(), change.currency()), change.amount(), BigDecimal::add);
      }
    }
    entries.add(connection, booked);
    return balances.add(connection, deltas);
  }

  /** One CDR per payer; one without a payer if there is none. */
  private List<Cdr> record(Settled settled) {
    if (settled.shares.isEmpty()) {
      return List.of(new Cdr(ids.nextCdr(), settled.facts, settled.end, null, null, 0, null, settled.crashed));
    }
    return settled.shares.stream().map(share -> record(settled, share)).toList();
  }

  private Cdr record(Settled settled, Share share) {
    CallEnd end = settled.end;
    RateSnapshot rate = share.rate();
    if (rate == null) {
      return new Cdr(ids.nextCdr(), settled.facts, end, share.payer(), null, 0, null, settled.crashed);
    }
    if (!end.answered()) {
      return new Cdr(ids.nextCdr(), settled.facts, end, share.payer(), rate, 0, Money.zero(rate.currency()), settled.crashed);
    }
    long measured = rate.rounding().seconds(end.duration());
    long billed = share.limited() ? Math.min(measured, settled.granted) : measured;
    return new Cdr(ids.nextCdr(), settled.facts, end, share.payer(), rate, billed, cost(settled, share, billed), settled.crashed);
  }

  /** Null, and said loudly, where a rate that an older release took has no cost that fits: the other payers are charged all the same. */
  private static Money cost(Settled settled, Share share, long billed) {
    try {
      return share.rate().cost(billed, settled.end.connectTime());
    } catch (InvalidInput e) {
      LOG.error("call {}: {} is not charged for {} s at {}: {}", settled.call(), share.payer(), billed, share.rate(), e.getMessage());
      return null;
    }
  }
}
