package org.strowger.ledger.internal.shell;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.strowger.billing.api.Payer;

@Service
@Command(scope = "account", name = "payments", description = "Lists the payments of an account or a carrier, newest first")
public final class AccountPayments extends PaymentPages {

  @Argument(index = 0, name = "account", description = "Name, or id:12; a carrier: its name, or carrier:7", required = true)
  @Completion(PayerNames.class)
  String account;

  @Override
  Payer payer() {
    return Payers.any(accounts, carriers, account);
  }
}
