package org.strowger.sip.internal;

/** A message that breaks the grammar. The phrase is ours: nothing that the sender wrote is ever echoed. */
final class BadMessage extends Exception {

  private final int status;

  /** @param status to answer a request with */
  BadMessage(int status, String phrase) {
    super(phrase, null, false, false);
    this.status = status;
  }

  int status() {
    return status;
  }
}
