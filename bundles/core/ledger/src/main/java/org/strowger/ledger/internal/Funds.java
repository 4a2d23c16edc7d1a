package org.strowger.ledger.internal;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.strowger.billing.api.Balance;
import org.strowger.billing.api.FundsService;
import org.strowger.billing.api.Payer;
import org.strowger.billing.api.Payment;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.Money;
import org.strowger.kernel.PaymentId;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.Time;
import org.strowger.kernel.TimeOrderedIds;
import org.strowger.kernel.data.Texts;
import org.strowger.persistence.api.Tx;

/** Balances and payments, in the caller's transaction if there is one. */
final class Funds implements FundsService {

  private static final int MAX_KEY = 128;
  private static final int MAX_PAGE = 1000;
  private static final String PAYMENT = "id, payer_kind, payer_id, kind, amount, currency, notes, time, by_login, balance_after";

  private final Tx tx;
  private final Time time;
  private final TimeOrderedIds ids;
  private final Purses purses;
  private final Balances balances;
  private final Entries entries;

  Funds(Tx tx, Time time, TimeOrderedIds ids, Purses purses, Balances balances, Entries entries) {
    this.tx = tx;
    this.time = time;
    this.ids = ids;
    this.purses = purses;
    this.balances = balances;
    this.entries = entries;
  }

  @Override
  public void open(Payer payer, Money opening, Money creditLimit, String by) {
    notNegative(creditLimit, opening.currency());
    required(connection -> {
      BalanceRow opened = balances.open(connection, payer, creditLimit)
          .orElseThrow(() -> StrowgerException.duplicate("payer", payer, "it has a balance already"));
      money().changed(opened);
      if (!opening.isZero()) {
        pay(connection, opened, Payment.Kind.OPENING, opening, opening, "", by, null);
      }
      return null;
    });
  }

  @Override
  public void limit(Payer payer, Money limit) {
    required(connection -> {
      notNegative(limit, lock(connection, payer).currency());
      money().changed(balances.limit(connection, payer, limit.amount()));
      return null;
    });
  }

  private static void notNegative(Money limit, Currency currency) {
    if (limit.isNegative()) {
      throw new InvalidInput("creditLimit", limit.amount().toPlainString(), "is not negative");
    }
    sameCurrency("creditLimit", limit, currency);
  }

  private static void sameCurrency(String field, Money amount, Currency currency) {
    if (!amount.currency().equals(currency)) {
      throw new InvalidInput(field + ".currency", amount.currency(), "is the entity's: " + currency);
    }
  }

  @Override
  public Optional<Balance> balance(Payer payer) {
    return required(connection -> balances.find(connection, payer).map(this::balance));
  }

  private Balance balance(BalanceRow row) {
    return new Balance(row.payer(), money(row.balance(), row), money(row.creditLimit(), row), money(purses.held(row.payer()), row));
  }

  @Override
  public List<Balance> balances(Payer payer) {
    return payer.kind() == Payer.Kind.CARRIER
        ? required(connection -> balances.all(connection, payer).stream().map(this::balance).toList())
        : balance(payer).stream().toList();
  }

  @Override
  public void close(Payer payer) {
    if (!tx.active()) {
      throw new IllegalStateException("a balance is closed in the transaction that deletes its entity");
    }
    TxMoney money = money();
    required(connection -> {
      List<BalanceRow> rows = payer.kind() == Payer.Kind.CARRIER ? balances.lockAll(connection, payer) : balances.lock(connection, payer).stream().toList();
      purses.locked(payer, purse -> {
        if (purse.inUse()) {
          throw StrowgerException.conflict(payer + " pays for a call that is up; end it first");
        }
        purse.closing(true);
        return null;
      });
      // Noted at once: whatever fails from here on takes the mark off again.
      money.closing(payer);
      List<String> left = rows.stream().filter(row -> row.balance().signum() != 0).map(row -> money(row.balance(), row).toString()).toList();
      if (!left.isEmpty()) {
        throw StrowgerException.conflict(payer + " has a balance of " + String.join(" and of ", left) + "; book it to zero first");
      }
      if (rows.stream().anyMatch(BalanceRow::main)) {
        money.closed(payer, balances.close(connection, payer));
      }
      return null;
    });
  }

