package org.strowger.osgi;

import java.nio.file.Path;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/** The bundle that somebody is in, as the framework sees it. Threads: any. */
public final class OwnBundle {

  private final BundleContext context;

  public OwnBundle(BundleContext context) {
    this.context = context;
  }

  /**
   * Registers a service; whoever waits for it may begin on this thread.
   *
   * @param type the name of its class
   * @return what unregisters it
   * @throws IllegalStateException if the bundle is gone
   */
  public Runnable register(String type, Object service) {
    return context.registerService(type, service, null)::unregister;
  }

  /**
   * The folder of the switch's instance.
   *
   * @throws IllegalStateException if the process was started without one
   */
  public Path home() {
    String home = context.getProperty("strowger.home");
    if (home == null) {
      throw new IllegalStateException("the system property strowger.home must name the instance's folder");
    }
    return Path.of(home);
  }

  /** Whether it goes, be it for another build of itself; not while only one of its components does. */
  public boolean isLeaving() {
    return isLeaving(context.getBundle());
  }

  /** Likewise of another bundle. */
  public static boolean isLeaving(Bundle bundle) {
    return bundle.getState() == Bundle.STOPPING;
  }
}
