package org.strowger.registrar.internal;

import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.strowger.calls.api.Locations;
import org.strowger.kernel.Time;
import org.strowger.osgi.OwnBundle;
import org.strowger.persistence.api.Database;
import org.strowger.persistence.api.Opening;
import org.strowger.registrar.internal.store.BindingStore;

/** Opens the bindings on a thread of its own; phones are found and REGISTER is answered when all are read. */
@Component(service = {}, immediate = true)
public final class RegistrarStart {

  private final Opening opening;

  @Activate
  public RegistrarStart(BundleContext context, @Reference Database database, @Reference Time time) {
    opening = Opening.begin("registrar", new OwnBundle(context)::register, contents -> open(database, time, contents));
  }

  private static void open(Database database, Time time, Opening.Contents contents) {
    BindingTable table = contents.keep(new BindingTable(contents.keep(new BindingStore(database, time), BindingStore::close), time), BindingTable::close);
    contents.offer(Locations.class, table);
    contents.offer(BindingTable.class, table);
  }

  @Deactivate
  void close() {
    opening.close();
  }
}
