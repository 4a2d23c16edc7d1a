package org.strowger.routing.internal.rest;

import org.strowger.kernel.StrowgerException;
import org.strowger.rest.api.RestRequest;

/** An id in a path: what is none names nothing. */
final class PathId {

  private static final int LONGEST = 10;

  private PathId() {}

  /** @throws StrowgerException NOT_FOUND */
  static int of(String what, RestRequest request, String name) {
    String text = request.path(name);
    boolean digits = !text.isEmpty() && text.length() <= LONGEST && text.chars().allMatch(c -> c >= '0' && c <= '9');
    long value = digits ? Long.parseLong(text) : 0;
    if (value < 1 || value > Integer.MAX_VALUE) {
      throw StrowgerException.notFound(what, text);
    }
    return (int) value;
  }
}
