package org.strowger.ledger.internal.shell;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.strowger.billing.api.Payment;

@Service
@Command(scope = "account", name = "add-funds", description = "Books money received from an account, or paid to a carrier")
public final class AccountAddFunds extends Booking {

  public AccountAddFunds() {
    super(Payment.Kind.FUNDS);
  }
}
