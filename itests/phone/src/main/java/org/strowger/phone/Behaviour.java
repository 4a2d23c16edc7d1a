package org.strowger.phone;

import java.time.Duration;
import java.util.List;

/**
 * What a phone does with an incoming call; the {@code with…} methods answer changed copies.
 *
 * @param silent true: no answer at all, as if the phone were gone
 * @param ringAfter null: no ringing
 * @param ringStatus 180 or 183
 * @param earlyMedia the ringing carries a description
 * @param reliable the ringing is sent reliably (RFC 3262) when the caller supports it
 * @param finalAfter null: never (the test may still do it by hand)
 * @param status of the final response
 * @param reason null for the usual phrase
 * @param headers added to the final response
 * @param hangupAfter after the answer, null for never
 */
public record Behaviour(boolean silent, Duration ringAfter, int ringStatus, boolean earlyMedia, boolean reliable, Duration finalAfter,
    int status, String reason, List<SipMessage.Header> headers, Duration hangupAfter) {

  private static Behaviour of(Duration ringAfter, Duration finalAfter, int status) {
    return new Behaviour(false, ringAfter, 180, false, false, finalAfter, status, null, List.of(), null);
  }

  /** The test answers by hand; only 100 is sent. */
  public static Behaviour manual() {
    return of(null, null, 200);
  }

  /** Rings and answers at once. */
  public static Behaviour answer() {
    return of(Duration.ZERO, Duration.ZERO, 200);
  }

  /** Rings at once, answers after this long. */
  public static Behaviour answerAfter(Duration delay) {
    return of(Duration.ZERO, delay, 200);
  }

  /** Rings until the caller gives up. */
  public static Behaviour ringForEver() {
    return of(Duration.ZERO, null, 200);
  }

  /** Refuses at once, without ringing. */
  public static Behaviour reject(int status) {
    return of(null, Duration.ZERO, status);
  }

  public static Behaviour busy() {
    return reject(486);
  }

  /** 302 with this Contact. */
  public static Behaviour redirect(String uri) {
    return reject(302).withHeader("Contact", "<" + uri + ">");
  }

  /** No response of any kind. */
  public static Behaviour silence() {
    return new Behaviour(true, null, 180, false, false, null, 200, null, List.of(), null);
  }

  /** 183 with a description in place of 180. */
  public Behaviour withEarlyMedia() {
    return new Behaviour(silent, ringAfter, 183, true, reliable, finalAfter, status, reason, headers, hangupAfter);
  }

  public Behaviour withReliable() {
    return new Behaviour(silent, ringAfter, ringStatus, earlyMedia, true, finalAfter, status, reason, headers, hangupAfter);
  }

  public Behaviour withReason(String phrase) {
    return new Behaviour(silent, ringAfter, ringStatus, earlyMedia, reliable, finalAfter, status, phrase, headers, hangupAfter);
  }

  public Behaviour withHeader(String name, String value) {
    var more = new java.util.ArrayList<>(headers);
    more.add(new SipMessage.Header(name, value));
    return new Behaviour(silent, ringAfter, ringStatus, earlyMedia, reliable, finalAfter, status, reason, List.copyOf(more), hangupAfter);
  }

  public Behaviour withHangupAfter(Duration delay) {
    return new Behaviour(silent, ringAfter, ringStatus, earlyMedia, reliable, finalAfter, status, reason, headers, delay);
  }
}
