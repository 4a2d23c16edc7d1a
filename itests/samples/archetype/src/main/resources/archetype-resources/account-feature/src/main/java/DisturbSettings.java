package ${package};

import org.strowger.accounts.spi.AccountSettings;
import org.strowger.accounts.spi.Settings;
import org.strowger.kernel.data.Setting;

/** What the plugin adds to an account. Declared once: every door shows it while the plugin is here. */
@AccountSettings(feature = "${name}", section = "Call Handling")
record DisturbSettings(
    @Setting(label = "Do Not Disturb", help = "Calls to this account are refused.", initial = "false") boolean doNotDisturb,
    @Setting(label = "Except From", help = "A number that gets through all the same.", optional = true, max = 64) String exceptFrom) {

  static final Settings<DisturbSettings> SETTINGS = Settings.of(DisturbSettings.class);
}
