package org.strowger.plugins.api;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** The plugins that offer one SPI. Threads: any. */
@ProviderType
public interface PluginSet<S> extends AutoCloseable {

  /** As it stands now, highest {@code service.ranking} first, then by id. Immutable. */
  List<Plugin<S>> snapshot();

  @Override
  void close();
}
