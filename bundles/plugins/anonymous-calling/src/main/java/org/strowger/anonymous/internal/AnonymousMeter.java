package org.strowger.anonymous.internal;

import java.util.concurrent.atomic.LongAdder;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.strowger.calls.api.CallView;
import org.strowger.kernel.Health;
import org.strowger.kernel.Meter;

/** Counts what anonymous calling does, and says that it is there. */
@Component(service = AnonymousMeter.class)
public final class AnonymousMeter {

  private final LongAdder hidden;
  private final LongAdder refused;
  private final ServiceRegistration<Meter> meter;
  private final ServiceRegistration<Health.Check> health;

  @Activate
  public AnonymousMeter(BundleContext context) {
    var counters = new Meter("anonymous-calling");
    hidden = counters.counter("hidden");
    refused = counters.counter("refused");
    meter = context.registerService(Meter.class, counters, null);
    health = context.registerService(Health.Check.class, Health.Check.of("anonymous-calling", () -> Health.ok(refused.sum() + " calls refused")), null);
  }

  @Deactivate
  void stop() {
    meter.unregister();
    health.unregister();
  }

  void hides(CallView call) {
    hidden.add(call.simulated() ? 0 : 1);
  }

  void refuses(CallView call) {
    refused.add(call.simulated() ? 0 : 1);
  }
}
