package org.strowger.accounts.internal.secrets;

import org.strowger.accounts.api.NewAccount;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.data.FieldSchema;
import org.strowger.kernel.data.Shape;

/** What a password that a person chose must be, as {@link NewAccount} declares it. */
public final class PasswordRule {

  private static final Shape<NewAccount> NEW = Shape.of(NewAccount.class);

  private PasswordRule() {}

  /** @throws InvalidInput naming the field and never the value */
  public static String checked(String field, String chosen) {
    FieldSchema rule = NEW.schema().field(field).orElseThrow();
    boolean printable = chosen.chars().noneMatch(c -> Character.isISOControl(c));
    if (chosen.length() < rule.min() || chosen.length() > rule.max() || !printable) {
      throw new InvalidInput(field, null, "has " + rule.min() + " to " + rule.max() + " characters, none of them a control character");
    }
    return chosen;
  }
}
