package org.strowger.plugins.api;

import org.osgi.annotation.versioning.ProviderType;

/**
 * A long use of a plugin: an IVR session, a payment in flight. While it is open a drain waits for it. If the
 * bundle goes without a drain the lease ends 2 s later. Threads: any.
 */
@ProviderType
public interface Lease<S> extends AutoCloseable {

  /**
   * The plugin, to be asked. Let it go after use, as always.
   *
   * @throws PluginGone if the lease has ended
   */
  Plugin<S> plugin();

  /** Ends the use; closing it again does nothing. */
  @Override
  void close();
}
