package org.strowger.billing.api;

import java.time.Instant;
import org.strowger.kernel.AccountId;
import org.strowger.kernel.CallId;
import org.strowger.kernel.CarrierId;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.data.Setting;

/**
 * What a CDR says of a call whoever pays; spec B.10. {@code cliIn}/{@code cldIn} are as received,
 * {@code cli}/{@code cld} after incoming translation.
 *
 * @param sipCallId Call-ID of the caller's leg
 * @param caller account that called; null if none was recognised
 * @param callee account that was called on-net; null if none
 * @param carrier the call went out by, or was last tried with; null if none
 * @param setupTime when the INVITE arrived
 * @param remoteIp of the caller
 */
public record CallFacts(
    CallId call,
    @Setting(max = 512) String sipCallId,
    @Setting(optional = true) CustomerId customer,
    @Setting(optional = true) AccountId caller,
    @Setting(optional = true) AccountId callee,
    @Setting(optional = true) CarrierId carrier,
    String cliIn,
    String cldIn,
    String cli,
    String cld,
    Instant setupTime,
    String remoteIp,
    @Setting(optional = true) String userAgent) {}
