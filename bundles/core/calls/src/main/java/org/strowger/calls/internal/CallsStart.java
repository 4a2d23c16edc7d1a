package org.strowger.calls.internal;

import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.strowger.kernel.Time;
import org.strowger.osgi.OwnBundle;
import org.strowger.persistence.api.Database;
import org.strowger.persistence.api.Opening;

/** Opens the store of traces on a thread of its own; call control begins when it is open. */
@Component(service = {}, immediate = true)
public final class CallsStart {

  private final Opening opening;

  @Activate
  public CallsStart(BundleContext context, @Reference Database database, @Reference Time time) {
    opening = Opening.begin("calls", new OwnBundle(context)::register, contents ->
      contents.offer(TraceStore.class, contents.keep(new TraceStore(database, time), TraceStore::close)));
  }

  @Deactivate
  void close() {
    opening.close();
  }
}
