package org.strowger.rest.api;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.strowger.kernel.StrowgerException;

/**
 * A request whose caller has the role the endpoint asks for.
 *
 * @param path values of the path's {names}, decoded
 * @param query parameters, each one declared by the endpoint (an undeclared one is refused before)
 * @param body plain data of a JSON object, empty if the endpoint takes none: maps, lists, strings, booleans, Long, BigDecimal, null
 */
public record RestRequest(Map<String, String> path, Map<String, String> query, Map<String, Object> body, Caller caller) {

  private static final Pattern ID = Pattern.compile("[1-9][0-9]{0,9}");

  public String path(String name) {
    return path.get(name);
  }

  /**
   * An administrative id in the path; what is none names nothing.
   *
   * @param what is named by it, such as {@code carrier}
   * @return 1 to 2^31 - 1
   * @throws StrowgerException NOT_FOUND if it is none, as it is printed: without a sign, without zeros before it
   */
  public int id(String what, String name) {
    String text = path(name);
    if (!ID.matcher(text).matches() || Long.parseLong(text) > Integer.MAX_VALUE) {
      throw StrowgerException.notFound(what, text);
    }
    return Integer.parseInt(text);
  }

  public Optional<String> query(String name) {
    return Optional.ofNullable(query.get(name));
  }
}
