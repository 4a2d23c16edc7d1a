package org.strowger.calls.api;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Whether a verdict makes sense. Policies are by others: what they answer goes into SIP messages, CDRs and
 * limits, so it is looked at before it goes anywhere; nonsense counts as a fault of the plugin, and its failure policy answers
 * instead. Public so that authors can test against the very rules ({@code CallPolicyContract} does). Any thread. Since 1.2.
 */
public final class Sense {

  /** Characters of a number (CLI, CLD) and of a status's phrase. */
  public static final int LONGEST_NUMBER = 128;
  /** Characters of a reason and of a header's value. */
  public static final int LONGEST_TEXT = 1024;
  /** Characters of keys, tags, and names of people, legs and headers. */
  public static final int LONGEST_KEY = 256;
  /** In one verdict. */
  public static final int MOST_CHANGES = 100;
  /** Of one key, and tokens of one bucket. */
  public static final int MOST_SLOTS = 1_000_000;
  /** Of a call, and of each timer of a leg. */
  public static final Duration LONGEST_CALL = Duration.ofDays(366);
  /** Until a key may be used again, and until an empty bucket is full. Since 1.3. */
  public static final Duration LONGEST_LIMIT = Duration.ofDays(31);
  /** What {@link Change.Header} may set beside X-…, in small letters. */
  public static final Set<String> HEADERS = Set.of("p-asserted-identity", "privacy", "diversion", "history-info", "reason", "alert-info", "user-to-user");

  private Sense() {}

  /**
   * Like {@link #lacking(Phase, Verdict)}, and looks whether moments are too far away.
   *
   * @param now when the verdict was given
   * @return what is wrong, one line; null if nothing is. Since 1.3
   */
  public static String lacking(Phase phase, Verdict verdict, Instant now) {
    String wrong = lacking(phase, verdict);
    if (wrong == null && verdict instanceof Verdict.Proceed proceed) {
      Instant latest = now.plus(LONGEST_LIMIT);
      for (Change change : proceed.changes()) {
        if (change instanceof Change.Once once && once.until().isAfter(latest)) {
          return "once until " + once.until() + ", more than " + LONGEST_LIMIT.toDays() + " days ahead";
        }
      }
    }
    return wrong;
  }

  /** @return what is wrong, one line; null if nothing is */
  public static String lacking(Phase phase, Verdict verdict) {
    if (verdict == null) {
      return "no verdict";
    } else if (verdict instanceof Verdict.Proceed proceed) {
      return changes(proceed.changes());
    } else if (verdict instanceof Verdict.Reject reject) {
      String wrong = status(reject.status());
      return wrong == null ? text("reason", reject.reason(), LONGEST_TEXT) : wrong;
    } else if (verdict instanceof Verdict.Divert divert) {
      if (phase == Phase.IDENTIFY || phase == Phase.PRESENT) {
        return "a diversion is not for " + phase;
      }
      String wrong = number("diversion", divert.cld());
      return wrong == null ? text("reason", divert.reason(), LONGEST_TEXT) : wrong;
    }
    var stop = (Verdict.StopHunting) verdict;
    return phase == Phase.RECOVER ? text("reason", stop.reason(), LONGEST_TEXT) : "to stop hunting is not for " + phase;
  }

  /** @return whether a header of that name goes out; call control passes over others */
  public static boolean passes(Change.Header header) {
    String name = String.valueOf(header.name()).toLowerCase(Locale.ROOT);
    return HEADERS.contains(name) || name.startsWith("x-");
  }

  private static String changes(List<Change> changes) {
    if (changes.size() > MOST_CHANGES) {
      return changes.size() + " changes, " + MOST_CHANGES + " are taken";
    }
    for (int i = 0; i < changes.size(); i++) {
      String wrong = change(changes.get(i));
      if (wrong != null) {
        return wrong;
      }
    }
    return null;
  }

