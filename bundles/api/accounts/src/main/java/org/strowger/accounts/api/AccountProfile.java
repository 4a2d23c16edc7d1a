package org.strowger.accounts.api;

import java.math.BigDecimal;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Set;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.PlanId;
import org.strowger.kernel.RoutingGroupId;
import org.strowger.kernel.data.Checked;
import org.strowger.kernel.data.Setting;

/**
 * What an administrator sets on an account itself; everything else on the account page belongs to
 * features. Spec A.2, A.3. Of a stored account a field that cannot be read is null.
 */
public record AccountProfile(
    @Setting(label = "Account Name", help = "SIP user name, and the number other accounts dial. Unique.", min = 1, max = 64, pattern = "[A-Za-z0-9._+*#-]+", searchable = true) String name,
    @Setting(label = "VoIP Login", help = "Digest user name; the account name if absent. Unique.", optional = true, min = 1, max = 64, pattern = "[A-Za-z0-9._+*#@-]+", searchable = true) String voipLogin,
    @Setting(label = "Service Plan", help = "Decides tariff and currency.") PlanId plan,
    @Setting(label = "Credit Limit", help = "What may be spent beyond the funds, in the account's currency.", initial = "0", min = 0) BigDecimal creditLimit,
    @Setting(label = "Routing Group", help = "Absent: calls to other accounts only.", optional = true) RoutingGroupId routingGroup,
    @Setting(label = "Time Zone", help = "For display only; everything is stored in UTC.", initial = "UTC") ZoneId timeZone,
    @Setting(label = "Language", help = "Two letters of ISO 639.", initial = "en", min = 2, max = 2, pattern = "[a-z]{2}") String language,
    @Setting(label = "Batch Tag", help = "For filtering.", optional = true, max = 64, searchable = true) String batchTag,
    @Setting(label = "Description", help = "Notes.", optional = true, max = 4000, searchable = true) String description,
    @Setting(label = "Lifetime, days", help = "Counted from the first call attempt; -1: for ever.", initial = "-1", min = -1, max = 36500) int lifetimeDays,
    @Setting(label = "Blocked", help = "Neither calls nor registers, and is not called.", initial = "false") boolean blocked) implements Checked {

  private static final Set<String> LANGUAGES = Set.of(Locale.getISOLanguages());

  public AccountProfile {
    voipLogin = voipLogin == null ? name : voipLogin;
  }

  @Override
  public void check() {
    if (language != null && !LANGUAGES.contains(language)) {
      throw new InvalidInput("language", language, "is a language of ISO 639 such as en, fr or de");
    }
  }
}
