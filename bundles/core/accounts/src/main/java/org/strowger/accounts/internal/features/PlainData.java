package org.strowger.accounts.internal.features;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Copies what a plugin answered, so that no object of one of its classes stays behind when it goes. */
final class PlainData {

  private static final int DEEPEST = 32;

  private PlainData() {}

  static Map<String, Object> copy(Map<?, ?> map) {
    return copy(map, 0);
  }

  private static Map<String, Object> copy(Map<?, ?> map, int depth) {
    var copy = new LinkedHashMap<String, Object>();
    map.forEach((name, value) -> copy.put((String) name, copy(value, depth)));
    return Collections.unmodifiableMap(copy);
  }

  private static Object copy(Object value, int depth) {
    if (depth > DEEPEST) {
      throw new IllegalArgumentException("settings are nested deeper than " + DEEPEST);
    }
    if (value == null || value instanceof String || value instanceof Boolean || value instanceof Long) {
      return value;
    }
    if (value instanceof Integer i) {
      return i.longValue();
    }
    if (value instanceof BigDecimal d) {
      return d.getClass() == BigDecimal.class ? d : new BigDecimal(d.toString());
    }
    if (value instanceof Map<?, ?> map) {
      return copy(map, depth + 1);
    }
    if (value instanceof List<?> list) {
      var copy = new ArrayList<Object>(list.size());
      list.forEach(element -> copy.add(copy(element, depth + 1)));
      return Collections.unmodifiableList(copy);
    }
    throw new IllegalArgumentException("settings hold " + value.getClass().getName() + ", which is no plain data");
  }
}
