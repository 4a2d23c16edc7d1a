package org.strowger.plugins.api;

import org.strowger.kernel.ErrorCode;
import org.strowger.kernel.StrowgerException;

/** A plugin has left, or takes no new uses: what depends on it must go on without. */
public final class PluginGone extends StrowgerException {

  public PluginGone(String id, String version, String why) {
    super(ErrorCode.UNAVAILABLE, "plugin " + id + " " + version + " " + why);
  }
}
