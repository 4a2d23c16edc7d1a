package org.strowger.rest.internal;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.strowger.kernel.data.FieldSchema;
import org.strowger.kernel.data.FieldType;
import org.strowger.rest.api.Endpoint;
import org.strowger.rest.api.RestAnswer;
import org.strowger.rest.api.RestRequest;

/**
 * What an endpoint answers and, of a list that is read by {@code offset} and {@code limit}, how it goes on. Nothing is counted: the handler is asked
 * for a row more than the caller wants.
 *
 * @param next query of the page behind this one; null if this is the last or no page at all
 */
record Listing(RestAnswer answer, Map<String, String> next) {

  private static final String OFFSET = "offset";
  private static final String LIMIT = "limit";

  /** Whether its query has an offset and a limit. */
  static boolean isPaged(Endpoint endpoint) {
    return endpoint.answersList() && field(endpoint, OFFSET) != null && field(endpoint, LIMIT) != null;
  }

  private static FieldSchema field(Endpoint endpoint, String name) {
    return endpoint.query() == null ? null : endpoint.query().field(name).filter(field -> field.type() == FieldType.INTEGER).orElse(null);
  }

  /** Asks the handler, once more if the page is full and as long as one may be. */
  static Listing of(Endpoint endpoint, RestRequest request) {
    Endpoint.Handler handler = endpoint.handler();
    if (!isPaged(endpoint)) {
      return new Listing(handler.handle(request), null);
    }
    FieldSchema limits = field(endpoint, LIMIT);
    int offset = asked(request, field(endpoint, OFFSET), 0);
    int limit = asked(request, limits, 1);
    if (offset < 0 || limit < 0 || Integer.MAX_VALUE - limit <= offset) {
      return new Listing(handler.handle(request), null);
    }
    boolean longest = limit == limits.max();
    RestAnswer answer = handler.handle(longest ? request : with(request, offset, limit + 1));
    if (!(answer.data() instanceof List<?> rows) || rows.size() < limit) {
      return new Listing(answer, null);
    }
    boolean more = rows.size() > limit || longest && goesOn(handler, with(request, offset + limit, (int) Math.max(1, limits.min())));
    RestAnswer page = rows.size() > limit ? new RestAnswer(answer.status(), rows.subList(0, limit), answer.location()) : answer;
    return new Listing(page, more ? with(request, offset + limit, limit).query() : null);
  }

  /** @return what is asked for, or else its initial value; negative for what the handler refuses */
  private static int asked(RestRequest request, FieldSchema field, long least) {
    String given = request.query(field.name()).orElseGet(() -> String.valueOf(field.initial()));
    try {
      int number = Integer.parseInt(given);
      return number >= Math.max(least, field.min()) && number <= field.max() ? number : -1;
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private static boolean goesOn(Endpoint.Handler handler, RestRequest request) {
    return handler.handle(request).data() instanceof List<?> rows && !rows.isEmpty();
  }

  private static RestRequest with(RestRequest request, int offset, int limit) {
    var query = new LinkedHashMap<>(request.query());
    query.put(OFFSET, Integer.toString(offset));
    query.put(LIMIT, Integer.toString(limit));
    return new RestRequest(request.path(), query, request.body(), request.caller());
  }

  /**
   * The value of {@code Link} (RFC 8288). Relative to what was asked for, as nobody here knows the address that a proxy shows the caller; with the last
   * word of the path, as some readers resolve a query alone against the folder.
   *
   * @param path as it was asked for, raw
   * @return null if there is no next page
   */
  String link(String path) {
    if (next == null) {
      return null;
    }
    List<String> words = Percent.segments(path);
    String last = path.endsWith("/") ? "" : encoded(words.get(words.size() - 1));
    return "<" + last + "?" + next.entrySet().stream().map(one -> encoded(one.getKey()) + "=" + encoded(one.getValue())).collect(Collectors.joining("&"))
        + ">; rel=\"next\"";
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
