package org.strowger.ledger.internal.shell;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.strowger.billing.api.Payment;

@Service
@Command(scope = "account", name = "debit", description = "Lowers the balance of an account by at most what is available, or of a carrier: an adjustment")
public final class AccountDebit extends Booking {

  public AccountDebit() {
    super(Payment.Kind.DEBIT);
  }
}
