package org.strowger.ledger.internal;

import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.Version;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.billing.api.CdrService;
import org.strowger.billing.api.FundsService;
import org.strowger.billing.api.LedgerService;
import org.strowger.billing.spi.CdrSink;
import org.strowger.kernel.ErrorCode;
import org.strowger.kernel.Health;
import org.strowger.kernel.Meter;
import org.strowger.kernel.NodeId;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.Time;
import org.strowger.osgi.OwnBundle;
import org.strowger.persistence.api.Database;
import org.strowger.plugins.api.PluginRegistry;
import org.strowger.plugins.api.PluginSet;

/**
 * Opens the ledger on its own thread and registers its services when it is open: whoever sees them sees a ledger
 * whose crashed calls are closed and whose holds are back.
 */
@Component(service = {}, immediate = true, configurationPid = "org.strowger.ledger")
@Designate(ocd = LedgerConfig.class)
public final class LedgerComponent {

  private static final Logger LOG = LoggerFactory.getLogger(LedgerComponent.class);
  private static final long RETRY_SECONDS = 2;
  private static final long TICK_MILLIS = 1000;
  private static final long NOTE_MILLIS = 500;
  private static final long CLOSING_SECONDS = 10;

  private final BundleContext context;
  private final Database database;
  private final Time time;
  private final LedgerConfig config;
  private final ScheduledExecutorService clock = OpenLedger.clock("ledger-clock");
  /** Another one: {@link #clock} waits for the database. */
  private final ScheduledExecutorService notes = OpenLedger.clock("ledger-notes");
  private final PluginRegistry plugins;
  private final PluginSet<CdrSink> sinkPlugins;
  private final Map<CdrSink, CdrDelivery.Offer> sinks = new LinkedHashMap<>();
  private volatile OpenLedger open;
  private final List<ServiceRegistration<?>> registrations = new CopyOnWriteArrayList<>();
  private volatile ServiceRegistration<LedgerService> forCalls;
  private boolean ended;
  /** Whether another process had this node when we tried. Of the clock's thread. */
  private boolean contested;
  private volatile String trouble = "the ledger is being opened";

  @Activate
  public LedgerComponent(BundleContext context, @Reference Database database, @Reference Time time, @Reference PluginRegistry plugins, LedgerConfig config) {
    this.context = context;
    this.database = database;
    this.time = time;
    this.config = config;
    registrations.add(context.registerService(Health.Check.class, Health.Check.of("ledger", this::health), new Hashtable<>()));
    this.plugins = plugins;
    this.sinkPlugins = plugins.follow(CdrSink.class);
    sinkPlugins.onChange(this::sinksChanged);
    clock.execute(this::open);
  }

  /** Without the monitor: who unbinds a sink holds it for as long as that takes to leave, and who tells us this holds the registry's. */
  private void sinksChanged() {
    OpenLedger opened = open;
    if (opened != null) {
      opened.delivery.changed();
    }
  }

  private void open() {
    OpenLedger opened;
    try {
      opened = new OpenLedger(database, time, NodeId.ofThisProcess(), context.getProperty(Constants.FRAMEWORK_UUID), config, new OwnBundle(context).home().resolve("journal"), contested);
    } catch (RuntimeException e) {
      contested |= e instanceof StrowgerException refused && refused.code() == ErrorCode.CONFLICT;
      tryAgain(e);
      return;
    }
    synchronized (this) {
      if (ended) {
        opened.close();
        return;
      }
      open = opened;
      sinks.values().forEach(opened.delivery::add);
    }
    // Not under the monitor: who is told of the services may bind a sink at once.
    register(opened);
    try {
      clock.scheduleAtFixedRate(opened::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
      clock.scheduleAtFixedRate(opened::pulse, TICK_MILLIS * 3 / 2, TICK_MILLIS, TimeUnit.MILLISECONDS);
      notes.scheduleAtFixedRate(opened::note, NOTE_MILLIS, NOTE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException gone) {
      LOG.debug("the bundle is going", gone);
    }
  }

  private Health health() {
    OpenLedger opened;
    synchronized (this) {
      opened = open;
    }
    return opened == null ? Health.down(trouble) : opened.health();
  }

  private void tryAgain(RuntimeException e) {
    String why = "the ledger cannot be opened: " + e.getMessage();
    // Said once, not at every try.
    if (!why.equals(trouble)) {
      LOG.error("{}; tried again every {} s", why, RETRY_SECONDS, e instanceof StrowgerException ? null : e);
    }
    trouble = why;
    try {
      clock.schedule(this::open, RETRY_SECONDS, TimeUnit.SECONDS);
    } catch (RejectedExecutionException gone) {
      LOG.debug("the bundle is going", gone);
    }
  }

  private void register(OpenLedger opened) {
    forCalls = context.registerService(LedgerService.class, opened.ledger, new Hashtable<>());
    registrations.add(context.registerService(FundsService.class, opened.funds, new Hashtable<>()));
    registrations.add(context.registerService(CdrService.class, opened.cdrs, new Hashtable<>()));
    registrations.add(context.registerService(Meter.class, opened.meter, new Hashtable<>()));
  }

  @Reference(service = CdrSink.class, cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
  synchronized void bindSink(CdrSink sink, ServiceReference<CdrSink> reference) {
    Object id = reference.getProperty("plugin.id");
    Bundle bundle = reference.getBundle();
    var offer = new CdrDelivery.Offer(sink, id == null ? sink.getClass().getName() : id.toString(), bundle == null ? Version.emptyVersion : bundle.getVersion(),
        id == null ? SinkUse.ALWAYS : new SinkUse(plugins, sinkPlugins, (Long) reference.getProperty(Constants.SERVICE_ID)));
    sinks.put(sink, offer);
    if (open != null) {
      open.delivery.add(offer);
    }
  }

  synchronized void unbindSink(CdrSink sink) {
    sinks.remove(sink);
    if (open != null) {
      open.delivery.remove(sink);
    }
  }

  @Deactivate
  void deactivate() {
    clock.shutdown();
    OpenLedger closing;
    synchronized (this) {
      ended = true;
      closing = open;
      open = null;
    }
    try {
      settle(clock);
      registrations.forEach(ServiceRegistration::unregister);
      if (closing != null) {
        closing.closeSinks();
        // The clock is shut, and no heartbeat passes the next moment.
        closing.pulse();
        closing.leave();
      }
      // Last: from now on calls wait.
      if (forCalls != null) {
        forCalls.unregister();
      }
      if (closing != null) {
        closing.close();
      }
    } finally {
      // Last: while the database is away the closing takes a while, and calls end meanwhile.
      notes.shutdown();
      // No sink has a batch any more.
      sinkPlugins.close();
    }
  }

  /** Waits for an opening that is under way, so that no service appears after the end. */
  private static void settle(ScheduledExecutorService clock) {
    try {
      if (!clock.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS)) {
        clock.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
