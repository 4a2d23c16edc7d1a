package org.strowger.kernel.data;

import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.strowger.kernel.InvalidInput;

/** From annotation to field description, and the rules a description states. */
final class Fields {

  /** What a text may hold when its setting says nothing. */
  private static final long LONGEST_TEXT = 256;

  private Fields() {}

  static FieldSchema describe(RecordComponent component, Value value) {
    Setting setting = component.getAnnotation(Setting.class);
    String name = component.getName();
    if (setting == null) {
      return field(name, value, label(name), "", true, null, Long.MIN_VALUE, Long.MAX_VALUE, "", false, false);
    }
    Object initial = setting.initial().isEmpty() ? null : value.initial(setting.initial());
    boolean required = !setting.optional() && initial == null;
    String label = setting.label().isEmpty() ? label(name) : setting.label();
    return field(name, value, label, setting.help(), required, initial, setting.min(), setting.max(), setting.pattern(), setting.secret(), setting.searchable());
  }

  private static FieldSchema field(String name, Value value, String label, String help, boolean required, Object initial, long min, long max, String pattern, boolean secret, boolean searchable) {
    long most = value.type() == FieldType.TEXT && max == Long.MAX_VALUE ? LONGEST_TEXT : max;
    FieldSchema element = value.element() == null ? null
        : field("", value.element(), "", "", true, null, Long.MIN_VALUE, Long.MAX_VALUE, "", secret, false);
    return new FieldSchema(name, value.type(), label, help, required, initial, min, most, pattern, secret, searchable, value.choices(), value.fields(), element);
  }

  private static String label(String name) {
    String spaced = name.replaceAll("([a-z0-9])([A-Z])", "$1 $2");
    return Character.toUpperCase(spaced.charAt(0)) + spaced.substring(1).toLowerCase(java.util.Locale.ROOT);
  }

  /** A whole number that the type can't hold is told the field's own range, as one that it can. */
  static void checkWhole(String path, FieldSchema field, Object given) {
    if (field.type() == FieldType.INTEGER || field.type() == FieldType.SECONDS) {
      String text = Scalar.plain(given);
      if (text.matches("-?[0-9]{1,40}")) {
        checkRange(path + field.name(), field, new BigDecimal(text), "is");
      }
    }
  }

  static void check(String path, FieldSchema field, Object given) {
    String where = path + field.name();
    switch (field.type()) {
      case TEXT -> checkText(where, field, given.toString());
      case INTEGER, DECIMAL, SECONDS -> checkRange(where, field, new BigDecimal(given.toString()), "is");
      case LIST -> checkRange(where, field, BigDecimal.valueOf(((List<?>) given).size()), "has a number of entries");
      case MONEY -> checkRange(where, field, new BigDecimal(((Map<?, ?>) given).get("amount").toString()), "has an amount");
      default -> { }
    }
  }

  private static void checkText(String where, FieldSchema field, String text) {
    // As PostgreSQL and OpenAPI count: a smiley is one.
    int characters = text.codePointCount(0, text.length());
    if (characters > field.max() || characters < field.min()) {
      String least = field.min() > 0 ? field.min() + " to " : "at most ";
      throw new InvalidInput(where, text, "has " + least + field.max() + " characters, not " + characters);
    }
    if (field.max() <= LONGEST_TEXT) {
      Texts.oneLine(where, text);
    }
    if (!field.pattern().isEmpty() && !Pattern.matches(field.pattern(), text)) {
      throw new InvalidInput(where, text, "matches " + field.pattern());
    }
  }

  private static void checkRange(String where, FieldSchema field, BigDecimal number, String verb) {
    boolean low = field.min() != Long.MIN_VALUE && number.compareTo(BigDecimal.valueOf(field.min())) < 0;
    boolean high = field.max() != Long.MAX_VALUE && number.compareTo(BigDecimal.valueOf(field.max())) > 0;
    if (low || high) {
      String range = field.max() == Long.MAX_VALUE ? "at least " + field.min()
          : field.min() == Long.MIN_VALUE ? "at most " + field.max() : field.min() + " to " + field.max();
      throw new InvalidInput(where, number.toPlainString(), verb + " " + range);
    }
  }
}
