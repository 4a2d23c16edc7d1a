package org.strowger.shell.internal;

import java.util.Locale;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.osgi.framework.BundleContext;
import org.strowger.plugins.api.PluginInfo;
import org.strowger.plugins.api.PluginRegistry;
import org.strowger.shell.api.Table;

@Service
@Command(scope = "switch", name = "plugins", description = "The plugins there are and how they do; times in microseconds")
public final class PluginsCommand implements Action {

  @Reference BundleContext context;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() {
    Table table = Table.of("plugin", "version", "bundle", "offers", "state", "calls", "p50", "p99", "faults", "abandoned", "leases", "why");
    for (PluginInfo plugin : new Services(context).one(PluginRegistry.class, "the plugin registry", PluginRegistry::list)) {
      table.row(plugin.id(), plugin.version(), plugin.bundleId(), plugin.spi(), plugin.state().name().toLowerCase(Locale.ROOT), plugin.calls(),
          plugin.p50Micros(), plugin.p99Micros(), plugin.faults(), plugin.abandoned(), plugin.leases(), plugin.why());
    }
    table.print(System.out, json);
    return null;
  }
}
