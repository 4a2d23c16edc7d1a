package org.strowger.ledger.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Version;
import org.strowger.billing.api.Cdr;
import org.strowger.billing.spi.CdrSink;
import org.strowger.kernel.CallId;
import org.strowger.plugins.api.Lease;
import org.strowger.plugins.api.Plugin;
import org.strowger.plugins.api.Plugin.FailurePolicy;
import org.strowger.plugins.api.PluginGone;
import org.strowger.plugins.api.PluginSet;
import org.strowger.testkit.NoPlugins;
import org.strowger.testkit.Waiting;
import org.strowger.testkit.postgres.TestDatabase;

/** A sink that is drained ends its batch in peace and gets no other; a batch is a lease. */
class DrainedSinkTest {

  private static final int CALLS = 5;

  /** Leases, and who is offered, as the registry tells it. */
  private final class Registry extends NoPlugins implements PluginSet<CdrSink> {
    private final List<Plugin<CdrSink>> offered = new CopyOnWriteArrayList<>();
    private final List<Consumer<PluginGone>> leases = new CopyOnWriteArrayList<>();

    @Override
    public List<Plugin<CdrSink>> snapshot() {
      return offered;
    }

    @Override
    public void onChange(Runnable listener) {
      listener.run();
    }

    @Override
    public void close() {}

    @Override
    public <S> Lease<S> acquire(Plugin<S> plugin, Consumer<PluginGone> ended) {
      leases.add(ended);
      return new Lease<>() {
        @Override
        public Plugin<S> plugin() {
          return plugin;
        }

        @Override
        public void close() {
          leases.remove(ended);
        }
      };
    }

    private SinkUse offer(CdrSink sink, long service) {
      offered.add(new Plugin<>("archive", "1.0.0", 1, FailurePolicy.OPEN, Map.of("service.id", service), sink));
      return new SinkUse(this, this, service);
    }
  }

  private final Registry registry = new Registry();
  private final LinkedBlockingQueue<Cdr> received = new LinkedBlockingQueue<>();

  private static void failedCall(World world) {
    CallId call = world.ids.nextCall();
    world.settle(world.facts(call), world.failed(404));
  }

  @Test
  void aSinkThatIsDrainedEndsItsBatchAndGetsTheNextOneWhenItIsBack() throws Exception {
    try (var world = new World(TestDatabase.open())) {
      failedCall(world);
      var entered = new CountDownLatch(1);
      var goOn = new CountDownLatch(1);
      CdrSink sink = batch -> {
        entered.countDown();
        goOn.await(20, TimeUnit.SECONDS);
        received.addAll(batch);
      };
      world.open.delivery.add(new CdrDelivery.Offer(sink, "archive", Version.parseVersion("1.0.0"), registry.offer(sink, 7)));
      assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(registry.leases).as("a batch is a lease").hasSize(1);

      var drained = new ArrayList<>(registry.offered);
      registry.offered.clear();
      world.open.delivery.changed();
      failedCall(world);
      goOn.countDown();
      assertThat(received.poll(20, TimeUnit.SECONDS)).as("it was not interrupted").isNotNull();
      Waiting.until("no lease", registry.leases::isEmpty);
      assertThat(received.poll(300, TimeUnit.MILLISECONDS)).as("while it is drained").isNull();

      registry.offered.addAll(drained);
      world.open.delivery.changed();
      assertThat(received.poll(20, TimeUnit.SECONDS)).isNotNull();
      assertThat(received.poll(300, TimeUnit.MILLISECONDS)).as("each once").isNull();
    }
  }

  @Test
  void aSinkWhoseLeaseEndsIsInterrupted() throws Exception {
    try (var world = new World(TestDatabase.open())) {
      failedCall(world);
      var entered = new CountDownLatch(1);
      var interrupted = new CountDownLatch(1);
      CdrSink sink = batch -> {
        entered.countDown();
        try {
          new CountDownLatch(1).await(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
          interrupted.countDown();
          throw e;
        }
      };
      world.open.delivery.add(new CdrDelivery.Offer(sink, "archive", Version.parseVersion("1.0.0"), registry.offer(sink, 7)));
      assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
      registry.leases.get(0).accept(new PluginGone("archive", "1.0.0", "has gone"));
      assertThat(interrupted.await(20, TimeUnit.SECONDS)).isTrue();
      Waiting.until("no lease", registry.leases::isEmpty);
    }
  }

  @Test
  void whileTheHighestVersionIsDrainedTheOneBelowGetsThem() throws Exception {
    try (var world = new World(TestDatabase.open())) {
      var lower = new LinkedBlockingQueue<Cdr>();
      CdrSink below = lower::addAll;
      CdrSink above = received::addAll;
      world.open.delivery.add(new CdrDelivery.Offer(below, "archive", Version.parseVersion("1.0.0"), registry.offer(below, 7)));
      world.open.delivery.add(new CdrDelivery.Offer(above, "archive", Version.parseVersion("2.0.0"), registry.offer(above, 8)));
      failedCall(world);
      assertThat(received.poll(20, TimeUnit.SECONDS)).isNotNull();
      registry.offered.removeIf(plugin -> plugin.properties().get("service.id").equals(8L));
      world.open.delivery.changed();
      failedCall(world);
      assertThat(lower.poll(20, TimeUnit.SECONDS)).isNotNull();
      assertThat(received).isEmpty();
    }
  }
}
