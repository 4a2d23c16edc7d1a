package org.strowger.rest.api;

/** What a user may do, at every door. */
public enum Role {
  /** Look at everything but secrets. */
  READ_ONLY,
  /** Everything. Holds {@link #READ_ONLY} too. */
  ADMIN;

  public boolean covers(Role needed) {
    return ordinal() >= needed.ordinal();
  }
}
