package org.strowger.rest.api;

import java.util.function.Supplier;
import org.strowger.kernel.data.Schema;

/**
 * One method of one path under {@code /api/v1}. The door checks the role, the query's names and the
 * body's syntax and size; the handler decodes and decides. OpenAPI is made from this alone.
 *
 * @param method GET, POST, PUT, PATCH or DELETE
 * @param path {@code /accounts/{id}/funds}
 * @param query what may stand behind the question mark; null for nothing
 * @param body of the request; null for none. A supplier, because features come and go
 * @param answer of success; null for none
 * @param answersList whether the answer is a list of it
 * @param creates whether success is 201 with the new thing, as {@link RestAnswer#created} answers; else it is 200, or 204 without an answer
 */
public record Endpoint(
    String method,
    String path,
    Role role,
    String summary,
    Schema query,
    Supplier<Schema> body,
    Supplier<Schema> answer,
    boolean answersList,
    Handler handler,
    boolean creates) {

  /** One that creates nothing. */
  public Endpoint(String method, String path, Role role, String summary, Schema query, Supplier<Schema> body, Supplier<Schema> answer, boolean answersList,
      Handler handler) {
    this(method, path, role, summary, query, body, answer, answersList, handler, false);
  }

  /** Runs on an HTTP worker; may block up to the door's time limit of 30 s. */
  @FunctionalInterface
  public interface Handler {
    /** @throws org.strowger.kernel.StrowgerException to refuse */
    RestAnswer handle(RestRequest request);
  }

  public static Endpoint get(String path, String summary, Handler handler) {
    return new Endpoint("GET", path, Role.READ_ONLY, summary, null, null, null, false, handler);
  }

  public static Endpoint post(String path, String summary, Handler handler) {
    return new Endpoint("POST", path, Role.ADMIN, summary, null, null, null, false, handler);
  }

  public static Endpoint put(String path, String summary, Handler handler) {
    return new Endpoint("PUT", path, Role.ADMIN, summary, null, null, null, false, handler);
  }

  public static Endpoint patch(String path, String summary, Handler handler) {
    return new Endpoint("PATCH", path, Role.ADMIN, summary, null, null, null, false, handler);
  }

  public static Endpoint delete(String path, String summary, Handler handler) {
    return new Endpoint("DELETE", path, Role.ADMIN, summary, null, null, null, false, handler);
  }

  public Endpoint takingQuery(Schema schema) {
    return new Endpoint(method, path, role, summary, schema, body, answer, answersList, handler, creates);
  }

  public Endpoint taking(Supplier<Schema> schema) {
    return new Endpoint(method, path, role, summary, query, schema, answer, answersList, handler, creates);
  }

  public Endpoint answering(Supplier<Schema> schema) {
    return new Endpoint(method, path, role, summary, query, body, schema, false, handler, false);
  }

  /** Success is 201 with what was made: the handler answers {@link RestAnswer#created}. */
  public Endpoint creating(Supplier<Schema> schema) {
    return new Endpoint(method, path, role, summary, query, body, schema, false, handler, true);
  }

  /**
   * Where the query has whole numbers {@code offset} and {@code limit}, the door says by a {@code Link} to the next page (RFC 8288) whether the list goes on. For that
   * it asks the handler for a row more than the caller did, or, where the caller asked for the greatest limit there is, for the first row behind them.
   */
  public Endpoint answeringListOf(Supplier<Schema> schema) {
    return new Endpoint(method, path, role, summary, query, body, schema, true, handler, false);
  }

  public Endpoint forRole(Role other) {
    return new Endpoint(method, path, other, summary, query, body, answer, answersList, handler, creates);
  }
}
