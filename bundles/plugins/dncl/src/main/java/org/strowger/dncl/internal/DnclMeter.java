package org.strowger.dncl.internal;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.strowger.calls.api.CallView;
import org.strowger.dnc.spi.DncStatus;
import org.strowger.dncl.internal.DncLists.Answer;
import org.strowger.dncl.internal.DncLists.Known;
import org.strowger.kernel.Health;
import org.strowger.kernel.Meter;

/** Counts lookups, and says how the lists are. */
@Component(service = DnclMeter.class)
public final class DnclMeter {

  private final DncLists lists;
  private final LongAdder lookups;
  private final LongAdder refused;
  private final LongAdder unknown;
  private final ServiceRegistration<Meter> meter;
  private final ServiceRegistration<Health.Check> health;

  @Activate
  public DnclMeter(BundleContext context, @Reference DncLists lists) {
    this.lists = lists;
    var counters = new Meter("dncl");
    lookups = counters.counter("lookups");
    refused = counters.counter("refused");
    unknown = counters.counter("unknown");
    counters.gauge("numbers", () -> lists.upkeep().status(lists.all()).stream().mapToLong(status -> Math.max(0, status.numbers())).sum());
    counters.gauge("bytes", () -> lists.all().stream().mapToLong(list -> list.source() instanceof FileList file ? file.bytes() : 0).sum());
    meter = context == null ? null : context.registerService(Meter.class, counters, null);
    health = context == null ? null : context.registerService(Health.Check.class, Health.Check.of("dncl", this::health), null);
  }

  @Deactivate
  void stop() {
    meter.unregister();
    health.unregister();
  }

  void count(CallView call, Answer answer) {
    if (!call.simulated()) {
      lookups.increment();
      refused.add(answer instanceof Answer.Listed ? 1 : 0);
      unknown.add(answer instanceof Answer.Unknown ? 1 : 0);
    }
  }

  Health health() {
    List<Known> all = lists.all();
    if (all.isEmpty()) {
      return Health.ok("no list is configured");
    }
    List<DncStatus> states = lists.upkeep().status(all);
    String sick = IntStream.range(0, all.size()).filter(i -> states.get(i).state() != DncStatus.State.READY).mapToObj(i -> inWords(all.get(i), states.get(i)))
        .collect(Collectors.joining("; "));
    return sick.isEmpty() ? Health.ok(all.size() + (all.size() == 1 ? " list" : " lists")) : Health.degraded(sick);
  }

  private static String inWords(Known list, DncStatus status) {
    return list.name() + " " + status.state().name().toLowerCase(Locale.ROOT) + ": " + status.detail();
  }
}
