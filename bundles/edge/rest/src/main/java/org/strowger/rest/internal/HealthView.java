package org.strowger.rest.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.strowger.kernel.Health;
import org.strowger.rest.door.Checkup.Finding;

/**
 * How the switch is: the worst of its parts.
 *
 * @param parts each check's name, state and detail, sorted by name
 */
record HealthView(Health.State state, List<Map<String, Object>> parts) {

  static HealthView of(List<Finding> findings) {
    var parts = new ArrayList<Map<String, Object>>();
    for (Finding finding : findings) {
      var part = new LinkedHashMap<String, Object>();
      part.put("name", finding.name());
      part.put("state", finding.health().state().name());
      part.put("detail", finding.health().detail());
      parts.add(part);
    }
    Health.State worst = findings.stream().map(finding -> finding.health().state()).max(Comparator.naturalOrder()).orElse(Health.State.OK);
    return new HealthView(worst, List.copyOf(parts));
  }

  /** 503 tells a load balancer to look elsewhere. */
  int status() {
    return state == Health.State.DOWN ? 503 : 200;
  }

  Map<String, Object> plain(boolean withParts) {
    var plain = new LinkedHashMap<String, Object>();
    plain.put("state", state.name());
    if (withParts) {
      plain.put("checks", parts);
    }
    return plain;
  }
}
