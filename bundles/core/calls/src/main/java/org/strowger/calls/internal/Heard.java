package org.strowger.calls.internal;

import java.util.ArrayList;
import java.util.List;
import org.strowger.calls.api.CallView;
import org.strowger.calls.api.Verdict;
import org.strowger.calls.internal.Policies.Asked;
import org.strowger.plugins.api.Guarded;

/**
 * What policies answered in a phase that may be asked again for the same call: who sees the same call once more is not asked once more. But for the
 * switch's own routing, for whose answer the phase is asked again. Belongs to the call's key.
 */
class Heard {

  /** Remembers nothing: for phases that are asked once. */
  static final Heard NOTHING = new Heard() {
    @Override
    void add(Asked who, CallView shown, Guarded<Verdict> answer) {}
  };

  private record One(String by, CallView shown, Guarded<Verdict> answer) {}

  private final List<One> all = new ArrayList<>(2);

  void add(Asked who, CallView shown, Guarded<Verdict> answer) {
    if (!Policies.isRouting(who.plugin())) {
      all.add(new One(who.by(), shown, answer));
    }
  }

  /** Null if it has not answered, or was shown another call. */
  Guarded<Verdict> find(Asked who, CallView shown) {
    for (One one : all) {
      if (one.by.equals(who.by()) && one.shown.equals(shown)) {
        return one.answer;
      }
    }
    return null;
  }
}
