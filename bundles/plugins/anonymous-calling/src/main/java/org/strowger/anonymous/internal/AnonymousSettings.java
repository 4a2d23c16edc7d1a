package org.strowger.anonymous.internal;

import org.strowger.accounts.spi.AccountSettings;
import org.strowger.accounts.spi.Settings;
import org.strowger.kernel.data.Setting;

/** What anonymous calling adds to an account; spec A.6. */
@AccountSettings(feature = "anonymous-calling", section = "Anonymous Calling")
record AnonymousSettings(
    @Setting(label = "Hide Own CLI", help = "Whoever this account calls does not learn its number.", initial = "false")
    boolean hideOwnCli,
    @Setting(label = "Block Incoming AC", help = "Refuse calls to this account whose caller withholds the number.", initial = "false")
    boolean blockIncomingAnonymous,
    @Setting(label = "Incoming AC Action", help = "What becomes of such a call. All refuse it with 433 until there is voicemail and there are prompts.", initial = "REJECT")
    Action incomingAnonymousAction,
    @Setting(label = "Trust Privacy Headers", help = "Whether Privacy and Remote-Party-ID of this account's calls count; From always does.", initial = "true")
    boolean trustPrivacyHeaders) {

  /** Of spec A.63; the first is the only one that needs no media. */
  enum Action { REJECT, VOICEMAIL, PROMPT_AND_REJECT }

  static final Settings<AnonymousSettings> SETTINGS = Settings.of(AnonymousSettings.class);
}
