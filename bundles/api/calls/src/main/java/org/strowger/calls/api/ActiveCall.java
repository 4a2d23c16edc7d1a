package org.strowger.calls.api;

import java.time.Duration;
import java.time.Instant;
import org.strowger.kernel.AccountId;
import org.strowger.kernel.CallId;
import org.strowger.kernel.CarrierId;
import org.strowger.kernel.data.Setting;

/**
 * A call that is up or being set up.
 *
 * @param state named as in the state machine
 * @param granted talking time the held money pays for
 * @param sinceAnswer null before
 */
public record ActiveCall(
    CallId call,
    String state,
    String cli,
    String cld,
    @Setting(optional = true) AccountId caller,
    @Setting(optional = true) AccountId callee,
    @Setting(optional = true) CarrierId carrier,
    Instant setupTime,
    @Setting(optional = true) Duration sinceAnswer,
    @Setting(optional = true) Duration granted) {}
