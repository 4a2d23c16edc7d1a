package org.strowger.plugins.api;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** The plugins that offer one SPI. Threads: any. */
@ProviderType
public interface PluginSet<S> extends AutoCloseable {

  /** Those that take new uses now, highest {@code service.ranking} first, then by id. Immutable. */
  List<Plugin<S>> snapshot();

  /**
   * Runs this at once and after every change of the snapshot, until the set is closed. Whoever keeps something made of a
   * snapshot makes it anew here, so that it keeps no plugin that has left. Threads: any, one at a time; must not block.
   */
  void onChange(Runnable listener);

  @Override
  void close();
}
