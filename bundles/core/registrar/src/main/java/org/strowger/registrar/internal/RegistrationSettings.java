package org.strowger.registrar.internal;

import org.strowger.accounts.spi.AccountSettings;
import org.strowger.accounts.spi.Settings;
import org.strowger.kernel.data.Setting;

/** What the registrar adds to an account; spec A.31. */
@AccountSettings(feature = "registration", section = "Advanced Parameters")
record RegistrationSettings(
    @Setting(label = "Allow Registration", help = "Whether REGISTER is accepted. Calls with digest go on working without it.", initial = "true")
    boolean regAllowed) {

  static final Settings<RegistrationSettings> SETTINGS = Settings.of(RegistrationSettings.class);
}
