package org.strowger.routing.internal.model;

/**
 * An entry of a routing group.
 *
 * @param id unique over all groups, grows with time
 * @param problem why it takes no number: what is stored breaks a rule; null if nothing does
 */
public record Entry(int id, EntryTerms terms, String problem) {

  public Entry(int id, EntryTerms terms) {
    this(id, terms, null);
  }
}
