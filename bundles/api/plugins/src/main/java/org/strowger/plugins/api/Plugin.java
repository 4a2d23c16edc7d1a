package org.strowger.plugins.api;

import java.util.Map;

/**
 * One service of one plugin at one moment. Use it and let it go: whoever keeps it keeps a bundle
 * alive that may have left (house plan, rule 5).
 *
 * @param id service property {@code plugin.id}; of a service without one see {@link PluginRegistry#follow(Class, String)}
 * @param version of its bundle
 * @param properties of the service
 */
public record Plugin<S>(String id, String version, long bundleId, FailurePolicy onFailure, Map<String, Object> properties, S service) {

  /** What to do when the plugin gives no answer; service property {@code on.failure}: open (default) or closed. */
  public enum FailurePolicy {
    /** Go on as if it were not there. */
    OPEN,
    /** Refuse. */
    CLOSED
  }

  /** Service property of a plugin that answers from memory alone, {@code true}: see {@link #lingers()}. */
  public static final String LINGERS = "plugin.lingers";
  /** Property that the registry adds to a plugin that is asked though it has left. */
  public static final String LINGERING = "plugin.lingering";

  /**
   * Whether its service has gone, with its bundle, and it is asked for a moment longer ({@link org.strowger.kernel.Lingers#MOMENT}), until its
   * successor comes. What goes wrong with it says nothing.
   */
  public boolean lingers() {
    return Boolean.TRUE.equals(properties.get(LINGERING));
  }

  /** A service property as text, or {@code fallback}. */
  public String property(String name, String fallback) {
    Object value = properties.get(name);
    return value == null ? fallback : value.toString();
  }
}
