package org.strowger.rest.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.kernel.Health;

/** How the switch is: the worst of its parts. */
final class HealthView {

  private static final Logger LOG = LoggerFactory.getLogger(HealthView.class);

  /** @param parts each check's name, state and detail, sorted by name */
  record Report(Health.State state, List<Map<String, Object>> parts) {

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

  private final List<Health.Check> checks = new CopyOnWriteArrayList<>();

  void add(Health.Check check) {
    checks.add(check);
  }

  void remove(Health.Check check) {
    checks.remove(check);
  }

  Report report() {
    var worst = Health.State.OK;
    var parts = new ArrayList<Map<String, Object>>();
    for (Health.Check check : checks) {
      Health health = ask(check);
      worst = health.state().compareTo(worst) > 0 ? health.state() : worst;
      var part = new LinkedHashMap<String, Object>();
      part.put("name", check.name());
      part.put("state", health.state().name());
      part.put("detail", health.detail());
      parts.add(part);
    }
    parts.sort(Comparator.comparing(part -> String.valueOf(part.get("name"))));
    return new Report(worst, List.copyOf(parts));
  }

  private static Health ask(Health.Check check) {
    try {
      Health health = check.health();
      return health == null ? Health.down("its check answers nothing") : health;
    } catch (RuntimeException | LinkageError e) {
      LOG.debug("Health check {} failed", check.name(), e);
      return Health.down("its check failed: " + e.getClass().getSimpleName());
    }
  }
}
