package org.strowger.sip.internal.admission;

import static org.strowger.kernel.InvalidInput.range;

import java.time.Duration;

/**
 * The configuration, checked.
 *
 * @param maxAge of the oldest message that waits, past which new requests are refused
 * @param retryAfterMost seconds that a refusal names at most
 * @param exempt whom no limit and no ban concerns
 * @param proxies whose REGISTERs may lead calls to other hosts than themselves
 * @param perSecond requests outside of dialogs of one source, 0 for no limit
 * @param burst of these at once
 * @param connections by TCP of one source
 * @param transactions outside of dialogs of one source
 * @param unanswered challenges of one source within the window, 0 for no limit
 * @param names tried by one source by TCP, without an answer to a challenge, within the window that ban it once it is slowed, 0 for never
 * @param failures wrong passwords of one source within the window that ban it, 0 for never
 */
public record AdmissionSettings(
    Duration maxAge, int retryAfterMost, Networks exempt, Networks proxies, int perSecond, int burst, int connections, int transactions, int unanswered, int names, int failures, Duration window, Duration banned) {

  static final Duration LONGEST_BAN = Duration.ofDays(7);

  /** Overload alone: nobody is counted. */
  public AdmissionSettings(Duration maxAge, int retryAfterMost) {
    this(maxAge, retryAfterMost, Networks.NONE, Networks.NONE, 0, 1, 200, 50_000, 0, 0, 0, Duration.ofMinutes(5), Duration.ofMinutes(10));
  }

  /** These, with a limit for every source. */
  public AdmissionSettings limiting(int newPerSecond, int newBurst) {
    return new AdmissionSettings(maxAge, retryAfterMost, exempt, proxies, newPerSecond, newBurst, connections, transactions, unanswered, names, failures, window, banned);
  }

  /** These, with a bound for the server transactions of a source. */
  public AdmissionSettings holding(int newTransactions) {
    return new AdmissionSettings(maxAge, retryAfterMost, exempt, proxies, perSecond, burst, connections, newTransactions, unanswered, names, failures, window, banned);
  }

  /** These, with limits for those who guess. */
  public AdmissionSettings watching(int newUnanswered, int newFailures) {
    return new AdmissionSettings(maxAge, retryAfterMost, exempt, proxies, perSecond, burst, connections, transactions, newUnanswered, names, newFailures, window, banned);
  }

  /** These, with a limit for those who try names by TCP. */
  public AdmissionSettings naming(int newNames) {
    return new AdmissionSettings(maxAge, retryAfterMost, exempt, proxies, perSecond, burst, connections, transactions, unanswered, newNames, failures, window, banned);
  }

  /** These, but for the networks of this list. */
  public AdmissionSettings exempting(String networks) {
    return new AdmissionSettings(maxAge, retryAfterMost, Networks.parse("exempt", networks), proxies, perSecond, burst, connections, transactions, unanswered, names, failures, window, banned);
  }

  /** These, but for the proxies of this list. */
  public AdmissionSettings trusting(String networks) {
    return new AdmissionSettings(maxAge, retryAfterMost, exempt, Networks.parse("proxies", networks), perSecond, burst, connections, transactions, unanswered, names, failures, window, banned);
  }

  static AdmissionSettings of(AdmissionConfig config) {
    return new AdmissionSettings(
        Duration.ofMillis(range("queue.maxMillis", config.queue_maxMillis(), 10, 10_000)),
        range("retryAfter.mostSeconds", config.retryAfter_mostSeconds(), 1, 3600),
        Networks.parse("exempt", config.exempt()),
        Networks.parse("proxies", config.proxies()),
        range("source.perSecond", config.source_perSecond(), 0, 100_000),
        range("source.burst", config.source_burst(), 1, 100_000),
        range("source.connections", config.source_connections(), 1, 20_000),
        range("source.transactions", config.source_transactions(), 100, 1_000_000),
        range("unanswered.most", config.unanswered_most(), 0, 100_000),
        range("ban.names", config.ban_names(), 0, Asking.MOST_TRIED),
        range("ban.failures", config.ban_failures(), 0, 100_000),
        Duration.ofSeconds(range("ban.windowSeconds", config.ban_windowSeconds(), 1, 86_400)),
        Duration.ofSeconds(range("ban.seconds", config.ban_seconds(), 1, (int) LONGEST_BAN.toSeconds())));
  }
}
