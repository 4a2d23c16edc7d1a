package org.strowger.plugins.internal;

import java.util.HashMap;
import java.util.Map;
import org.osgi.framework.Version;
import org.strowger.plugins.api.Plugin;

/** A service of a plugin and how it is doing. @param since when it came, in ticks */
record Entry<S>(Plugin<S> plugin, int ranking, Version version, long since, Running running) {

  /** The same, as it is offered when its service has gone. */
  Entry<S> lingering() {
    var properties = new HashMap<>(plugin.properties());
    properties.put(Plugin.LINGERING, true);
    return new Entry<>(new Plugin<>(plugin.id(), plugin.version(), plugin.bundleId(), plugin.onFailure(), Map.copyOf(properties), plugin.service()), ranking, version, since,
        running);
  }
}
