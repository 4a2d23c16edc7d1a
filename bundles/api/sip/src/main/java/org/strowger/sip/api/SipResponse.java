package org.strowger.sip.api;

import java.util.List;
import java.util.Optional;

/**
 * A response that arrived to a request of ours.
 *
 * @param transaction of our request
 * @param dialog the dialog it makes or belongs to: present on 101–299 with a To tag to INVITE, and on
 *     answers to requests within dialogs. A forked INVITE gives several.
 * @param cseq of our request; {@link SipStack#ack} wants it
 */
public record SipResponse(
    TransactionId transaction,
    int status,
    String reason,
    String method,
    long cseq,
    NameAddr to,
    List<ContactAddr> contacts,
    SipHeaders headers,
    SipBody body,
    Optional<DialogId> dialog,
    Flow flow) {

  public SipResponse {
    contacts = List.copyOf(contacts);
  }

  public boolean isProvisional() {
    return status < 200;
  }

  public boolean isSuccess() {
    return status >= 200 && status < 300;
  }
}
