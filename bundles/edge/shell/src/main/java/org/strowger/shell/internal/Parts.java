package org.strowger.shell.internal;

import java.util.Comparator;
import java.util.List;
import org.strowger.kernel.Health;

/** How each part of the switch says it is, and the worst of it. */
record Parts(List<Part> list) {

  record Part(String name, Health health) {}

  static Parts of(Services services) {
    return new Parts(services.each(Health.Check.class, Parts::ask).stream().sorted(Comparator.comparing(Part::name)).toList());
  }

  Health.State worst() {
    return list.stream().map(part -> part.health.state()).max(Comparator.naturalOrder()).orElse(Health.State.DOWN);
  }

  private static Part ask(Health.Check check) {
    try {
      Health health = check.health();
      return new Part(check.name(), health == null ? Health.down("its check answers nothing") : health);
    } catch (RuntimeException | LinkageError e) {
      return new Part(check.name(), Health.down("its check failed: " + e.getClass().getSimpleName()));
    }
  }
}
