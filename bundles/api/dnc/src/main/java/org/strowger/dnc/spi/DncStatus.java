package org.strowger.dnc.spi;

import java.time.Instant;

/**
 * How a list is.
 *
 * @param state whether it answers
 * @param numbers on it; -1 if nobody knows
 * @param since when what answers now was read; null if nothing is, or if it is asked elsewhere
 * @param detail one line for a person: where it is from, or what is wrong and what to do; never a secret
 */
public record DncStatus(State state, long numbers, Instant since, String detail) {

  /** From well to not answering. */
  public enum State {
    /** Answers, and is what it should be. */
    READY,
    /** Answers with what it had: what was to replace it is broken. */
    STALE,
    /** Does not answer yet. */
    LOADING,
    /** Does not answer. */
    FAILED
  }

  public DncStatus {
    if (numbers < -1) {
      throw new IllegalArgumentException("-1 stands for unknown, not " + numbers);
    }
  }

  /** Whether it answers. */
  public boolean answers() {
    return state == State.READY || state == State.STALE;
  }
}
