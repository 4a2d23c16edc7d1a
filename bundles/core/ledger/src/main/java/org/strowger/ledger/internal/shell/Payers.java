package org.strowger.ledger.internal.shell;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.strowger.accounts.api.AccountService;
import org.strowger.billing.api.Balance;
import org.strowger.billing.api.CarrierDirectory;
import org.strowger.billing.api.FundsService;
import org.strowger.billing.api.Payer;
import org.strowger.kernel.CarrierId;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.Unavailable;

/** Entities with a balance, as people name them: an account by its name or {@code id:12}, others as {@code carrier:7}. */
final class Payers {

  private static final Pattern BY_ID = Pattern.compile("(id|account|customer|carrier):([0-9]{1,10})");

  static final String CARRIER = "carrier:";

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

  /**
   * An account, or a carrier as {@code carrier:7}, {@code carrier:NAME}, or by a name that no account has; a customer as {@code customer:1}.
   *
   * @param carriers null while routing is away: carriers go by their ids then
   */
  static Payer any(AccountService accounts, CarrierDirectory carriers, String text) {
    Matcher byId = BY_ID.matcher(text);
    if (byId.matches()) {
      return byId.group(1).equals("id") ? account(accounts, text) : new Payer(Payer.Kind.valueOf(byId.group(1).toUpperCase(Locale.ROOT)), id(text, byId.group(2)));
    }
    if (text.startsWith(CARRIER)) {
      String name = text.substring(CARRIER.length());
      if (carriers == null) {
        throw new Unavailable("routing");
      }
      return carrier(carriers, name).orElseThrow(() -> StrowgerException.notFound("carrier", "'" + name + "'; see route:carrier-list"));
    }
    return accounts.byName(CustomerId.ROOT, text).map(account -> Payer.of(account.id())).or(() -> carrier(carriers, text))
        .orElseThrow(() -> StrowgerException.notFound("account or carrier", "'" + text + "'; see account:list and route:carrier-list"));
  }

  private static Optional<Payer> carrier(CarrierDirectory carriers, String name) {
    return carriers == null ? Optional.empty() : carriers.byName(CustomerId.ROOT, name).map(Payer::of);
  }

  private static int id(String text, String digits) {
    long id = Long.parseLong(digits);
    if (id < 1 || id > Integer.MAX_VALUE) {
      throw new InvalidInput("id", text, "is 1 to " + Integer.MAX_VALUE);
    }
    return (int) id;
  }

  /** At least one. */
  static List<Balance> balances(FundsService funds, Payer payer) {
    List<Balance> found = funds.balances(payer);
    if (found.isEmpty()) {
      throw StrowgerException.notFound("balance of", payer);
    }
    return found;
  }

  /**
   * For what would show nothing: says so if that is because there is no such account or carrier, as REST does. A carrier may be there that was never owed
   * anything.
   *
   * @param carriers null while routing is away
   */
  static void requireKnown(FundsService funds, CarrierDirectory carriers, Payer payer) {
    if (payer.kind() == Payer.Kind.CUSTOMER || !funds.balances(payer).isEmpty()) {
      return;
    }
    if (payer.kind() == Payer.Kind.CARRIER && carriers == null) {
      throw new Unavailable("routing");
    }
    if (payer.kind() != Payer.Kind.CARRIER || !carriers.exists(CustomerId.ROOT, new CarrierId(payer.id()))) {
      throw StrowgerException.notFound(payer.kind().name().toLowerCase(Locale.ROOT), payer.id());
    }
  }
}
