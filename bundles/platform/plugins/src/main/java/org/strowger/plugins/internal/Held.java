package org.strowger.plugins.internal;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.plugins.api.Lease;
import org.strowger.plugins.api.Plugin;
import org.strowger.plugins.api.PluginGone;

/** A lease. Once it has ended it keeps nothing of the plugin, whoever keeps it. */
final class Held<S> implements Lease<S> {

  private static final Logger LOG = LoggerFactory.getLogger(Held.class);

  private record Use<S>(Plugin<S> plugin, Running running, Consumer<PluginGone> ended) {}

  private final String id;
  private final String version;
  private final AtomicReference<Use<S>> use;

  Held(Plugin<S> plugin, Running running, Consumer<PluginGone> ended) {
    this.id = plugin.id();
    this.version = plugin.version();
    this.use = new AtomicReference<>(new Use<>(plugin, running, ended));
  }

  @Override
  public Plugin<S> plugin() {
    Use<S> now = use.get();
    if (now == null) {
      throw new PluginGone(id, version, "is leased no more");
    }
    return now.plugin();
  }

  @Override
  public void close() {
    Use<S> last = use.getAndSet(null);
    if (last != null) {
      last.running().unlease(this);
    }
  }

  /** The plugin has left. */
  void end(PluginGone gone) {
    Use<S> last = use.getAndSet(null);
    if (last == null) {
      return;
    }
    try {
      last.ended().accept(gone);
    } catch (RuntimeException | Error e) {
      LOG.warn("Who leased plugin {} {} failed to let it go", id, version, e);
    }
  }
}
