package org.strowger.plugins.api;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Finds plugins and asks them under guard: whatever a plugin does, whoever asks gets one {@link Guarded} within the limit.
 * Never replaced with calls up. Threads: any.
 */
@ProviderType
public interface PluginRegistry {

  /** Follows the services of an SPI that carry {@code plugin.id}. Close it when you go. */
  <S> PluginSet<S> follow(Class<S> spi);

  /**
   * Follows all services of an SPI, also those without {@code plugin.id}: one of these is known as {@code BUNDLE/NAME}, by its bundle's
   * symbolic name and its own. It is guarded as the others are, but can't be mandatory. Close it when you go.
   *
   * @param naming service property that names a service within its bundle; without it the bundle's name stands alone
   */
  <S> PluginSet<S> follow(Class<S> spi, String naming);

  /**
   * Asks a plugin on the calling thread, with its bundle's context class loader. A plugin that is not back within the limit
   * (50 ms; more while it is new or the machine is overloaded, 350 ms at most) is abandoned: {@code asker} gets {@code Failed} on another thread while
   * this one is interrupted and given up.
   *
   * @param question touches nothing of the asker's that changes: it may still run when the asker has gone on
   * @return false if the calling thread was given up meanwhile: return from everything and let it end
   */
  <S, R> boolean ask(Plugin<S> plugin, Function<? super S, ? extends R> question, Asker<R> asker);

  /**
   * As {@link #ask}, of a plugin that answers later: it has 50 ms to return its stage and 500 ms
   * from the question to complete it. No thread is held meanwhile.
   */
  <S, R> boolean askLater(Plugin<S> plugin, Function<? super S, ? extends CompletionStage<? extends R>> question, Asker<R> asker);

  /**
   * Holds a plugin for a long use.
   *
   * @param ended told once if the lease ends before it is closed; must not block
   * @throws PluginGone if it takes no new uses
   */
  <S> Lease<S> acquire(Plugin<S> plugin, Consumer<PluginGone> ended);

  /**
   * Offers this plugin to nobody any more, in none of its versions, until {@link #resume} or until it is uninstalled: another build of its bundle is drained,
   * too, as is a newer version that comes beside it.
   *
   * @return false if there is none of this id
   */
  boolean drain(String id);

  /** Takes a {@link #drain} back. @return false if it is not drained */
  boolean resume(String id);

  /** The ids of mandatory plugins that take no new uses now: the switch takes no calls without them. */
  Set<String> missing();

  /** For {@code switch:plugins}. */
  List<PluginInfo> list();
}
