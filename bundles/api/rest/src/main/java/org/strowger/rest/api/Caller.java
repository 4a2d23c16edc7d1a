package org.strowger.rest.api;

/**
 * Who is at the door, authenticated.
 *
 * @param name login; goes into audit fields
 */
public record Caller(String name, Role role) {}
