package org.strowger.dncl.internal.numbers;

import java.util.ArrayList;
import java.util.List;
import org.strowger.kernel.ErrorCode;
import org.strowger.kernel.StrowgerException;

/** A file that is no list, with every broken line up to a few. */
public final class BadList extends StrowgerException {

  BadList(String message) {
    super(ErrorCode.INVALID, message);
  }

  /** Collects what is wrong. */
  static final class Faults {
    private static final int SHOWN = 10;

    private final List<String> shown = new ArrayList<>();
    private long more;

    void add(long line, String value, String rule) {
      if (shown.size() < SHOWN) {
        shown.add("line " + line + (value.isEmpty() ? "" : " '" + value + "'") + ": " + rule);
      } else {
        more++;
      }
    }

    void orThrow() {
      if (!shown.isEmpty()) {
        throw new BadList(String.join("; ", shown) + (more == 0 ? "" : "; and " + more + " more"));
      }
    }
  }
}
