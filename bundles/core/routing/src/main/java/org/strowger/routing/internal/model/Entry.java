package org.strowger.routing.internal.model;

/** An entry of a routing group. @param id unique over all groups, grows with time */
public record Entry(int id, EntryTerms terms) {}
