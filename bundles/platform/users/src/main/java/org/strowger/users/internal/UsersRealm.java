package org.strowger.users.internal;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.security.auth.login.AppConfigurationEntry;
import org.apache.karaf.jaas.config.JaasRealm;
import org.apache.karaf.jaas.modules.properties.PropertiesLoginModule;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** The realm that would count if this one were not there, with our login in the place of Karaf's. Threads: any. */
@Component(immediate = true, property = UsersRealm.OURS + "=true")
public final class UsersRealm implements JaasRealm {

  static final String OURS = "strowger.realm";
  private static final String REALM = "karaf";
  /** Options of Karaf's proxy module: whose class it makes, and which. */
  private static final String BUNDLE = "org.apache.karaf.jaas.bundle";
  private static final String MODULE = "org.apache.karaf.jaas.module";

  private final String bundle;
  private final List<JaasRealm> others = new CopyOnWriteArrayList<>();

  @Activate
  public UsersRealm(BundleContext context) {
    this.bundle = Long.toString(context.getBundle().getBundleId());
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC, target = "(!(" + OURS + "=*))")
  void addRealm(JaasRealm realm) {
    others.add(realm);
  }

  void removeRealm(JaasRealm realm) {
    others.remove(realm);
  }

  @Override
  public String getName() {
    return REALM;
  }

  @Override
  public int getRank() {
    return before().map(JaasRealm::getRank).filter(rank -> rank < Integer.MAX_VALUE).map(rank -> rank + 1).orElse(Integer.MIN_VALUE);
  }

  @Override
  public AppConfigurationEntry[] getEntries() {
    return before().stream().flatMap(realm -> Arrays.stream(realm.getEntries())).map(this::even).toArray(AppConfigurationEntry[]::new);
  }

  /** As JAAS does: of two of one rank the first counts. */
  private Optional<JaasRealm> before() {
    return others.stream().filter(realm -> REALM.equals(realm.getName())).max(Comparator.comparing(JaasRealm::getRank));
  }

  private AppConfigurationEntry even(AppConfigurationEntry entry) {
    if (!PropertiesLoginModule.class.getName().equals(entry.getOptions().get(MODULE))) {
      return entry;
    }
    Map<String, Object> options = new HashMap<>(entry.getOptions());
    options.put(MODULE, SwitchLogin.class.getName());
    options.put(BUNDLE, bundle);
    return new AppConfigurationEntry(entry.getLoginModuleName(), entry.getControlFlag(), options);
  }
}
