package org.strowger.accounts.api;

import java.math.BigDecimal;
import org.strowger.kernel.data.Setting;

/** An account to be made. */
public record NewAccount(
    AccountProfile profile,
    @Setting(label = "Balance", help = "Opening balance, in the plan's currency.", initial = "0") BigDecimal balance,
    @Setting(label = "VoIP Password", help = "Absent: the switch makes one.", optional = true, secret = true, min = 8, max = 128) String voipPassword,
    @Setting(label = "Web Password", help = "Absent: the switch makes one.", optional = true, secret = true, min = 7, max = 128) String webPassword) {

  /** Never prints a secret. */
  @Override
  public String toString() {
    return "new account " + profile.name();
  }

  /** What creation answers, the only time that secrets which the switch made are shown. Null where the caller gave one. */
  public record Created(Account account, String voipPassword, String webPassword) {
    @Override
    public String toString() {
      return "created account " + account.id();
    }
  }
}
