package org.strowger.phone;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Losing messages on purpose. A dropped message is in the trace, marked. */
public final class Faults {

  private final List<Rule> rules = new ArrayList<>();

  private static final class Rule {
    final TraceEntry.Direction direction;
    final Predicate<SipMessage> which;
    int left;

    Rule(TraceEntry.Direction direction, Predicate<SipMessage> which, int left) {
      this.direction = direction;
      this.which = which;
      this.left = left;
    }
  }

  Faults() {}

  /** Loses the next {@code count} messages that are received and match. */
  public void loseReceived(int count, Predicate<SipMessage> which) {
    add(new Rule(TraceEntry.Direction.RECEIVED, which, count));
  }

  /** Loses the next {@code count} messages that are sent and match. */
  public void loseSent(int count, Predicate<SipMessage> which) {
    add(new Rule(TraceEntry.Direction.SENT, which, count));
  }

  /** Loses nothing any more. */
  public synchronized void none() {
    rules.clear();
  }

  private synchronized void add(Rule rule) {
    rules.add(rule);
  }

  synchronized boolean loses(TraceEntry.Direction direction, SipMessage message) {
    for (Rule rule : rules) {
      if (rule.left > 0 && rule.direction == direction && rule.which.test(message)) {
        rule.left--;
        return true;
      }
    }
    return false;
  }
}
