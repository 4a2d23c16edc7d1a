package org.strowger.calls.api;

import java.time.Instant;
import org.strowger.kernel.data.Setting;

/** A call that never happens. @param at as if it were then; absent: now */
public record Simulation(
    @Setting(help = "Name of the calling account.") String account,
    @Setting(help = "Number or name dialled.") String cld,
    @Setting(help = "Caller's number; the account name if absent.", optional = true) String cli,
    @Setting(help = "UTC.", optional = true) Instant at) {}
