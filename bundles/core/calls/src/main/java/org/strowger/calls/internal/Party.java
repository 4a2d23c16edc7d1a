package org.strowger.calls.internal;

import java.util.List;
import java.util.Locale;
import org.strowger.billing.api.CallEnd.ReleaseSource;
import org.strowger.sip.api.DialogId;
import org.strowger.sip.api.SipBody;
import org.strowger.sip.api.SipHeaders;

/** One end of a call, or of a dialog that may become one, as the other end's mirror. Belongs to the call's key. */
final class Party {

  final ReleaseSource source;
  /** Whom it talks to, once nobody else does; null before. */
  Party other;
  /** Null before there is one; of a callee also when it is over. */
  DialogId dialog;
  /** Reliable provisional responses of a callee. */
  final Reliables reliables = new Reliables();
  /** The last SDP that it got from us: what a refresh repeats. */
  SipBody lastSdp = SipBody.NONE;
  /** Null before the answer. */
  SessionTimer timer;
  /** When its session was refreshed last, in ticks. */
  long refreshedAt;
  /** Whether it does not learn who talks to it: see {@link Veil}. */
  boolean unaware;
  private List<String> allows = List.of();

  Party(ReleaseSource source) {
    this.source = source;
  }

  /** These two talk to each other only. */
  void pair(Party with) {
    other = with;
    with.other = this;
  }

  /** Whether whom it talked to is gone: his leg failed, was cancelled, or somebody else has answered. */
  boolean isLeft() {
    return other != null && other.dialog == null;
  }

  /** Notes what methods it takes. */
  void heard(SipHeaders headers) {
    List<String> given = headers.values("Allow");
    if (!given.isEmpty()) {
      allows = List.of(String.join(",", given).toUpperCase(Locale.ROOT).split("[,\\s]+"));
    }
  }

  boolean allows(String method) {
    return allows.contains(method);
  }

  /** As much of what the other side says as is for this one. */
  SipBody shown(SipBody body) {
    return unaware ? Veil.over(body) : body;
  }

  SipHeaders shown(SipHeaders headers) {
    return unaware ? Veil.over(headers) : headers;
  }

  void sent(SipBody body) {
    if (body.isSdp()) {
      lastSdp = body;
    }
  }

  /** {@code caller} or {@code callee} */
  @Override
  public String toString() {
    return source.name().toLowerCase(Locale.ROOT);
  }
}
