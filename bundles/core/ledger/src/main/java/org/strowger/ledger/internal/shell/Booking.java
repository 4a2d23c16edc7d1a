package org.strowger.ledger.internal.shell;

import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.support.ShellUtil;
import org.strowger.accounts.api.AccountService;
import org.strowger.billing.api.Balance;
import org.strowger.billing.api.CarrierDirectory;
import org.strowger.billing.api.FundsService;
import org.strowger.billing.api.Payer;
import org.strowger.billing.api.Payment;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.Money;
import org.strowger.shell.api.Details;

/** What the commands that book an amount on an account share; each says of which kind it is. */
abstract class Booking implements Action {

  @Reference FundsService funds;
  @Reference AccountService accounts;
  @Reference(optional = true) CarrierDirectory carriers;

  @Argument(index = 0, name = "account", description = "Name, or id:12; a carrier: its name, or carrier:7", required = true)
  @Completion(PayerNames.class)
  String account;

  @Argument(index = 1, name = "amount", description = "In the currency of the account, such as 12.50", required = true)
  String amount;

  @Option(name = "--notes", description = "Kept with the payment, at most 256 characters")
  String notes = "";

  @Option(name = "--key", description = "A second payment with the same key books nothing")
  String key;

  @Option(name = "--currency", description = "Which of a carrier's balances, where it has several")
  String currency;

  @Option(name = "--json", description = "For programs")
  boolean json;

  private final Payment.Kind kind;

  Booking(Payment.Kind kind) {
    this.kind = kind;
  }

  @Override
  public final Object execute() {
    Payer payer = Payers.any(accounts, carriers, account);
    Money money = Money.of(Money.parseAmount("amount", amount), currency(Payers.balances(funds, payer)));
    Payment payment = funds.book(payer, kind, money, notes, Objects.requireNonNullElse(ShellUtil.getCurrentUserName(), "shell"), key);
    if (json) {
      Details.of(fields(payment)).print(System.out, true);
      return null;
    }
    System.out.println("payment " + payment.id() + " is booked: " + kind.name().toLowerCase(Locale.ROOT) + " " + payment.amount() + ", balance "
        + payment.balanceAfter());
    return null;
  }

  private Currency currency(List<Balance> balances) {
    List<Currency> currencies = balances.stream().map(balance -> balance.balance().currency()).toList();
    if (currency == null && currencies.size() == 1) {
      return currencies.get(0);
    }
    return currencies.stream().filter(known -> known.getCurrencyCode().equals(currency)).findFirst().orElseThrow(() -> new InvalidInput("currency", currency,
        "is one in which there is a balance: " + String.join(", ", currencies.stream().map(Currency::getCurrencyCode).toList())));
  }

  private static Map<String, Object> fields(Payment payment) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("id", payment.id().value());
    fields.put("time", payment.time());
    fields.put("payer", payment.payer());
    fields.put("kind", payment.kind());
    fields.put("amount", payment.amount());
    fields.put("balanceAfter", payment.balanceAfter());
    fields.put("by", payment.by());
    fields.put("notes", payment.notes());
    return fields;
  }
}