  private static Money money(BigDecimal amount, BalanceRow row) {
    return Money.of(amount, row.currency());
  }

  @Override
  public Payment book(Payer payer, Payment.Kind kind, Money amount, String notes, String by, String idempotencyKey) {
    check(kind, amount, notes, idempotencyKey);
    return required(connection -> {
      BalanceRow row = lock(connection, payer, amount.currency());
      Optional<Payment> earlier = idempotencyKey == null ? Optional.empty() : byKey(connection, payer, idempotencyKey);
      if (earlier.isPresent()) {
        return same(earlier.get(), kind, amount, idempotencyKey);
      }
      sameCurrency("amount", amount, row.currency());
      Money change = kind == Payment.Kind.DEBIT ? amount.negate() : amount;
      return pay(connection, row, kind, amount, change, notes, by, idempotencyKey);
    });
  }

  /** A key names one payment: what was asked again must be what was booked. */
  private static Payment same(Payment earlier, Payment.Kind kind, Money amount, String key) {
    Money booked = earlier.amount();
    if (earlier.kind() != kind || !booked.currency().equals(amount.currency()) || booked.amount().compareTo(amount.amount()) != 0) {
      throw StrowgerException.conflict("idempotencyKey " + key + " booked " + earlier.kind() + " of " + booked + " for " + earlier.payer()
          + " already, not " + kind + " of " + amount + "; use another key for another payment");
    }
    return earlier;
  }

  private static void check(Payment.Kind kind, Money amount, String notes, String key) {
    if (kind == Payment.Kind.OPENING) {
      throw new InvalidInput("kind", kind, "is DEBIT, CREDIT or FUNDS; an opening balance is booked when the entity is made");
    }
    if (!amount.isPositive()) {
      throw new InvalidInput("amount", amount.amount().toPlainString(), "is greater than zero");
    }
    Texts.sound("notes", notes);
    Texts.sound("idempotencyKey", key);
    int characters = notes.codePointCount(0, notes.length());
    if (characters > MAX_NOTES) {
      throw new InvalidInput("notes", notes, "has at most " + MAX_NOTES + " characters, not " + characters);
    }
    if (key != null && (key.isBlank() || key.length() > MAX_KEY)) {
      throw new InvalidInput("idempotencyKey", key, "has 1 to " + MAX_KEY + " characters");
    }
  }

  private Payment pay(Connection connection, BalanceRow before, Payment.Kind kind, Money amount, Money change, String notes, String by, String key)
      throws SQLException {
    Payer payer = before.payer();
    fits(before, change);
    BalanceRow after = balances.add(connection, Map.of(new Balances.Key(payer, before.currency()), change.amount())).get(0);
    if (kind == Payment.Kind.DEBIT) {
      take(payer, amount, after);
    }
    money().changed(after);
    Payment payment = insert(connection, payer, kind, amount, notes, by, key, money(after.balance(), after));
    entries.add(connection, List.of(new Entries.Entry(ids.nextEntry(), payment.time(), payer, Entries.bookOf(payer.kind(), kind), change, null, payment.id())));
    return payment;
  }

  /** A balance has room for what {@link Money} has room for. */
  private static void fits(BalanceRow before, Money change) {
    BigDecimal sum = before.balance().add(change.amount()).abs();
    if (sum.precision() - sum.scale() > Money.MAX_INTEGER_DIGITS) {
      throw new InvalidInput("amount", change.amount().abs().toPlainString(), "leaves a balance of at most " + Money.MAX_INTEGER_DIGITS
          + " digits before the point; it is " + before.balance().toPlainString());
    }
  }

