package org.strowger.plugins.api;

/**
 * How a plugin is doing.
 *
 * @param spi simple name of what it offers
 * @param calls asked since it came
 * @param faults not answered since it came
 * @param p50Micros median time of an answer, microseconds
 * @param p99Micros 99th percentile
 */
public record PluginInfo(String id, String version, String spi, String state, long calls, long faults, long p50Micros, long p99Micros) {}
