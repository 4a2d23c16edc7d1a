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
 * @param protocol the caller's, and its transport: {@code sip/udp}
 * @param pAssertedId P-Asserted-Identity (RFC 3325) as the caller sent it, believed or not
 * @param remotePartyId Remote-Party-ID as the caller sent it, believed or not
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
    @Setting(optional = true) String userAgent,
    @Setting(optional = true) String protocol,
    @Setting(optional = true, max = 256) String pAssertedId,
    @Setting(optional = true, max = 256) String remotePartyId) {

  /** Of a call whose protocol and identity headers are not known. */
  public CallFacts(CallId call, String sipCallId, CustomerId customer, AccountId caller, AccountId callee, CarrierId carrier, String cliIn, String cldIn, String cli, String cld,
      Instant setupTime, String remoteIp, String userAgent) {
    this(call, sipCallId, customer, caller, callee, carrier, cliIn, cldIn, cli, cld, setupTime, remoteIp, userAgent, null, null, null);
  }
}
