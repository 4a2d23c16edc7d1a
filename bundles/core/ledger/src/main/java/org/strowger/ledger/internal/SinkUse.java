package org.strowger.ledger.internal;

import java.util.Optional;
import org.osgi.framework.Constants;
import org.strowger.billing.spi.CdrSink;
import org.strowger.plugins.api.Lease;
import org.strowger.plugins.api.Plugin;
import org.strowger.plugins.api.PluginGone;
import org.strowger.plugins.api.PluginRegistry;
import org.strowger.plugins.api.PluginSet;

/**
 * Whether a sink may be given CDRs, and what holds it while it takes them: a batch is a lease, so a drain waits for it. A sink without a
 * {@code plugin.id} is no plugin, cannot be drained, and is always offered.
 *
 * @param service id of its service; null if it is no plugin
 */
record SinkUse(PluginRegistry plugins, PluginSet<CdrSink> offered, Long service) {

  static final SinkUse ALWAYS = new SinkUse(null, null, null);

  /** Whether it takes new batches: it is neither drained nor second to a higher version. */
  boolean isOffered() {
    return service == null || plugin().isPresent();
  }

  private Optional<Plugin<CdrSink>> plugin() {
    return offered.snapshot().stream().filter(plugin -> service.equals(plugin.properties().get(Constants.SERVICE_ID))).findFirst();
  }

  /**
   * For one batch; close it afterwards.
   *
   * @param gone told if it leaves meanwhile and is waited for no longer
   * @throws PluginGone if it takes no new batches
   */
  AutoCloseable hold(Runnable gone) {
    if (service == null) {
      return () -> { };
    }
    Plugin<CdrSink> plugin = plugin().orElseThrow(() -> new PluginGone("cdr sink", "", "takes no new batches"));
    Lease<CdrSink> lease = plugins.acquire(plugin, ended -> gone.run());
    return lease::close;
  }
}
