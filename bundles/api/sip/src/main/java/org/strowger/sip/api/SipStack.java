package org.strowger.sip.api;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Sends SIP. Threads: any; no method blocks on the network. Everything of one Call-ID is delivered in
 * the order it arrived. A method given an id that is gone does nothing: the peer and we may have
 * ended it at the same moment.
 */
@ProviderType
public interface SipStack {

  /** Answers a request. 1xx as often as wanted; the first final answer ends the transaction; 2xx to INVITE is repeated until the ACK comes (RFC 3261 13.3.1.4). */
  void respond(TransactionId request, SipAnswer answer);

  /**
   * Answers a request outside of dialogs with 401 and fresh challenges, one per algorithm: its digest was
   * wrong, its user is unknown, or its nonce was used before. The answer goes out at a fixed time after the
   * request came (300 ms), so that it does not tell what was looked up; this returns at once.
   *
   * @param stale the client may try again with the same password and the new nonce, without asking its user
   */
  void challenge(TransactionId request, boolean stale);

  /**
   * The digest of a request was judged wrong, or its user is unknown: counted against its source, once for a request,
   * whatever it is answered and however it ends. To be called as soon as that is known, before anything else is waited
   * for. {@link #challenge} that is not stale counts too, if this was not called.
   */
  void guessed(TransactionId request);

  /**
   * The first dialog of an INVITE that we answer, in which it is answered where no other is named. Known before the first
   * answer, so that the owner can index it.
   */
  DialogId dialogOf(TransactionId invite);

  /**
   * Makes another dialog of an INVITE that we answer, with a To tag of its own, as the caller sees it of a proxy that forks
   * (RFC 3261 12.1, 13.2.2.4). It begins with the first answer given in it. With a 2xx in one of an INVITE's dialogs the others
   * are over; requests in them are delivered for 64 T1 more, as they may have crossed it. A failure ends them all.
   *
   * @return null if the INVITE has its final answer, or is gone
   */
  DialogId fork(TransactionId invite);

  /** Answers an INVITE as {@link #respond(TransactionId, SipAnswer)} does, in one of its dialogs: its first, or one of {@link #fork}. Does nothing for a dialog that is not one of them. */
  void respond(TransactionId invite, DialogId in, SipAnswer answer);

  /** Sends a request outside of dialogs. {@code client} hears every response, on another thread perhaps before this returns. */
  TransactionId send(OutgoingRequest request, SipClient client);

  /**
   * Sends a request within a dialog: re-INVITE, UPDATE, BYE, INFO, PRACK, REFER, NOTIFY … BYE ends the
   * dialog; it goes out when the ACK of a 2xx of ours has come or is given up (RFC 3261 15). In a dialog that is gone it fails with {@code TRANSPORT}. Of PRACK's RAck only RSeq is taken
   * from {@code headers}; the CSeq in it is made that of this leg's INVITE.
   */
  TransactionId send(DialogId dialog, String method, SipHeaders headers, SipBody body, SipClient client);

  /** Acknowledges the 2xx of an INVITE of ours; the stack repeats it for every repeated 2xx. */
  void ack(DialogId dialog, long cseq, SipBody body);

  /** Cancels an INVITE of ours that has no final response; waits for a provisional one if none came yet (RFC 3261 9.1). */
  void cancel(TransactionId invite, SipHeaders headers);

  /** Forgets a dialog without a word on the wire, when its peer is known to be gone. */
  void forget(DialogId dialog);

  /**
   * Why a phone that registers by that flow must not be called at what it names, as a phrase for 403; empty if it may. Only what needs no name server is
   * judged: a Contact or Path at an address of a carrier ({@link org.strowger.sip.spi.Trunks}) or of our own, or a Path that leads elsewhere than to who sent it, who is no proxy of
   * the operator's. The address really used is judged again when it is called ({@link OutgoingRequest#flow}). From memory.
   *
   * @param path RFC 3327, first hop first
   */
  Optional<String> unfit(SipUri contact, List<SipUri> path, Flow flow);

  /** Where we listen. Empty while the ports are closed. */
  List<Flow> listening();
}
