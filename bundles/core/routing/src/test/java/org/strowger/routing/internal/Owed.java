package org.strowger.routing.internal;

import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;
import org.strowger.billing.api.FundsService;
import org.strowger.billing.api.Payer;
import org.strowger.kernel.StrowgerException;

/** A ledger that closes the balance of whom nothing is owed, and nothing else. */
public final class Owed {

  /** What is owed, in the ledger's words. */
  public final Map<Payer, String> amounts = new HashMap<>();

  public final FundsService funds = (FundsService) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {FundsService.class}, (proxy, method, arguments) -> {
    if (!method.getName().equals("close")) {
      throw new UnsupportedOperationException(method.getName());
    }
    if (amounts.containsKey((Payer) arguments[0])) {
      throw StrowgerException.conflict(arguments[0] + " has a balance of " + amounts.get((Payer) arguments[0]));
    }
    return null;
  });
}
