package org.strowger.plugins.internal;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.strowger.plugins.api.Plugin;
import org.strowger.plugins.api.PluginSet;

/** One follower's view; closing it twice counts once. */
final class Follower<S> implements PluginSet<S> {

  private final Followed<S> set;
  private final Runnable release;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final AtomicBoolean closed = new AtomicBoolean();

  Follower(Followed<S> set, Runnable release) {
    this.set = set;
    this.release = release;
  }

  @Override
  public List<Plugin<S>> snapshot() {
    return closed.get() ? List.of() : set.snapshot();
  }

  @Override
  public void onChange(Runnable listener) {
    listeners.add(listener);
    set.onChange(listener);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      listeners.forEach(set::offChange);
      release.run();
    }
  }
}