  /**
   * Takes a debit out of the purse at once, so that no call can hold the same money before the commit. The row is
   * locked, so the balance is exact; a charge that was committed but that the purse does not know yet counts twice
   * for a moment, which refuses too much, never too little. Carriers have no limit: we owe them what we owe.
   */
  private void take(Payer payer, Money amount, BalanceRow after) {
    if (payer.kind() == Payer.Kind.CARRIER) {
      return;
    }
    purses.locked(payer, purse -> {
      BigDecimal left = after.balance().add(after.creditLimit()).subtract(purse.held());
      if (left.signum() < 0) {
        Money available = money(left, after).plus(amount);
        String held = purse.held().signum() == 0 ? "" : "; " + money(purse.held(), after) + " are held for calls";
        throw StrowgerException.conflict(payer + " has " + available + " available, less than the debit of " + amount + held);
      }
      purse.pend(amount.amount());
      return null;
    });
    money().debited(payer, amount.amount());
  }

  private TxMoney money() {
    return tx.participant(this, connection -> new TxMoney(purses));
  }

  private BalanceRow lock(Connection connection, Payer payer) throws SQLException {
    return balances.lock(connection, payer).orElseThrow(() -> StrowgerException.notFound("balance of", payer));
  }

  /** Where an amount in this currency is booked. */
  private BalanceRow lock(Connection connection, Payer payer, Currency currency) throws SQLException {
    if (payer.kind() != Payer.Kind.CARRIER) {
      return lock(connection, payer);
    }
    List<BalanceRow> rows = balances.lockAll(connection, payer);
    if (rows.isEmpty()) {
      throw StrowgerException.notFound("balance of", payer + ": it was never owed anything");
    }
    return rows.stream().filter(row -> row.currency().equals(currency)).findFirst().orElseThrow(() -> new InvalidInput("amount.currency", currency,
        "is one in which " + payer + " has a balance: " + String.join(", ", rows.stream().map(row -> row.currency().toString()).toList())));
  }

  private Payment insert(Connection connection, Payer payer, Payment.Kind kind, Money amount, String notes, String by, String key, Money after)
      throws SQLException {
    String sql = "insert into ledger.payment (payer_kind, payer_id, kind, amount, currency, notes, time, by_login, balance_after, idempotency_key) values ("
        + Columns.marks(10) + ") returning " + PAYMENT;
    try (var insert = connection.prepareStatement(sql)) {
      new Params(insert).name(payer.kind()).number((Integer) payer.id()).name(kind).number(amount.amount()).text(amount.currency().getCurrencyCode())
          .text(notes).time(Columns.stored(time.now())).text(by).number(after.amount()).text(key);
      return read(insert.executeQuery()).get(0);
    }
  }

  private static Optional<Payment> byKey(Connection connection, Payer payer, String key) throws SQLException {
    String sql = "select " + PAYMENT + " from ledger.payment where payer_kind = ? and payer_id = ? and idempotency_key = ?";
    try (var select = connection.prepareStatement(sql)) {
      new Params(select).name(payer.kind()).number((Integer) payer.id()).text(key);
      return read(select.executeQuery()).stream().findFirst();
    }
  }

  @Override
  public List<Payment> payments(Payer payer, int offset, int limit) {
    if (limit < 1 || limit > MAX_PAGE) {
      throw new InvalidInput("limit", limit, "is 1 to " + MAX_PAGE);
    }
    if (offset < 0) {
      throw new InvalidInput("offset", offset, "is not negative");
    }
    String sql = "select " + PAYMENT + " from ledger.payment where payer_kind = ? and payer_id = ? order by id desc offset ? limit ?";
    return required(connection -> {
      try (var select = connection.prepareStatement(sql)) {
        new Params(select).name(payer.kind()).number((Integer) payer.id()).number((Integer) offset).number((Integer) limit);
        return read(select.executeQuery());
      }
    });
  }

  private static List<Payment> read(ResultSet result) throws SQLException {
    var payments = new ArrayList<Payment>();
    try (result) {
      while (result.next()) {
        Currency currency = Currency.getInstance(result.getString("currency"));
        payments.add(new Payment(new PaymentId(result.getInt("id")), Columns.payer(result), Payment.Kind.valueOf(result.getString("kind")),
            Money.of(result.getBigDecimal("amount"), currency), result.getString("notes"), Columns.time(result, "time"), result.getString("by_login"),
            Money.of(result.getBigDecimal("balance_after"), currency)));
      }
    }
    return payments;
  }

  private <T> T required(Sql.OnConnection<T> work) {
    return Sql.required(tx, work);
  }
}
