package org.strowger.web.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.ConfigurationPlugin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.kernel.Health;

/**
 * Hands the web server no key store that does not open. Jetty binds the port before it opens the store, and when that fails Pax Web forgets the server with
 * the port in its hands: no mended setting would get it back until the process ends. With unfit settings the web server is told to listen nowhere.
 */
final class TlsGuard implements ConfigurationPlugin, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TlsGuard.class);
  private static final long LOOK_SECONDS = 2;

  private final Optional<Path> secrets;
  private final Runnable deliver;
  private final CountDownLatch closing = new CountDownLatch(1);
  private Refused refused;
  private Thread watch;

  /** @param stamp of the files that the settings were made of */
  private record Refused(String fault, List<Path> stores, String stamp) {}

  /**
   * @param secrets the folder whose files stand for passwords
   * @param deliver makes the settings come by here again; called on a thread of the guard's when one of those files has changed
   */
  TlsGuard(Optional<Path> secrets, Runnable deliver) {
    this.secrets = secrets;
    this.deliver = deliver;
  }

  @Override
  public synchronized void modifyConfiguration(ServiceReference<?> reference, Dictionary<String, Object> settings) {
    List<Path> stores = KeyStores.named(settings);
    // Before the look: what changes meanwhile is looked at again.
    String stamp = stamp(stores);
    Optional<String> fault = KeyStores.fault(settings);
    if (fault.isEmpty()) {
      if (refused != null) {
        LOG.info("HTTPS: the key store opens, the web server is started");
      }
      refused = null;
      return;
    }
    settings.put(KeyStores.HTTP, "false");
    settings.put(KeyStores.HTTPS, "false");
    if (refused == null || !refused.fault.equals(fault.get())) {
      LOG.error("HTTPS is not served, nor HTTP in its place: {}. It is looked at again when one of these files changes; calls go on", fault.get());
    }
    refused = new Refused(fault.get(), stores, stamp);
    if (watch == null && closing.getCount() > 0) {
      watch = new Thread(this::watch, "strowger-web-keys");
      watch.setDaemon(true);
      watch.start();
    }
  }

  /** Until the settings are fit: who mends a key store or a secret changes no setting. */
  private void watch() {
    try {
      while (!closing.await(LOOK_SECONDS, TimeUnit.SECONDS)) {
        if (hasChanged()) {
          deliverAgain();
        }
        synchronized (this) {
          if (refused == null) {
            watch = null;
            return;
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void deliverAgain() {
    try {
      deliver.run();
    } catch (RuntimeException e) {
      LOG.warn("The web server's settings are not read again; they are when org.ops4j.pax.web.cfg changes", e);
    }
  }

  private synchronized boolean hasChanged() {
    if (refused == null) {
      return false;
    }
    String now = stamp(refused.stores);
    boolean changed = !now.equals(refused.stamp);
    refused = new Refused(refused.fault, refused.stores, now);
    return changed;
  }

  private String stamp(List<Path> stores) {
    var files = new ArrayList<>(stores);
    secrets.filter(Files::isDirectory).ifPresent(folder -> {
      try (Stream<Path> inside = Files.list(folder)) {
        inside.sorted().forEach(files::add);
      } catch (IOException | UncheckedIOException unreadable) {
        LOG.debug("{} cannot be listed", folder, unreadable);
      }
    });
    var stamp = new StringBuilder();
    files.forEach(file -> stamp.append(file).append(' ').append(stamp(file)).append('\n'));
    return stamp.toString();
  }

  private static String stamp(Path file) {
    try {
      return Files.getLastModifiedTime(file) + " " + Files.size(file);
    } catch (IOException missing) {
      return "-";
    }
  }

  synchronized Health health() {
    return refused == null ? Health.ok("nothing stands against the web server's settings") : Health.degraded("HTTPS is not served: " + refused.fault);
  }

  @Override
  public void close() {
    closing.countDown();
  }
}
