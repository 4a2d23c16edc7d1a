package org.strowger.ledger.internal.shell;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.strowger.accounts.api.AccountService;
import org.strowger.billing.api.Balance;
import org.strowger.billing.api.FundsService;
import org.strowger.billing.api.Payer;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.StrowgerException;

/** Entities with a balance, as people name them: an account by its name or {@code id:12}, others as {@code carrier:7}. */
final class Payers {

  private static final Pattern BY_ID = Pattern.compile("(id|account|customer|carrier):([0-9]{1,10})");

  private Payers() {}

  static Payer account(AccountService accounts, String text) {
    Matcher byId = BY_ID.matcher(text);
    if (!byId.matches()) {
      return accounts.byName(CustomerId.ROOT, text).map(account -> Payer.of(account.id()))
          .orElseThrow(() -> StrowgerException.notFound("account", "'" + text + "'; see account:list"));
    }
    if (!byId.group(1).equals("id") && !byId.group(1).equals("account")) {
      throw new InvalidInput("account", text, "is a name or id:12");
    }
    return new Payer(Payer.Kind.ACCOUNT, id(text, byId.group(2)));
  }

  static Payer any(AccountService accounts, String text) {
    Matcher byId = BY_ID.matcher(text);
    return byId.matches() && !byId.group(1).equals("id")
        ? new Payer(Payer.Kind.valueOf(byId.group(1).toUpperCase(Locale.ROOT)), id(text, byId.group(2)))
        : account(accounts, text);
  }

  private static int id(String text, String digits) {
    long id = Long.parseLong(digits);
    if (id < 1 || id > Integer.MAX_VALUE) {
      throw new InvalidInput("id", text, "is 1 to " + Integer.MAX_VALUE);
    }
    return (int) id;
  }

  static Balance balance(FundsService funds, Payer payer) {
    return funds.balance(payer).orElseThrow(() -> StrowgerException.notFound("balance of", payer));
  }
}
