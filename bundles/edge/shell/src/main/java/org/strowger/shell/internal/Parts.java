package org.strowger.shell.internal;

import java.util.Comparator;
import java.util.List;
import org.strowger.kernel.Health;
import org.strowger.rest.door.Checkup.Finding;

/** How each part of the switch says it is, and the worst of it. */
record Parts(List<Finding> list) {

  static Parts of(Services services) {
    return new Parts(services.each(Checks.class, Checks::findings).stream().flatMap(List::stream).toList());
  }

  Health.State worst() {
    return list.stream().map(part -> part.health().state()).max(Comparator.naturalOrder()).orElse(Health.State.DOWN);
  }
}
