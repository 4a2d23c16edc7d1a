package org.strowger.ledger.internal.shell;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.apache.karaf.shell.support.ShellUtil;
import org.strowger.billing.api.FundsService;
import org.strowger.billing.api.Payer;
import org.strowger.billing.api.Payment;
import org.strowger.kernel.Money;
import org.strowger.shell.api.Table;

/** What the commands that book and list payments share. */
final class Payments {

  private Payments() {}

  static void book(FundsService funds, Payer payer, Payment.Kind kind, String amount, String notes, String key) {
    var currency = Payers.balance(funds, payer).balance().currency();
    Money money = Money.of(Money.parseAmount("amount", amount), currency);
    Payment payment = funds.book(payer, kind, money, notes, Objects.requireNonNullElse(ShellUtil.getCurrentUserName(), "shell"), key);
    System.out.println("payment " + payment.id() + " is booked: " + kind.name().toLowerCase(Locale.ROOT) + " " + payment.amount() + ", balance "
        + payment.balanceAfter());
  }

  static void print(List<Payment> payments, boolean json) {
    Table table = Table.of("id", "time", "payer", "kind", "amount", "currency", "balance after", "by", "notes");
    for (Payment p : payments) {
      table.row(p.id().value(), p.time(), p.payer(), p.kind(), p.amount().amount().toPlainString(), p.amount().currency(),
          p.balanceAfter().amount().toPlainString(), p.by(), p.notes());
    }
    table.print(System.out, json);
  }
}
