package org.strowger.sip.api;

import org.osgi.annotation.versioning.ConsumerType;

/** Hears what becomes of a request of ours. Called on SIP workers: hand over and return, never block. */
@ConsumerType
public interface SipClient {

  /** A response; a forked INVITE may bring several 2xx, each with its own dialog. */
  void response(SipResponse response);

  /** No final response came in time, or the request could not be sent. Nothing more follows. */
  void failed(TransactionId request, Failure failure);

  /** Why a request of ours has no answer. */
  enum Failure {
    /** Timer B or F fired (RFC 3261 17.1). */
    TIMEOUT,
    /** No connection, no route, name not found. */
    TRANSPORT
  }
}
