package org.strowger.sip.spi;

import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;
import org.strowger.sip.api.DialogId;
import org.strowger.sip.api.SipBody;
import org.strowger.sip.api.SipRequest;
import org.strowger.sip.api.TransactionId;

/**
 * Takes requests. Registered as a service; each method outside of dialogs has one taker. Called on SIP
 * workers in order of arrival per Call-ID: hand over and return, never block.
 */
@ConsumerType
public interface SipUser {

  /** Methods taken outside of dialogs: {@code INVITE}, {@code REGISTER}. Requests in dialogs go to the taker of INVITE. */
  Set<String> methods();

  /**
   * Whether a request outside of dialogs must carry credentials. If so the stack challenges without
   * state (RFC 3261 22) until it does, and {@link SipRequest#credentials()} is present in {@link #request}.
   */
  boolean challenges(SipRequest head);

  /** A request, in or outside of a dialog. Not ACK, not CANCEL. */
  void request(SipRequest request);

  /**
   * How long the eldest of what was handed over already has been waiting to be begun with, in nanoseconds; {@link Long#MAX_VALUE}
   * if nothing new is taken at all. Past a limit (200 ms as shipped) new requests get 503 with Retry-After before they are
   * read. Asked for each of them, on the thread that received it: look, do not reckon.
   */
  default long backlogNanos() {
    return 0;
  }

  /** The ACK of a 2xx that we sent, with what body it had. */
  default void acknowledged(DialogId dialog, SipBody body) {}

  /** A 2xx of ours was never acknowledged (RFC 3261 13.3.1.4): the dialog ought to be ended. */
  default void unacknowledged(DialogId dialog) {}

  /** An INVITE was cancelled. The stack has answered the CANCEL; answer the INVITE with 487. */
  default void cancelled(TransactionId invite, SipRequest cancel) {}
}
