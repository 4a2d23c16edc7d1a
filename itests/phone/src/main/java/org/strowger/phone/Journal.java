package org.strowger.phone;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** What was sent, received and done wrong; bounded, the oldest goes first. Safe from any thread. */
final class Journal {

  private static final int MAX_VIOLATIONS = 1_000;

  private final int maxEntries;
  private final ArrayDeque<TraceEntry> entries = new ArrayDeque<>();
  private final List<Violation> violations = new ArrayList<>();
  private long receivedAgain;
  private long sentAgain;

  Journal(int maxEntries) {
    this.maxEntries = maxEntries;
  }

  synchronized void add(TraceEntry entry) {
    if (entries.size() >= maxEntries) {
      entries.removeFirst();
    }
    entries.add(entry);
    if (entry.retransmission()) {
      if (entry.received()) {
        receivedAgain++;
      } else {
        sentAgain++;
      }
    }
  }

  synchronized void violation(String rule, String detail, SipMessage message) {
    if (violations.size() < MAX_VIOLATIONS) {
      violations.add(new Violation(Instant.now(), rule, detail, message));
    }
  }

  synchronized List<TraceEntry> entries() {
    return List.copyOf(entries);
  }

  synchronized List<Violation> violations() {
    return List.copyOf(violations);
  }

  synchronized long receivedAgain() {
    return receivedAgain;
  }

  synchronized long sentAgain() {
    return sentAgain;
  }

  synchronized String print() {
    var text = new StringBuilder();
    entries.forEach(entry -> text.append(entry).append('\n'));
    return text.toString();
  }
}
