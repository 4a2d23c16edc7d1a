package org.strowger.plugins.api;

import java.util.List;
import java.util.function.Function;
import org.osgi.annotation.versioning.ProviderType;

/** Finds plugins and asks them under guard. Never replaced with calls up. Threads: any. */
@ProviderType
public interface PluginRegistry {

  /** Follows the services of an SPI that carry {@code plugin.id}. Close it when you go. */
  <S> PluginSet<S> follow(Class<S> spi);

  /**
   * Asks a plugin on the calling thread (a call worker, never a thread of the SIP stack), with its
   * bundle's context class loader, within the guard's limits.
   */
  <S, R> Guarded<R> ask(Plugin<S> plugin, Function<S, R> question);

  /** For {@code switch:plugins}. */
  List<PluginInfo> list();
}
