package org.strowger.sample.internal;

import org.strowger.accounts.spi.AccountSettings;
import org.strowger.accounts.spi.Settings;
import org.strowger.kernel.data.Setting;

/** What the sample adds to an account. */
@AccountSettings(feature = "curfew", section = "Samples")
record CurfewSettings(@Setting(label = "Curfew", help = "Refuse every call this account makes.", initial = "false") boolean refuseCalls) {

  static final Settings<CurfewSettings> SETTINGS = Settings.of(CurfewSettings.class);
}
