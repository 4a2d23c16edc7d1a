package org.strowger.rest.internal;

import static org.strowger.rest.internal.OpenApi.map;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.strowger.kernel.data.FieldSchema;

/** Schemas of fields as OpenAPI writes them. */
final class SchemaPages {

  private static final String DECIMAL = "^-?[0-9]+(\\.[0-9]+)?$";

  /** What a schema describes. */
  enum Use {
    /** A whole thing that is sent: unknown fields are refused. */
    REQUEST,
    /** Some fields that are changed: none is required, none has an initial value. */
    PATCH,
    /** What comes back; newer versions may add fields. */
    ANSWER
  }

  private SchemaPages() {}

  static Map<String, Object> object(List<FieldSchema> fields, Use use) {
    var properties = new LinkedHashMap<String, Object>();
    fields.forEach(field -> properties.put(field.name(), field(field, use)));
    Map<String, Object> page = map("type", "object", "properties", properties);
    List<String> required = fields.stream().filter(field -> field.required() && field.initial() == null).map(FieldSchema::name).toList();
    if (!required.isEmpty() && use == Use.REQUEST) {
      page.put("required", required);
    }
    if (use != Use.ANSWER) {
      page.put("additionalProperties", false);
    }
    return page;
  }

  static Map<String, Object> field(FieldSchema field, Use use) {
    Map<String, Object> page = switch (field.type()) {
      case TEXT -> text(field);
      case FLAG -> map("type", "boolean");
      case INTEGER -> numbers(field, map("type", "integer", "format", "int64"));
      case DECIMAL -> map("type", "string", "pattern", DECIMAL, "example", "12.50");
      case MONEY -> money();
      case INSTANT -> map("type", "string", "format", "date-time", "example", "2026-11-21T12:00:00Z");
      case SECONDS -> numbers(field, map("type", "integer", "format", "int64", "description", "Seconds."));
      case CHOICE -> map("type", "string", "enum", field.choices());
      case OBJECT -> object(field.fields(), use);
      case LIST -> list(field, use);
    };
    if (!field.label().isEmpty()) {
      page.put("title", field.label());
    }
    if (!field.help().isEmpty()) {
      page.put("description", field.help());
    }
    if (field.initial() != null && use == Use.REQUEST && !field.secret()) {
      page.put("default", field.initial());
    }
    if (field.secret()) {
      // An answer has one only where the switch made it, and then it is shown.
      page.put(use == Use.ANSWER ? "readOnly" : "writeOnly", true);
      page.put("format", "password");
    }
    if (!field.required()) {
      page.put("nullable", true);
    }
    return page;
  }

  static Map<String, Object> money() {
    return map("type", "object", "required", List.of("amount", "currency"), "properties", map(
            "amount", map("type", "string", "pattern", DECIMAL, "example", "12.50"),
            "currency", map("type", "string", "pattern", "^[A-Z]{3}$", "description", "ISO 4217", "example", "USD")),
        "additionalProperties", false);
  }

  static Map<String, Object> problem() {
    return map("type", "object", "required", List.of("type", "title", "status", "detail"), "properties", map(
        "type", map("type", "string", "format", "uri", "example", "urn:strowger:problem:invalid"),
        "title", map("type", "string", "example", "Input breaks a rule"),
        "status", map("type", "integer", "example", 400L),
        "detail", map("type", "string", "example", "amount '1.234x': is a plain decimal such as 12.50"),
        "incident", map("type", "string", "description", "Where the switch's log has more."),
        "violations", map("type", "array", "items", map("type", "object", "required", List.of("field", "rule"), "properties", map(
            "field", map("type", "string", "example", "amount"),
            "value", map("type", "string", "nullable", true, "example", "1.234x"),
            "rule", map("type", "string", "example", "is a plain decimal such as 12.50"))))));
  }

  private static Map<String, Object> text(FieldSchema field) {
    Map<String, Object> page = map("type", "string");
    if (field.min() > 0) {
      page.put("minLength", field.min());
    }
    if (field.max() >= 0 && field.max() < Integer.MAX_VALUE) {
      page.put("maxLength", field.max());
    }
    if (!field.pattern().isEmpty()) {
      page.put("pattern", "^(?:" + field.pattern() + ")$");
    }
    return page;
  }

  private static Map<String, Object> numbers(FieldSchema field, Map<String, Object> page) {
    if (field.min() != Long.MIN_VALUE) {
      page.put("minimum", BigDecimal.valueOf(field.min()));
    }
    if (field.max() != Long.MAX_VALUE) {
      page.put("maximum", BigDecimal.valueOf(field.max()));
    }
    return page;
  }

  private static Map<String, Object> list(FieldSchema field, Use use) {
    // Whole elements are replaced, so they are complete in a change too.
    Object items = field.element() == null ? map() : field(field.element(), use == Use.PATCH ? Use.REQUEST : use);
    Map<String, Object> page = map("type", "array", "items", items);
    if (field.min() > 0) {
      page.put("minItems", field.min());
    }
    if (field.max() >= 0 && field.max() < Integer.MAX_VALUE) {
      page.put("maxItems", field.max());
    }
    return page;
  }
}
