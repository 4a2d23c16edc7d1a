package org.strowger.dncl.internal;

import org.strowger.accounts.spi.AccountSettings;
import org.strowger.accounts.spi.Settings;
import org.strowger.kernel.data.Setting;

/** What DNCL adds to an account; spec A.51. */
@AccountSettings(feature = "dncl", section = "Advanced Parameters")
record DnclSettings(@Setting(label = "DNCL Lookup", help = "Refuse calls to numbers on the do-not-call lists.", initial = "false") boolean lookup) {

  static final Settings<DnclSettings> SETTINGS = Settings.of(DnclSettings.class);
}
