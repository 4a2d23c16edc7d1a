package org.strowger.calls.internal;

import java.util.stream.Stream;
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

  /** Whether a new call can be decided and paid for. */
  boolean complete() {
    return Stream.of(directory, rating, ledger, locations).allMatch(live -> live.now().isPresent());
  }

  /** @throws org.strowger.kernel.Unavailable naming the first that is away */
  void orThrow() {
    directory.orThrow();
    rating.orThrow();
    ledger.orThrow();
    locations.orThrow();
  }
}
