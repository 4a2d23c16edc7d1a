package org.strowger.shell.internal;

import java.util.List;
import java.util.Map;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.strowger.kernel.Health;
import org.strowger.rest.door.Checkup;

/** The health checks there are. Remembers from command to command which of them hang. */
@Component(service = Checks.class, immediate = true)
public final class Checks {

  private final Checkup checkup = new Checkup("shell-health");

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
  void bindCheck(Health.Check check, Map<String, Object> properties) {
    checkup.add(check, "bundle " + properties.get(Constants.SERVICE_BUNDLEID));
  }

  void unbindCheck(Health.Check check) {
    checkup.remove(check);
  }

  @Deactivate
  void close() {
    checkup.close();
  }

  List<Checkup.Finding> findings() {
    return checkup.findings();
  }
}
