package org.strowger.accounts.internal;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import org.strowger.accounts.api.AccountProfile;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.Money;
import org.strowger.kernel.Violation;
import org.strowger.kernel.data.Shape;

/** The rules of an account that its declarations state, wherever it comes from. */
final class Validation {

  static final Shape<AccountProfile> PROFILE = Shape.of(AccountProfile.class);

  private final List<Violation> violations = new ArrayList<>();

  /** Runs one check; its violations are thrown together with the others'. */
  <T> T collect(java.util.function.Supplier<T> check) {
    try {
      return check.get();
    } catch (InvalidInput e) {
      violations.addAll(e.violations());
      return null;
    }
  }

  void end() {
    if (!violations.isEmpty()) {
      throw new InvalidInput(violations);
    }
  }

  static AccountProfile profile(AccountProfile given) {
    return PROFILE.decode(PROFILE.encode(given));
  }

  static Money money(String field, BigDecimal amount, Currency currency) {
    try {
      return Money.of(amount, currency);
    } catch (InvalidInput e) {
      throw new InvalidInput(e.violations().stream().map(v -> new Violation(field, v.value(), v.rule())).toList());
    }
  }

  static Map<String, Object> data(AccountProfile profile) {
    return PROFILE.encode(profile);
  }
}
