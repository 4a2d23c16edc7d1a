package org.strowger.routing.internal.model;

/**
 * An entry that takes a number.
 *
 * @param prefix the longest of the entry's prefixes that the number begins with; empty for an entry that takes every number
 */
public record Match(Entry entry, String prefix) {

  int preference() {
    return entry.terms().preference();
  }

  int order() {
    return entry.terms().order();
  }
}
