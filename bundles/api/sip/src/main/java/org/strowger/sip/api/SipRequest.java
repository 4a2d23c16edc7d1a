package org.strowger.sip.api;

import java.util.List;
import java.util.Optional;

/**
 * A request that arrived, its server transaction already made (RFC 3261 17.2), so that retransmissions
 * never reach anyone twice. Answer it with {@link SipStack#respond}.
 *
 * @param transaction to answer to; for ACK of no use
 * @param method upper case
 * @param maxForwards 70 where the sender gave none
 * @param contacts of REGISTER all of them, in dialogs one
 * @param dialog present if the request belongs to a dialog the stack knows
 * @param credentials present if the request carried credentials for our realm with a fresh nonce of ours
 * @param flow the way it came, see {@link Flow}
 * @param receivedTicks {@code Time.ticks()} at which the datagram or segment was read
 */
public record SipRequest(
    TransactionId transaction,
    String method,
    SipUri uri,
    NameAddr from,
    NameAddr to,
    String callId,
    long cseq,
    int maxForwards,
    List<ContactAddr> contacts,
    SipHeaders headers,
    SipBody body,
    Optional<DialogId> dialog,
    Optional<DigestCredentials> credentials,
    List<SipUri> path,
    Flow flow,
    long receivedTicks) {

  public SipRequest {
    contacts = List.copyOf(contacts);
    path = List.copyOf(path);
  }
}