  private static String change(Change change) {
    if (change instanceof Change.Caller c) {
      return c.account() == null ? "caller without an account" : null;
    } else if (change instanceof Change.Cli c) {
      return text("CLI", c.number(), LONGEST_NUMBER);
    } else if (change instanceof Change.Cld c) {
      return text("CLD", c.number(), LONGEST_NUMBER);
    } else if (change instanceof Change.AssertIdentity c) {
      return text("identity", c.number(), LONGEST_NUMBER);
    } else if (change instanceof Change.DisplayName c) {
      return text("display name", c.name(), LONGEST_KEY);
    } else if (change instanceof Change.Header c) {
      String wrong = key("header's name", c.name());
      return wrong == null ? text("header's value", c.value(), LONGEST_TEXT) : wrong;
    } else if (change instanceof Change.MaxDuration c) {
      return c.limit() == null || c.limit().isNegative() || c.limit().isZero() || c.limit().compareTo(LONGEST_CALL) > 0 ? "maximum duration " + c.limit() : null;
    } else if (change instanceof Change.Media c) {
      return c.need() == null ? "media without a need" : null;
    } else if (change instanceof Change.Tag c) {
      return key("tag", c.word());
    } else if (change instanceof Change.Legs c) {
      return legs(c.legs());
    }
    return limit(change);
  }

  private static String limit(Change change) {
    if (change instanceof Change.Hold c) {
      return first(key("slot's key", c.key()), c.limit() < 0 || c.limit() > MOST_SLOTS ? "limit of " + c.limit() + " slots" : null, status(c.otherwise()));
    } else if (change instanceof Change.Take c) {
      return first(key("bucket's key", c.key()), c.burst() < 1 || c.burst() > MOST_SLOTS ? "burst of " + c.burst() : null, rate(c.perSecond(), c.burst()), status(c.otherwise()));
    } else if (change instanceof Change.Once c) {
      return first(key("key", c.key()), c.until() == null ? "once without an end" : null, status(c.otherwise()));
    }
    return null;
  }

  private static String rate(BigDecimal perSecond, int burst) {
    // A subclass would be a plugin's object.
    boolean sound = perSecond != null && perSecond.getClass() == BigDecimal.class && perSecond.signum() > 0 && perSecond.precision() <= 18 && Math.abs(perSecond.scale()) <= 18;
    if (!sound) {
      return "rate that is no positive number of at most 18 digits";
    }
    boolean fills = perSecond.multiply(BigDecimal.valueOf(LONGEST_LIMIT.toSeconds())).compareTo(BigDecimal.valueOf(burst)) >= 0;
    return fills ? null : "bucket of " + burst + " that takes more than " + LONGEST_LIMIT.toDays() + " days to fill";
  }

  private static String legs(List<Leg> legs) {
    for (Leg leg : legs) {
      String wrong = first(text("leg's CLI", leg.cli(), LONGEST_NUMBER), number("leg's CLD", leg.cld()), timers(leg.timers()));
      if (wrong == null && leg instanceof Leg.OnNet to) {
        wrong = to.account() == null ? "leg without an account" : key("leg's name", to.name());
      } else if (wrong == null && leg instanceof Leg.Carrier by) {
        wrong = by.carrier() == null || by.hop() == null || by.transport() == null || by.login() == null || by.tariff() == null || by.rounding() == null || by.capacity() < 0
            ? "leg to a carrier that lacks what it needs" : key("leg's name", by.name());
      }
      if (wrong != null) {
        return wrong;
      }
    }
    return null;
  }

  private static String timers(Leg.Timers timers) {
    return timers == null || bad(timers.reply()) || bad(timers.provisional()) || bad(timers.answer()) ? "leg's timers " + timers : null;
  }

  private static boolean bad(Duration limit) {
    return limit == null || limit.isNegative() || limit.isZero() || limit.compareTo(LONGEST_CALL) > 0;
  }

  private static String status(SipStatus status) {
    return status == null ? "no status" : status.code() < 300 || status.code() > 699 ? "status " + status.code() : text("phrase", status.phrase(), LONGEST_NUMBER);
  }

  private static String number(String what, String number) {
    return number == null || number.isBlank() ? "empty " + what : text(what, number, LONGEST_NUMBER);
  }

  private static String key(String what, String key) {
    return key == null || key.isBlank() ? "empty " + what : text(what, key, LONGEST_KEY);
  }

  private static String text(String what, String text, int longest) {
    if (text == null) {
      return "no " + what;
    }
    if (text.length() > longest) {
      return what + " of " + text.length() + " characters, " + longest + " are taken";
    }
    for (int i = 0; i < text.length(); i++) {
      if (Character.isISOControl(text.charAt(i))) {
        return what + " with a control character";
      }
    }
    return null;
  }

  private static String first(String... wrongs) {
    for (String wrong : wrongs) {
      if (wrong != null) {
        return wrong;
      }
    }
    return null;
  }
}
