package org.strowger.accounts.internal.view;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.strowger.accounts.api.AccountChange;
import org.strowger.accounts.api.NewAccount;
import java.util.function.Supplier;
import org.strowger.accounts.api.AccountProfile;
import org.strowger.accounts.internal.secrets.PasswordRule;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.Money;
import org.strowger.kernel.Violation;
import org.strowger.kernel.data.Schema;

/** Reads what somebody sent to make or change an account; every unknown and broken field is named at once. */
public final class AccountForm {

  private AccountForm() {}

  /** A creation and its settings. */
  public record Creation(NewAccount account, Map<String, Map<String, Object>> features) {}

  public static Creation creation(AccountView view, Map<String, Object> body) {
    var violations = new ArrayList<Violation>();
    var fields = known(view.creation(), body, violations);
    var features = features(fields.remove("features"), violations);
    String voip = text("voipPassword", fields.remove("voipPassword"), violations);
    String web = text("webPassword", fields.remove("webPassword"), violations);
    BigDecimal balance = balance(fields.remove("balance"), violations);
    return new Creation(account(fields, balance, voip, web, violations), features);
  }

  /** @param violations found before; those that are found here are thrown together with them */
  public static NewAccount account(Map<String, Object> fields, BigDecimal balance, String voip, String web, List<Violation> violations) {
    var all = new ArrayList<>(violations);
    AccountProfile profile = collect(() -> AccountView.PROFILE.decode(fields), all);
    if (voip != null) {
      collect(() -> PasswordRule.checked("voipPassword", voip), all);
    }
    if (web != null) {
      collect(() -> PasswordRule.checked("webPassword", web), all);
    }
    if (!all.isEmpty()) {
      throw new InvalidInput(all);
    }
    return new NewAccount(profile, balance, voip, web);
  }

  private static <T> T collect(Supplier<T> check, List<Violation> violations) {
    try {
      return check.get();
    } catch (InvalidInput e) {
      violations.addAll(e.violations());
      return null;
    }
  }

  public static AccountChange change(AccountView view, Map<String, Object> body) {
    var violations = new ArrayList<Violation>();
    var fields = known(view.change(), body, violations);
    var features = features(fields.remove("features"), violations);
    String voip = text("voipPassword", fields.remove("voipPassword"), violations);
    String web = text("webPassword", fields.remove("webPassword"), violations);
    Integer version = version(fields.remove("version"), violations);
    if (!violations.isEmpty()) {
      throw new InvalidInput(violations);
    }
    return new AccountChange(version, fields, features, voip, web);
  }

  private static Map<String, Object> known(Schema schema, Map<String, Object> body, List<Violation> violations) {
    var fields = new LinkedHashMap<>(body);
    violations.addAll(schema.unknown(body));
    fields.keySet().removeIf(name -> schema.field(name).isEmpty());
    return fields;
  }

  private static Map<String, Map<String, Object>> features(Object given, List<Violation> violations) {
    var features = new LinkedHashMap<String, Map<String, Object>>();
    if (given == null) {
      return features;
    }
    if (!(given instanceof Map<?, ?> sections)) {
      violations.add(new Violation("features", null, "is an object of settings by feature"));
      return features;
    }
    sections.forEach((feature, values) -> {
      if (values instanceof Map<?, ?> map) {
        var settings = new LinkedHashMap<String, Object>();
        map.forEach((name, value) -> settings.put(name.toString(), value));
        features.put(feature.toString(), settings);
      } else {
        violations.add(new Violation("features." + feature, null, "is an object of settings"));
      }
    });
    return features;
  }

  private static String text(String field, Object given, List<Violation> violations) {
    if (given == null || given instanceof String) {
      return (String) given;
    }
    violations.add(new Violation(field, null, "is a text"));
    return null;
  }

  private static BigDecimal balance(Object given, List<Violation> violations) {
    if (given == null) {
      return BigDecimal.ZERO;
    }
    try {
      return Money.parseAmount("balance", given instanceof BigDecimal d ? d.toPlainString() : given.toString());
    } catch (InvalidInput e) {
      violations.addAll(e.violations());
      return null;
    }
  }

  private static Integer version(Object given, List<Violation> violations) {
    if (given == null) {
      return null;
    }
    if (given instanceof Number n && n.toString().matches("[0-9]{1,9}")) {
      return n.intValue();
    }
    violations.add(new Violation("version", given.toString(), "is a whole number"));
    return null;
  }
}
