package org.strowger.ledger.internal;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.strowger.billing.api.Payer;
import org.strowger.billing.api.Payment;
import org.strowger.hibernate.jdbc.Copy;
import org.strowger.kernel.CallId;
import org.strowger.kernel.EntryId;
import org.strowger.kernel.Money;
import org.strowger.kernel.PaymentId;

/** The double entry: every transaction has two legs that sum to zero. Rows are only ever added. */
final class Entries {

  /**
   * The other side of an entry: the switch's own books. Carriers have their own, as money goes the other way there: one book for both would add what was
   * received to what was paid.
   */
  enum Book { REVENUE, CASH, ADJUSTMENT, OPENING, COST, PAID, COST_ADJUSTMENT }

  /**
   * One transaction.
   *
   * @param change of the payer's balance; the book gets its negative
   * @param call null for a payment
   * @param payment null for a call
   */
  record Entry(EntryId id, Instant time, Payer payer, Book book, Money change, CallId call, PaymentId payment) {}

  static Book bookOf(Payer.Kind payerOfCall) {
    return payerOfCall == Payer.Kind.CARRIER ? Book.COST : Book.REVENUE;
  }

  static Book bookOf(Payer.Kind payer, Payment.Kind kind) {
    boolean carrier = payer == Payer.Kind.CARRIER;
    return switch (kind) {
      case FUNDS -> carrier ? Book.PAID : Book.CASH;
      case DEBIT, CREDIT -> carrier ? Book.COST_ADJUSTMENT : Book.ADJUSTMENT;
      case OPENING -> Book.OPENING;
    };
  }

  void add(Connection connection, List<Entry> entries) throws SQLException {
    if (entries.isEmpty()) {
      return;
    }
    var rows = new Copy.Rows();
    var row = new Params(rows);
    for (Entry entry : entries) {
      leg(row, entry, 0, entry.payer.kind(), entry.payer.id(), entry.change.amount());
      leg(row, entry, 1, entry.book, 0, entry.change.amount().negate());
    }
    rows.copy(connection, "ledger.entry (id, leg, time, party, party_id, amount, currency, call, payment)");
  }

  private static void leg(Params row, Entry entry, int leg, Enum<?> party, int id, BigDecimal amount) throws SQLException {
    row.number((Long) entry.id.value()).number((Integer) leg).time(entry.time).name(party).number((Integer) id).number(amount)
        .text(entry.change.currency().getCurrencyCode()).number(entry.call == null ? null : (Long) entry.call.value())
        .number(entry.payment == null ? null : (Integer) entry.payment.value()).add();
  }
}
