package org.strowger.calls.internal;

import org.strowger.accounts.api.AccountDirectory;
import org.strowger.accounts.api.AccountService;
import org.strowger.billing.api.LedgerService;
import org.strowger.billing.api.RatingService;
import org.strowger.calls.api.Locations;
import org.strowger.kernel.Live;

/** What may be replaced while calls are up. */
final class Services {

  final Live<AccountDirectory> directory = new Live<>("the account directory");
  final Live<AccountService> accounts = new Live<>("the account service");
  final Live<RatingService> rating = new Live<>("rating");
  final Live<LedgerService> ledger = new Live<>("the ledger");
  final Live<Locations> locations = new Live<>("the registrar");

  /** @throws org.strowger.kernel.Unavailable naming the first that a new call cannot be decided and paid for without */
  void orThrow() {
    directory.requireAnswers();
    rating.requireAnswers();
    ledger.orThrow();
    locations.orThrow();
  }
}
