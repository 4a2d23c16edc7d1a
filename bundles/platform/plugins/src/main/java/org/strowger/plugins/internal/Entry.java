package org.strowger.plugins.internal;

import org.osgi.framework.Version;
import org.strowger.plugins.api.Plugin;

/** A service of a plugin and how it is doing. @param since when it came, in ticks */
record Entry<S>(Plugin<S> plugin, int ranking, Version version, long since, Running running) {}
