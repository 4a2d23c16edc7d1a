package org.strowger.rest.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.strowger.kernel.data.FieldSchema;
import org.strowger.kernel.data.Schema;
import org.strowger.rest.api.Endpoint;
import org.strowger.rest.api.Role;
import org.strowger.rest.internal.Routes.Offer;

/** Describes what the door serves at this moment, as OpenAPI 3.0. Made anew for each reader: features come and go. */
final class OpenApi {

  private static final String SCHEMAS = "#/components/schemas/";
  private static final String PROBLEMS = "#/components/responses/";
  private static final String HEADERS = "#/components/headers/";

  private final List<Offer> offers;
  private final Map<String, Object> schemas = new TreeMap<>();

  OpenApi(List<Offer> offers) {
    this.offers = offers;
  }

  Map<String, Object> document() {
    schemas.put("Problem", SchemaPages.problem());
    Map<String, Object> paths = paths();
    var document = new LinkedHashMap<String, Object>();
    document.put("openapi", "3.0.3");
    document.put("info", map("title", "Strowger", "version", "1", "description",
        "Amounts of money are decimal strings with their currency; times are ISO 8601, UTC. Which operations and fields there are depends on the features that are installed.",
        "license", map("name", "Apache-2.0", "url", "https://www.apache.org/licenses/LICENSE-2.0")));
    document.put("servers", List.of(map("url", Door.ROOT)));
    document.put("security", List.of(map("basic", List.of()), map("token", List.of())));
    document.put("tags", new TreeSet<>(offers.stream().map(Offer::tag).toList()).stream().map(tag -> map("name", tag)).toList());
    document.put("paths", paths);
    document.put("components", map("securitySchemes", map(
            "basic", map("type", "http", "scheme", "basic", "description", "A user of the switch and its password."),
            "token", map("type", "http", "scheme", "bearer", "description", "Made by switch:token-create.")),
        "headers", map("Next", map("schema", map("type", "string"), "example", "<accounts?offset=50&limit=50>; rel=\"next\"",
            "description", "The next page (RFC 8288), relative to what was asked for; absent on the last one.")),
        "responses", responses(), "schemas", schemas));
    return document;
  }

  private Map<String, Object> paths() {
    var paths = new TreeMap<String, Map<String, Object>>();
    for (Offer offer : offers) {
      for (Endpoint endpoint : offer.endpoints()) {
        paths.computeIfAbsent(endpoint.path(), path -> new LinkedHashMap<>()).put(endpoint.method().toLowerCase(Locale.ROOT), operation(offer.tag(), endpoint));
      }
    }
    return new LinkedHashMap<>(paths);
  }

  private Map<String, Object> operation(String tag, Endpoint endpoint) {
    var operation = map("tags", List.of(tag), "summary", endpoint.summary(), "operationId", operationId(endpoint),
        "description", endpoint.role() == Role.ADMIN ? "For administrators." : "For administrators and readers.");
    List<Object> parameters = parameters(endpoint);
    if (!parameters.isEmpty()) {
      operation.put("parameters", parameters);
    }
    Schema body = schema(endpoint.body());
    if (body != null) {
      boolean partial = endpoint.method().equals("PATCH");
      Object schema = reference(body, partial ? SchemaPages.Use.PATCH : SchemaPages.Use.REQUEST);
      Map<String, Object> content = json(schema);
      if (partial) {
        content.put(Incoming.MERGE_PATCH, map("schema", schema));
      }
      operation.put("requestBody", map("required", true, "content", content));
    }
    operation.put("responses", answers(endpoint, body != null || endpoint.query() != null));
    return operation;
  }

