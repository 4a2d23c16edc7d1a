package org.strowger.phone;

import java.net.InetSocketAddress;
import java.time.Duration;

/** What a phone was built with; {@code server} null for a phone that reaches others by their URI. */
record Settings(String user, String authUser, String password, String domain, TransportKind transport,
    InetSocketAddress server, Duration t1, Duration t2, boolean retransmit, Digest.Algorithm algorithm, boolean reuseNonce, boolean obeyRetryAfter, boolean rport,
    Challenger challenger, int keep) {

  /** Timers B, F, H and the life of finished transactions (RFC 3261 17). */
  Duration timeout() {
    return t1.multipliedBy(64);
  }
}
