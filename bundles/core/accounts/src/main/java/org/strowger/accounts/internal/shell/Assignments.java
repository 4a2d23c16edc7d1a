package org.strowger.accounts.internal.shell;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.strowger.accounts.api.AccountService;
import org.strowger.billing.api.PlanService;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.Violation;
import org.strowger.kernel.data.FieldSchema;
import org.strowger.kernel.data.FieldType;

/**
 * Reads {@code field=value} of the profile and {@code feature.field=value} of features. An empty value
 * sets the initial one.
 */
final class Assignments {

  final Map<String, Object> profile = new LinkedHashMap<>();
  final Map<String, Map<String, Object>> features = new LinkedHashMap<>();

  private Assignments() {}

  /** @param plans null while rating is away; asked only if the plan is assigned */
  static Assignments of(List<String> words, AccountService accounts, PlanService plans) {
    var read = new Assignments();
    var violations = new ArrayList<Violation>();
    for (String word : words == null ? List.<String>of() : words) {
      int equals = word.indexOf('=');
      if (word.startsWith("-")) {
        violations.add(new Violation("argument", word, "is an option, and options stand before the account's name"));
        continue;
      }
      if (equals < 1) {
        violations.add(new Violation("argument", word, "is field=value, or feature.field=value"));
        continue;
      }
      read.put(word.substring(0, equals), word.substring(equals + 1), accounts, plans);
    }
    if (!violations.isEmpty()) {
      throw new InvalidInput(violations);
    }
    return read;
  }

  private void put(String name, String value, AccountService accounts, PlanService plans) {
    int dot = name.indexOf('.');
    if (dot > 0) {
      String feature = name.substring(0, dot);
      String field = name.substring(dot + 1);
      features.computeIfAbsent(feature, f -> new LinkedHashMap<>()).put(field, typed(accounts, feature, field, value));
    } else if (name.equals("plan") && !value.isEmpty()) {
      profile.put(name, Names.plan(plans, value));
    } else {
      profile.put(name, value.isEmpty() ? null : value);
    }
  }

  /** Texts are what the other types are read from, but for lists. */
  private static Object typed(AccountService accounts, String feature, String field, String value) {
    if (value.isEmpty()) {
      return null;
    }
    boolean list = accounts.features().stream().filter(schema -> schema.feature().equals(feature))
        .flatMap(schema -> schema.schema().field(field).stream()).map(FieldSchema::type).anyMatch(FieldType.LIST::equals);
    return list ? Arrays.stream(value.split(",")).map(String::trim).toList() : value;
  }
}
