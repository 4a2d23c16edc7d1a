package org.strowger.sip.internal.admission;

import java.time.Instant;

/**
 * A source that is kept out, as people and programs see it.
 *
 * @param source an IPv4 address or an IPv6 /64
 * @param effect {@code banned}: nothing of it is read; {@code slowed}: strangers there are challenged 50 times a second at most, or logins that are wrong again and again are refused late
 * @param dropped messages and requests that this has cost it
 */
public record Ban(String source, String effect, Instant since, Instant until, String reason, long dropped) {}
