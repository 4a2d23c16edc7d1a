package org.strowger.routing.internal;

import java.util.concurrent.atomic.LongAdder;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.strowger.calls.api.Change;
import org.strowger.calls.api.Leg;
import org.strowger.calls.api.Verdict;
import org.strowger.kernel.Meter;

/** What became of the calls that were to be routed. */
@Component(service = RouteMeter.class)
public final class RouteMeter {

  final LongAdder onNet;
  final LongAdder offNet;
  final LongAdder refused;

  private final ServiceRegistration<Meter> registration;

  @Activate
  public RouteMeter(BundleContext context) {
    var meter = new Meter("routing");
    onNet = meter.counter("onNet");
    offNet = meter.counter("offNet");
    refused = meter.counter("refused");
    registration = context.registerService(Meter.class, meter, null);
  }

  void count(Verdict verdict) {
    if (verdict instanceof Verdict.Proceed proceed) {
      boolean away = ((Change.Legs) proceed.changes().get(0)).legs().get(0) instanceof Leg.Carrier;
      (away ? offNet : onNet).increment();
    } else {
      refused.increment();
    }
  }

  @Deactivate
  public void close() {
    registration.unregister();
  }
}
