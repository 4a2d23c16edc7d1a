package org.strowger.routing.internal.shell;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.karaf.shell.api.console.Session;
import org.strowger.billing.api.TariffService;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.InvalidInput;
import org.strowger.routing.internal.view.CarrierView;

/** Fields of a carrier as a person assigns them: the tariff by its name, the password unseen. */
final class CarrierInput {

  private CarrierInput() {}

  /** @param ask whether the password is to be typed now */
  static Map<String, Object> of(List<String> assignments, boolean ask, Session session, TariffService tariffs) throws IOException {
    Map<String, Object> data = Assignments.of(CarrierView.NEW, assignments);
    if (data.get("tariff") instanceof String tariff) {
      data.put("tariff", tariffs.byName(CustomerId.ROOT, tariff)
          .orElseThrow(() -> new InvalidInput("tariff", tariff, "is the name of a tariff; see tariff:list")).id().value());
    }
    if (ask) {
      data.put("password", typed(session));
    }
    return data;
  }

  private static String typed(Session session) throws IOException {
    try {
      return session.readLine("Password at the carrier: ", '*');
    } catch (UnsupportedOperationException e) {
      // Karaf's way to say that nobody sits there.
      throw new InvalidInput("--ask", null, "needs a terminal: open the shell with ssh or strowger client, or give password=… through standard input (strowger client -)");
    }
  }
}
