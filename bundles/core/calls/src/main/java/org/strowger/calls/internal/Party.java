package org.strowger.calls.internal;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.strowger.billing.api.CallEnd.ReleaseSource;
import org.strowger.sip.api.DialogId;
import org.strowger.sip.api.SipBody;
import org.strowger.sip.api.SipHeaders;

/** One end of a call, as the other end's mirror. Belongs to the call's key. */
final class Party {

  final ReleaseSource source;
  /** Of the leg that answered, or of the latest early one; null before there is any. */
  DialogId dialog;
  /** The last SDP that it got from us: what a refresh repeats. */
  SipBody lastSdp = SipBody.NONE;
  /** Null before the answer. */
  SessionTimer timer;
  /** When its session was refreshed last, in ticks. */
  long refreshedAt;
  private List<String> allows = List.of();

  Party(ReleaseSource source) {
    this.source = source;
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

  void sent(SipBody body) {
    if (body.isSdp()) {
      lastSdp = body;
    }
  }

  Optional<DialogId> dialog() {
    return Optional.ofNullable(dialog);
  }

  /** {@code caller} or {@code callee} */
  @Override
  public String toString() {
    return source.name().toLowerCase(Locale.ROOT);
  }
}
