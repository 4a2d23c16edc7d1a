package org.strowger.scenarios.eye;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.BundleWiring;

/**
 * The tests' eye inside the framework: a bundle that remembers what happens to bundles and keeps weak references to their wirings. It answers one
 * question a line on a port of loopback, which it names in {@code karaf/eye}; an empty line ends an answer.
 */
public final class Eye implements BundleActivator, SynchronousBundleListener, Runnable {

  private static final int MOST_EVENTS = 100_000;

  /** A wiring that was made since this bundle is here. By the bundle's id, since the bundle itself would keep it alive. */
  private record Wiring(long bundle, String name, WeakReference<BundleWiring> made) {}

  private final List<String> events = new ArrayList<>();
  private final List<Wiring> wirings = new ArrayList<>();
  private int cleared;
  private BundleContext context;
  private ServerSocket port;
  private Thread thread;

  @Override
  public void start(BundleContext started) throws IOException {
    context = started;
    port = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    context.addBundleListener(this);
    for (Bundle bundle : context.getBundles()) {
      wired(bundle);
    }
    thread = new Thread(this, "eye");
    thread.setDaemon(true);
    thread.start();
    Files.writeString(Path.of(System.getProperty("strowger.home"), "karaf/eye"), port.getLocalPort() + "\n");
  }

  @Override
  public void stop(BundleContext stopped) throws Exception {
    stopped.removeBundleListener(this);
    port.close();
    thread.join(5000);
  }

  @Override
  public void bundleChanged(BundleEvent event) {
    synchronized (events) {
      if (events.size() < MOST_EVENTS) {
        events.add(event.getBundle().getSymbolicName() + " " + word(event.getType()));
      }
    }
    if (event.getType() == BundleEvent.RESOLVED) {
      wired(event.getBundle());
    }
  }

  private void wired(Bundle bundle) {
    BundleWiring wiring = bundle.adapt(BundleWiring.class);
    if (wiring != null) {
      synchronized (wirings) {
        wirings.add(new Wiring(bundle.getBundleId(), bundle.getSymbolicName() + " " + bundle.getVersion(), new WeakReference<>(wiring)));
      }
    }
  }

  private static String word(int type) {
    return switch (type) {
      case BundleEvent.INSTALLED -> "installed";
      case BundleEvent.RESOLVED -> "resolved";
      case BundleEvent.STARTING -> "starting";
      case BundleEvent.STARTED -> "started";
      case BundleEvent.STOPPING -> "stopping";
      case BundleEvent.STOPPED -> "stopped";
      case BundleEvent.UPDATED -> "updated";
      case BundleEvent.UNRESOLVED -> "unresolved";
      case BundleEvent.UNINSTALLED -> "uninstalled";
      default -> Integer.toString(type);
    };
  }

  @Override
  public void run() {
    while (!port.isClosed()) {
      try (Socket socket = port.accept();
          var asked = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
          var answer = new PrintWriter(socket.getOutputStream(), false, StandardCharsets.UTF_8)) {
        for (String line = asked.readLine(); line != null; line = asked.readLine()) {
          answer(line).forEach(each -> answer.print(each + "\n"));
          answer.print("\n");
          answer.flush();
        }
      } catch (IOException e) {
        // who asked is gone, or this bundle goes
      }
    }
  }

  private List<String> answer(String question) {
    return switch (question) {
      case "bundles" -> Arrays.stream(context.getBundles()).map(Eye::identity).toList();
      case "events" -> events();
      case "departed" -> departed();
      case "cleared" -> List.of(Integer.toString(cleared()));
      case "memory" -> memory();
      case "threads" -> Thread.getAllStackTraces().keySet().stream().map(Thread::getName).sorted().toList();
      default -> throw new IllegalArgumentException("nothing is known of " + question);
    };
  }

  /** What changes when a bundle is stopped, updated, wired anew or refreshed. */
  private static String identity(Bundle bundle) {
    return bundle.getSymbolicName() + " id " + bundle.getBundleId() + " version " + bundle.getVersion() + " state " + bundle.getState() + " modified " + bundle.getLastModified()
        + " revision " + System.identityHashCode(bundle.adapt(BundleRevision.class)) + " wiring " + System.identityHashCode(bundle.adapt(BundleWiring.class));
  }

  /** Those since the last question. */
  private List<String> events() {
    synchronized (events) {
      List<String> since = List.copyOf(events);
      events.clear();
      return since;
    }
  }

  /** Wirings that no bundle has any more, and that somebody still holds. */
  private List<String> departed() {
    System.gc();
    synchronized (wirings) {
      int before = wirings.size();
      wirings.removeIf(wiring -> wiring.made.refersTo(null));
      cleared += before - wirings.size();
      return wirings.stream().filter(wiring -> !isPresent(wiring)).map(Wiring::name).toList();
    }
  }

  /** How many of them nobody held any more when one looked. */
  private int cleared() {
    synchronized (wirings) {
      return cleared;
    }
  }

  private boolean isPresent(Wiring wiring) {
    Bundle bundle = context.getBundle(wiring.bundle);
    return bundle != null && wiring.made.refersTo(bundle.adapt(BundleWiring.class));
  }

  /** In bytes, after a full collection. */
  private static List<String> memory() {
    System.gc();
    var kept = new ArrayList<String>();
    kept.add("heap " + ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      kept.add(pool.getName().toLowerCase(Locale.ROOT).replace(' ', '-') + " " + pool.getUsage().getUsed());
    }
    kept.add("classes " + ManagementFactory.getClassLoadingMXBean().getLoadedClassCount());
    return kept;
  }
}
