package org.strowger.ledger.internal.shell;

import java.util.Locale;
import java.util.Objects;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.support.ShellUtil;
import org.strowger.accounts.api.AccountService;
import org.strowger.billing.api.FundsService;
import org.strowger.billing.api.Payer;
import org.strowger.billing.api.Payment;
import org.strowger.kernel.Money;

/** What the commands that book an amount on an account share; each says of which kind it is. */
abstract class Booking implements Action {

  @Reference FundsService funds;
  @Reference AccountService accounts;

  @Argument(index = 0, name = "account", description = "Name, or id:12", required = true)
  @Completion(AccountNames.class)
  String account;

  @Argument(index = 1, name = "amount", description = "In the account's currency, such as 12.50", required = true)
  String amount;

  @Option(name = "--notes", description = "Kept with the payment, at most 256 characters")
  String notes = "";

  @Option(name = "--key", description = "A second payment with the same key books nothing")
  String key;

  private final Payment.Kind kind;

  Booking(Payment.Kind kind) {
    this.kind = kind;
  }

  @Override
  public final Object execute() {
    Payer payer = Payers.account(accounts, account);
    Money money = Money.of(Money.parseAmount("amount", amount), Payers.balance(funds, payer).balance().currency());
    Payment payment = funds.book(payer, kind, money, notes, Objects.requireNonNullElse(ShellUtil.getCurrentUserName(), "shell"), key);
    System.out.println("payment " + payment.id() + " is booked: " + kind.name().toLowerCase(Locale.ROOT) + " " + payment.amount() + ", balance "
        + payment.balanceAfter());
    return null;
  }
}
