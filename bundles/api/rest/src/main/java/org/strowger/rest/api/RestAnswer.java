package org.strowger.rest.api;

import java.util.List;
import java.util.Map;

/**
 * What a handler answers. Refusals are thrown as {@link org.strowger.kernel.StrowgerException} and become problem+json.
 *
 * @param data plain data: a map, or a list of maps, or null for no content
 * @param location of what was created, relative to {@code /api/v1}; null if nothing was
 */
public record RestAnswer(int status, Object data, String location) {

  public static RestAnswer ok(Map<String, Object> data) {
    return new RestAnswer(200, data, null);
  }

  public static RestAnswer ok(List<Map<String, Object>> data) {
    return new RestAnswer(200, data, null);
  }

  public static RestAnswer created(String location, Map<String, Object> data) {
    return new RestAnswer(201, data, location);
  }

  public static RestAnswer noContent() {
    return new RestAnswer(204, null, null);
  }
}
