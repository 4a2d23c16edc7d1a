package org.strowger.ledger.internal.shell;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.strowger.billing.api.Payment;

@Service
@Command(scope = "account", name = "credit", description = "Raises the balance of an account: an adjustment")
public final class AccountCredit extends Booking {

  public AccountCredit() {
    super(Payment.Kind.CREDIT);
  }
}
