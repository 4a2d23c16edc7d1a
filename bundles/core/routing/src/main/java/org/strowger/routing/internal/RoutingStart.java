package org.strowger.routing.internal;

import java.nio.file.Path;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.strowger.kernel.Health;
import org.strowger.kernel.Time;
import org.strowger.osgi.OwnBundle;
import org.strowger.persistence.api.Database;
import org.strowger.persistence.api.Opening;
import org.strowger.routing.internal.store.RoutingStore;

/** Opens the store and reads the book, on a thread of its own; calls are routed when all is read. */
@Component(service = {}, immediate = true)
public final class RoutingStart {

  private final Opening opening;

  @Activate
  public RoutingStart(BundleContext context, @Reference Database database, @Reference Time time) {
    var own = new OwnBundle(context);
    opening = Opening.begin("routing", own::register, contents -> open(database, time, own.home().resolve("keys"), contents));
  }

  private static void open(Database database, Time time, Path keys, Opening.Contents contents) {
    RoutingStore store = contents.keep(new RoutingStore(database, keys.resolve("carriers.key")), RoutingStore::close);
    RouteBook book = contents.keep(new RouteBook(store, time), RouteBook::stop);
    contents.offer(Health.Check.class, book);
    contents.offer(RoutingStore.class, store);
    contents.offer(RouteBook.class, book);
  }

  @Deactivate
  void close() {
    opening.close();
  }
}
