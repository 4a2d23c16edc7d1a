package org.strowger.web.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Hashtable;
import java.util.Optional;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationPlugin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.kernel.Health;

/** Puts the guard before the web server's settings. No component: SCR may start after Pax Web, which takes its settings as soon as it starts. */
public final class WebActivator implements BundleActivator {

  private static final Logger LOG = LoggerFactory.getLogger(WebActivator.class);
  private static final String PID = "org.ops4j.pax.web";
  /** After the plugin that puts in what is in {@code keys/}, which has 500; past 1000 nothing may be changed. */
  private static final int AFTER_SECRETS = 600;
  private static final String SECRETS = "org.apache.felix.configadmin.plugin.interpolation.secretsdir";

  private TlsGuard guard;

  @Override
  public void start(BundleContext context) {
    Optional<Path> secrets = Optional.ofNullable(context.getProperty(SECRETS)).map(Path::of);
    guard = new TlsGuard(secrets, () -> deliver(context));
    var properties = new Hashtable<String, Object>();
    properties.put(ConfigurationPlugin.CM_TARGET, PID);
    properties.put(ConfigurationPlugin.CM_RANKING, AFTER_SECRETS);
    context.registerService(ConfigurationPlugin.class, guard, properties);
    context.registerService(Health.Check.class, Health.Check.of("web", guard::health), null);
  }

  /** Pax Web gets its settings once more, through the guard. */
  private static void deliver(BundleContext context) {
    ServiceReference<ConfigurationAdmin> reference = context.getServiceReference(ConfigurationAdmin.class);
    ConfigurationAdmin admin = reference == null ? null : context.getService(reference);
    if (admin == null) {
      return;
    }
    try {
      Configuration[] found = admin.listConfigurations("(service.pid=" + PID + ")");
      if (found != null) {
        found[0].update();
      }
    } catch (IOException | InvalidSyntaxException e) {
      LOG.warn("The web server's settings cannot be read again: {}", e.getMessage());
    } finally {
      context.ungetService(reference);
    }
  }

  /** The services go with the bundle. */
  @Override
  public void stop(BundleContext context) {
    guard.close();
  }
}
