package org.strowger.accounts.internal.features;

import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.util.tracker.BundleTracker;
import org.osgi.util.tracker.BundleTrackerCustomizer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.accounts.spi.AccountFeature;
import org.strowger.accounts.spi.AccountSettings;
import org.strowger.accounts.spi.Settings;

/**
 * Follows bundles whose manifest names records of settings and registers each as an
 * {@link AccountFeature}, in the name of the bundle that owns it: it goes when that bundle stops, and
 * nothing here remembers a class of it.
 */
@Component(service = {}, immediate = true)
public final class SettingsExtender implements BundleTrackerCustomizer<List<ServiceRegistration<AccountFeature>>> {

  private static final Logger LOG = LoggerFactory.getLogger(SettingsExtender.class);
  /** A bundle that registers its own, to upgrade documents, comes before. */
  private static final int RANKING = -1;

  private final BundleTracker<List<ServiceRegistration<AccountFeature>>> tracker;

  @Activate
  public SettingsExtender(BundleContext context) {
    this.tracker = new BundleTracker<>(context, Bundle.ACTIVE | Bundle.STARTING, this);
    tracker.open();
  }

  @Deactivate
  void close() {
    tracker.close();
  }

  @Override
  public List<ServiceRegistration<AccountFeature>> addingBundle(Bundle bundle, BundleEvent event) {
    String header = bundle.getHeaders("").get(AccountSettings.HEADER);
    if (header == null || bundle.getBundleContext() == null) {
      return null;
    }
    var registered = new ArrayList<ServiceRegistration<AccountFeature>>();
    for (String name : header.split(",")) {
      register(bundle, name.trim(), registered);
    }
    return registered;
  }

  private static void register(Bundle bundle, String name, List<ServiceRegistration<AccountFeature>> registered) {
    try {
      Settings<?> settings = Settings.of(bundle.loadClass(name).asSubclass(Record.class));
      var properties = new Hashtable<String, Object>();
      properties.put("feature", settings.schema().feature());
      properties.put(Constants.SERVICE_RANKING, RANKING);
      registered.add(bundle.getBundleContext().registerService(AccountFeature.class, settings, properties));
    } catch (ClassNotFoundException | RuntimeException | LinkageError e) {
      LOG.warn("{} names {} as settings of accounts, which does not work: {}", bundle, name, e.toString());
    }
  }

  @Override
  public void modifiedBundle(Bundle bundle, BundleEvent event, List<ServiceRegistration<AccountFeature>> registered) {}

  @Override
  public void removedBundle(Bundle bundle, BundleEvent event, List<ServiceRegistration<AccountFeature>> registered) {
    for (ServiceRegistration<AccountFeature> one : registered) {
      try {
        one.unregister();
      } catch (IllegalStateException e) {
        LOG.debug("{} unregistered it already", bundle);
      }
    }
  }
}
