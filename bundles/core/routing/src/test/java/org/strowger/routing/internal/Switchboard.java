package org.strowger.routing.internal;

import java.nio.file.Path;
import org.strowger.accounts.api.Account;
import org.strowger.billing.api.TariffService;
import org.strowger.kernel.TariffId;
import org.strowger.kernel.Time;
import org.strowger.persistence.api.Database;
import org.strowger.routing.internal.store.RoutingStore;
import org.strowger.testkit.LeavingBundle;

/** The components of the bundle put together on a database; rating knows the tariff "cost" with id 7. */
public final class Switchboard implements AutoCloseable {

  public final TariffService tariffs = Tariffs.having(new TariffId(7));
  public final Owed owed = new Owed();
  public final RouteBook book;
  public final Carriers carriers;
  public final RoutingGroups groups;

  private final RoutingStore store;

  public Switchboard(Database database, Path home) {
    store = new RoutingStore(database, home.resolve("carriers.key"));
    book = new RouteBook(store, Time.SYSTEM);
    carriers = new Carriers(store, book, null);
    carriers.bindTariffs(tariffs);
    carriers.bindFunds(owed.funds);
    groups = Users.none(new RoutingGroups(store, book, null));
  }

  public RoutePolicy policy(Account... accounts) {
    var policy = new RoutePolicy(new LeavingBundle().context(), book, new RouteMeter(new LeavingBundle().context()));
    policy.bindDirectory(Sample.directory(accounts));
    return policy;
  }

  @Override
  public void close() {
    book.stop();
    store.close();
  }
}