  private Map<String, Object> answers(Endpoint endpoint, boolean takesInput) {
    var answers = new LinkedHashMap<String, Object>();
    Schema answer = schema(endpoint.answer());
    if (answer == null) {
      answers.put("204", map("description", "Done"));
    } else {
      Object one = reference(answer, SchemaPages.Use.ANSWER);
      Object content = json(endpoint.answersList() ? map("type", "array", "items", one) : one);
      Map<String, Object> done = map("description", endpoint.creates() ? "Made; Location says where" : "Done", "content", content);
      if (Listing.isPaged(endpoint)) {
        done.put("headers", map("Link", map("$ref", HEADERS + "Next")));
      }
      answers.put(endpoint.creates() ? "201" : "200", done);
    }
    if (takesInput) {
      answers.put("400", map("$ref", PROBLEMS + "Invalid"));
    }
    answers.put("401", map("$ref", PROBLEMS + "Unauthorized"));
    answers.put("403", map("$ref", PROBLEMS + "Forbidden"));
    if (endpoint.path().contains("{")) {
      answers.put("404", map("$ref", PROBLEMS + "NotFound"));
    }
    if (!endpoint.method().equals("GET")) {
      answers.put("409", map("$ref", PROBLEMS + "Conflict"));
    }
    answers.put("default", map("$ref", PROBLEMS + "Other"));
    return answers;
  }

  private List<Object> parameters(Endpoint endpoint) {
    var parameters = new ArrayList<Object>();
    for (String segment : endpoint.path().split("/")) {
      if (segment.startsWith("{")) {
        parameters.add(map("name", segment.substring(1, segment.length() - 1), "in", "path", "required", true, "schema", map("type", "string")));
      }
    }
    if (endpoint.query() != null) {
      for (FieldSchema field : endpoint.query().fields()) {
        var parameter = map("name", field.name(), "in", "query", "required", field.required() && field.initial() == null,
            "schema", SchemaPages.field(field, SchemaPages.Use.REQUEST));
        if (!field.help().isEmpty()) {
          parameter.put("description", field.help());
        }
        parameters.add(parameter);
      }
    }
    return parameters;
  }

  /** Puts the schema among the components, under its own name if that is free or taken by its equal. */
  private Object reference(Schema schema, SchemaPages.Use use) {
    Map<String, Object> page = SchemaPages.object(schema.fields(), use);
    String word = schema.name().replaceAll("[^A-Za-z0-9._-]", "_") + switch (use) {
      case REQUEST -> "Input";
      case PATCH -> "Changes";
      case ANSWER -> "";
    };
    String name = word;
    for (int i = 2; schemas.containsKey(name) && !schemas.get(name).equals(page); i++) {
      name = word + i;
    }
    schemas.put(name, page);
    return map("$ref", SCHEMAS + name);
  }

  /** A feature that goes at this very moment leaves its operation without a schema, not the reader without a document. */
  private static Schema schema(Supplier<Schema> supplier) {
    try {
      return supplier == null ? null : supplier.get();
    } catch (RuntimeException | LinkageError e) {
      return new Schema("Unavailable", List.of());
    }
  }

  private static Map<String, Object> responses() {
    var texts = map("Invalid", "Input breaks a rule; violations name field, value and rule", "Unauthorized", "No credentials, or wrong ones",
        "Forbidden", "The role does not allow it", "NotFound", "There is no such thing",
        "Conflict", "It is there already, or its state does not allow it", "Other", "Anything else; after 503 try again");
    texts.replaceAll((name, text) ->
        map("description", text, "content", map("application/problem+json", map("schema", map("$ref", SCHEMAS + "Problem")))));
    return texts;
  }

  private static Map<String, Object> json(Object schema) {
    return map("application/json", map("schema", schema));
  }

  private static String operationId(Endpoint endpoint) {
    var id = new StringBuilder(endpoint.method().toLowerCase(Locale.ROOT));
    for (String segment : endpoint.path().split("[^A-Za-z0-9]+")) {
      if (!segment.isEmpty()) {
        id.append(Character.toUpperCase(segment.charAt(0))).append(segment.substring(1));
      }
    }
    return id.toString();
  }

  static Map<String, Object> map(Object... namesAndValues) {
    var map = new LinkedHashMap<String, Object>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      map.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return map;
  }
}
