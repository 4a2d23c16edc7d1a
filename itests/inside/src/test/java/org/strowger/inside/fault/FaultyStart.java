package org.strowger.inside.fault;

import java.util.Hashtable;
import java.util.Map;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.strowger.calls.spi.CallPolicy;

/** Offers a policy, which call control takes at once, and then fails. */
public final class FaultyStart implements BundleActivator {

  public static final String FAULT = "this bundle fails halfway through its start";

  @Override
  public void start(BundleContext context) {
    context.registerService(CallPolicy.class, new FaultyPolicy(), new Hashtable<>(Map.of("plugin.id", FaultyPolicy.ID, "call.phase", "SCREEN")));
    throw new IllegalStateException(FAULT);
  }

  @Override
  public void stop(BundleContext context) {
    // never started
  }
}
