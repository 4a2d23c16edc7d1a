package org.strowger.plugins.api;

/**
 * How a plugin is doing.
 *
 * @param spi simple name of what it offers; empty if it has gone
 * @param calls asked since it came
 * @param faults not answered, or with nonsense, since it came; those abandoned included, and one more while it has threads that it should not
 * @param abandoned not answered within the limit
 * @param leases open now
 * @param p50Micros median time that who asked waited, for an answer, a failure or until the plugin was given up; microseconds
 * @param p99Micros 99th percentile
 * @param why it is in this state, or its last fault; one line, empty if there is nothing to say
 */
public record PluginInfo(String id, String version, long bundleId, String spi, State state, long calls, long faults, long abandoned, int leases, long p50Micros,
    long p99Micros, String why) {

  /** The life of a plugin. */
  public enum State {
    /** Serves. */
    ACTIVE,
    /** Takes no new uses; leases go on. A newer version is there, or it is drained. */
    DRAINING,
    /** Its failure policy answers for it, for a while. */
    QUARANTINED,
    /** Its service has left; leases end. Or it has gone and left threads behind, which is why it is still listed. */
    GONE
  }
}
