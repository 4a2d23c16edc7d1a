package org.strowger.registrar.internal.bindings;

/** What a registration may ask for, in seconds and contacts. */
public record Limits(int minExpires, int maxExpires, int defaultExpires, int maxContacts) {

  public Limits {
    minExpires = Math.max(1, Math.min(3600, minExpires));
    maxExpires = Math.max(minExpires, maxExpires);
    defaultExpires = Math.max(minExpires, Math.min(maxExpires, defaultExpires));
    maxContacts = Math.max(1, Math.min(100, maxContacts));
  }
}
