package org.strowger.instance.internal;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/**
 * Counts how often each bundle was stopped and updated since the start of the switch: after a hot deployment an operator sees
 * that nothing moved but what was meant to.
 */
@Component(immediate = true, service = BundleHistory.class)
public final class BundleHistory implements SynchronousBundleListener {

  /** What happened to one bundle since the switch started. */
  public record Moves(int stopped, int updated) {
    private static final Moves NONE = new Moves(0, 0);
  }

  private final BundleContext context;
  private final Map<Long, Moves> moves = new ConcurrentHashMap<>();

  @Activate
  public BundleHistory(BundleContext context) {
    this.context = context;
    context.addBundleListener(this);
  }

  @Deactivate
  void stop() {
    context.removeBundleListener(this);
  }

  @Override
  public void bundleChanged(BundleEvent event) {
    int stopped = event.getType() == BundleEvent.STOPPED ? 1 : 0;
    int updated = event.getType() == BundleEvent.UPDATED ? 1 : 0;
    if (stopped + updated > 0) {
      moves.merge(event.getBundle().getBundleId(), new Moves(stopped, updated),
          (before, now) -> new Moves(before.stopped() + now.stopped(), before.updated() + now.updated()));
    }
  }

  /** All bundles that are installed now, in the order of their ids. */
  public Bundle[] bundles() {
    return context.getBundles();
  }

  public Moves of(Bundle bundle) {
    return moves.getOrDefault(bundle.getBundleId(), Moves.NONE);
  }
}
