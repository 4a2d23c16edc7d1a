package org.strowger.plugins.internal;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.wiring.BundleWiring;
import org.strowger.kernel.Time;
import org.strowger.plugins.api.PluginInfo;
import org.strowger.plugins.api.PluginInfo.State;

/**
 * Counts the threads of plugins, once a minute: too many while one is here, or any when it has been gone for as long, are a fault that operators see.
 * A thread is a plugin's if its context class loader is, as with all that are begun while it is asked, or its class is. One that was begun while its
 * component was activated has whatever context the framework gave it, and is not seen. Threads: the keeper's counts, any reads.
 */
final class Strays {

  /** @param most threads of its own that a plugin may have @param period how often they are counted, and how long it has to end them when it goes */
  record Limits(int most, Duration period) {}

  /** A version that has gone. Keeps nothing of it alive. */
  private static final class Gone {
    final String id;
    final String version;
    final long bundle;
    final WeakReference<ClassLoader> loader;
    final long due;
    volatile boolean looked;
    volatile int left;
    volatile String why = "";

    Gone(Home home, long due) {
      this.id = home.id();
      this.version = home.version();
      this.bundle = home.bundle();
      this.loader = new WeakReference<>(home.loader());
      this.due = due;
    }
  }

  private static final int MOST_GONE = 100;
  private static final int MOST_NAMES = 3;
  private static final int SPARE = 64;

  private final BundleContext context;
  private final Time time;
  private final Supplier<Collection<Home>> here;
  private final Supplier<Set<Thread>> asking;
  private final Blame blame;
  private volatile Limits limits = new Limits(64, Duration.ofMinutes(1));
  /** Guarded by this. */
  private final List<Gone> gone = new ArrayList<>();
  /** When to count, in ticks: the next time, and for those that have gone. */
  private volatile long next;
  private volatile long due = Long.MAX_VALUE;
  private volatile int strays;

  /** @param here the plugins that are @param asking the threads that ask them, which have their context meanwhile */
  Strays(BundleContext context, Time time, Supplier<Collection<Home>> here, Supplier<Set<Thread>> asking) {
    this.context = context;
    this.time = time;
    this.here = here;
    this.asking = asking;
    this.blame = new Blame(time);
    this.next = time.ticks() + limits.period().toNanos();
  }

  /** They are counted by it at once. */
  void limits(Limits limits) {
    this.limits = limits;
    next = time.ticks();
  }

  /** The last service of one has gone; its component is still to be deactivated. */
  synchronized void left(Home home) {
    gone.removeIf(one -> one.loader.refersTo(home.loader()) && one.id.equals(home.id()));
    if (gone.size() >= MOST_GONE) {
      gone.remove(0);
    }
    gone.add(new Gone(home, time.ticks() + limits.period().toNanos()));
    arrange();
  }

  /** When the first of those that were not looked at yet has to be. */
  private void arrange() {
    due = gone.stream().filter(one -> !one.looked).mapToLong(one -> one.due).min().orElse(Long.MAX_VALUE);
  }

  /** By the keeper, every round; counts when it is time to. */
  void look(long now) {
    if (now - next < 0 && (due == Long.MAX_VALUE || now - due < 0)) {
      return;
    }
    next = now + limits.period().toNanos();
    count(now);
  }

  private void count(long now) {
    Collection<Home> present = here.get();
    List<Gone> departed;
    synchronized (this) {
      departed = List.copyOf(gone);
    }
    var threads = new IdentityHashMap<ClassLoader, List<Thread>>();
    present.forEach(home -> threads.put(home.loader(), new ArrayList<>()));
    departed.forEach(one -> {
      ClassLoader loader = one.loader.get();
      if (loader != null) {
        threads.put(loader, new ArrayList<>());
      }
    });
    sort(threads);
    int many = 0;
    for (Home home : present) {
      List<Thread> its = threads.get(home.loader());
      boolean tooMany = its.size() > limits.most();
      many += tooMany ? its.size() : 0;
      String why = tooMany ? "runs " + its.size() + " threads of its own, more than " + limits.most() + ": " + names(its) : "";
      home.ward().threads(why);
      warn(home.id(), home.version(), why);
    }
    for (Gone one : departed) {
      many += judge(one, threads, now);
    }
    strays = many;
    synchronized (this) {
      arrange();
    }
  }

  /** @return how many threads it left behind */
  private int judge(Gone one, Map<ClassLoader, List<Thread>> threads, long now) {
    if (now - one.due < 0) {
      return 0;
    }
    one.looked = true;
    ClassLoader loader = one.loader.get();
    if (loader != null && works(one.bundle, loader)) {
      // Only its service went. Its bundle may, later.
      one.left = 0;
      return 0;
    }
    List<Thread> its = loader == null ? List.of() : threads.getOrDefault(loader, List.of());
    if (its.isEmpty()) {
      forget(one);
      return 0;
    }
    one.why = "has gone and left " + its.size() + (its.size() == 1 ? " thread" : " threads") + " running: " + names(its);
    one.left = its.size();
    warn(one.id, one.version, one.why);
    return its.size();
  }

  private synchronized void forget(Gone one) {
    gone.remove(one);
  }

  private boolean works(long id, ClassLoader loader) {
    Bundle bundle = context.getBundle(id);
    if (bundle == null || (bundle.getState() & (Bundle.STARTING | Bundle.ACTIVE | Bundle.STOPPING)) == 0) {
      return false;
    }
    BundleWiring wiring = bundle.adapt(BundleWiring.class);
    return wiring != null && wiring.getClassLoader() == loader;
  }

  private void warn(String id, String version, String why) {
    if (!why.isEmpty()) {
      blame.warn(id, version, "threads", why);
    }
  }

  private void sort(Map<ClassLoader, List<Thread>> ofLoader) {
    Set<Thread> exempt = asking.get();
    ThreadGroup top = Thread.currentThread().getThreadGroup();
    while (top.getParent() != null) {
      top = top.getParent();
    }
    var all = new Thread[2 * top.activeCount() + SPARE];
    int count = top.enumerate(all, true);
    for (int i = 0; i < count; i++) {
      List<Thread> its = ofLoader.get(all[i].getContextClassLoader());
      if (its == null) {
        its = ofLoader.get(all[i].getClass().getClassLoader());
      }
      if (its != null && !exempt.contains(all[i])) {
        its.add(all[i]);
      }
    }
  }

  private static String names(List<Thread> threads) {
    var names = new TreeSet<String>();
    threads.forEach(thread -> names.add(thread.getName()));
    String some = String.join(", ", names.stream().limit(MOST_NAMES).toList());
    return Blame.oneLine(names.size() > MOST_NAMES ? some + ", …" : some);
  }

  /** Threads that are too many, or should have ended. */
  int strays() {
    return strays;
  }

  /** Plugins that have, or left, threads which they should not, and what is wrong. */
  Map<String, String> sick() {
    var sick = new TreeMap<String, String>();
    here.get().stream().filter(home -> !home.ward().threads().isEmpty()).forEach(home -> sick.put(home.id() + " " + home.version(), home.ward().threads()));
    synchronized (this) {
      gone.stream().filter(one -> one.left > 0).forEach(one -> sick.put(one.id + " " + one.version, one.why));
    }
    return sick;
  }

  /** Those that have gone and left threads behind. */
  synchronized List<PluginInfo> list() {
    return gone.stream().filter(one -> one.left > 0).map(one -> new PluginInfo(one.id, one.version, one.bundle, "", State.GONE, 0, 1, 0, 0, 0, 0, one.why)).toList();
  }
}
