package org.strowger.accounts.internal;

import java.util.Map;
import java.util.function.Supplier;
import org.strowger.accounts.api.AccountProfile;
import org.strowger.kernel.ErrorCode;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.Unavailable;
import org.strowger.persistence.api.DatabaseException;

/** What a transaction that did not happen means to the person who asked for it. */
final class Refusals {

  private static final Map<String, String> FIELDS = Map.of("account_name", "name", "account_name_of_customer", "name", "account_voip_login", "voipLogin");

  private Refusals() {}

  static <T> T translated(AccountProfile profile, Supplier<T> work) {
    try {
      return work.get();
    } catch (DatabaseException e) {
      throw translate(profile, e);
    }
  }

  private static RuntimeException translate(AccountProfile profile, DatabaseException e) {
    String field = e.constraint().map(FIELDS::get).orElse(null);
    if (e.kind() == DatabaseException.Kind.DUPLICATE && field != null && profile != null) {
      String value = field.equals("name") ? profile.name() : profile.voipLogin();
      return StrowgerException.duplicate(field, value, "another account has it; choose another");
    }
    return switch (e.kind()) {
      case UNAVAILABLE -> new Unavailable("the database");
      case CONFLICT -> new StrowgerException(ErrorCode.CONFLICT, "the account is being changed by somebody else at this moment; try again", e);
      default -> e;
    };
  }
}
