package org.strowger.sip.internal;

import org.strowger.sip.api.SipPhrases;

/** A reason phrase for every status. */
final class Phrases {

  private Phrases() {}

  /** Of a status that nobody has defined, that of its class. */
  static String of(int status) {
    return SipPhrases.of(status).orElse(status < 200 ? "Progress" : status < 300 ? "OK" : status < 400 ? "Redirection" : status < 500 ? "Request Failure" : status < 600 ? "Server Failure" : "Global Failure");
  }
}
