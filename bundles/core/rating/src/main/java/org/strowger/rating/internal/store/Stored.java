package org.strowger.rating.internal.store;

/**
 * What is stored, as far as it can be read: another release or another program may have written it.
 *
 * @param problem what cannot be read, in words that name it; null if all can
 */
public record Stored<T>(T value, String problem) {}
