package org.strowger.sip.api;

import java.util.List;

/**
 * What we answer to a request. The stack adds Via, tags, Contact of ours, Server and whatever else it owns.
 *
 * @param reason empty for the standard phrase of the status; never text that a peer sent
 * @param contacts only for answers to REGISTER (bindings) and 3xx; else the stack puts our own
 */
public record SipAnswer(int status, String reason, List<ContactAddr> contacts, SipHeaders headers, SipBody body) {

  public SipAnswer {
    contacts = List.copyOf(contacts);
  }

  public static SipAnswer of(int status) {
    return new SipAnswer(status, "", List.of(), SipHeaders.NONE, SipBody.NONE);
  }

  public static SipAnswer of(int status, String reason) {
    return new SipAnswer(status, reason, List.of(), SipHeaders.NONE, SipBody.NONE);
  }

  public SipAnswer with(SipBody newBody) {
    return new SipAnswer(status, reason, contacts, headers, newBody);
  }

  public SipAnswer with(SipHeaders newHeaders) {
    return new SipAnswer(status, reason, contacts, newHeaders, body);
  }
}
