package org.strowger.routing.internal.shell;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.data.FieldSchema;
import org.strowger.kernel.data.FieldType;
import org.strowger.kernel.data.Schema;

/** {@code field=value} words of a command line as plain data. An empty value sets the initial one; lists are separated by commas. */
final class Assignments {

  private Assignments() {}

  /** @param words null for none */
  static Map<String, Object> of(Schema schema, List<String> words) {
    var data = new LinkedHashMap<String, Object>();
    for (String word : words == null ? List.<String>of() : words) {
      int equals = word.indexOf('=');
      if (equals < 1) {
        throw new InvalidInput("argument", schema.maybeSecret(word) ? null : word, "is field=value");
      }
      String field = word.substring(0, equals);
      data.put(field, typed(schema, field, word.substring(equals + 1)));
    }
    return data;
  }

  /** Texts are what the other types are read from, but for lists. */
  private static Object typed(Schema schema, String field, String value) {
    if (value.isEmpty()) {
      return null;
    }
    boolean list = schema.field(field).map(FieldSchema::type).filter(FieldType.LIST::equals).isPresent();
    return list ? Arrays.stream(value.split(",")).map(String::trim).toList() : value;
  }
}
