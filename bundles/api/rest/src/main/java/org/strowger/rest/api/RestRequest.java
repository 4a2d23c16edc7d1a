package org.strowger.rest.api;

import java.util.Map;
import java.util.Optional;

/**
 * A request whose caller has the role the endpoint asks for.
 *
 * @param path values of the path's {names}, decoded
 * @param query parameters, each one declared by the endpoint (an undeclared one is refused before)
 * @param body plain data of a JSON object, empty if the endpoint takes none: maps, lists, strings, booleans, Long, BigDecimal, null
 */
public record RestRequest(Map<String, String> path, Map<String, String> query, Map<String, Object> body, Caller caller) {

  public String path(String name) {
    return path.get(name);
  }

  public Optional<String> query(String name) {
    return Optional.ofNullable(query.get(name));
  }
}
