package org.strowger.ledger.internal.shell;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.strowger.billing.api.Payer;

@Service
@Command(scope = "payment", name = "list", description = "Lists the payments of an account, a customer or a carrier, newest first")
public final class PaymentList extends PaymentPages {

  @Argument(index = 0, name = "payer", description = "Name of an account or a carrier, account:12, customer:1 or carrier:7", required = true)
  @Completion(PayerNames.class)
  String payer;

  @Override
  Payer payer() {
    return Payers.any(accounts, carriers, payer);
  }
}
