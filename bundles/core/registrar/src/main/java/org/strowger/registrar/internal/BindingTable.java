package org.strowger.registrar.internal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.calls.api.Locations;
import org.strowger.kernel.AccountId;
import org.strowger.kernel.Daemons;
import org.strowger.kernel.Time;
import org.strowger.registrar.internal.bindings.Bound;
import org.strowger.registrar.internal.store.BindingStore;

/** Where accounts are: in memory, which calls ask, and behind it on disk. */
public final class BindingTable implements Locations {

  private static final Logger LOG = LoggerFactory.getLogger(BindingTable.class);
  private static final int SWEEP_SECONDS = 15;

  private final BindingStore store;
  private final Time time;
  private final ConcurrentHashMap<AccountId, List<Bound>> bindings = new ConcurrentHashMap<>();
  /** Contacts that were unregistered while the disk was away: the account's next REGISTER is acknowledged when they are gone there too. */
  private final ConcurrentHashMap<AccountId, Set<String>> owed = new ConcurrentHashMap<>();
  private final ScheduledExecutorService sweeper;

  /** Blocks: reads everything. */
  BindingTable(BindingStore store, Time time) {
    this.store = store;
    this.time = time;
    bindings.putAll(store.load(time.now()));
    this.sweeper = Executors.newSingleThreadScheduledExecutor(Daemons.named("registrar-sweep"));
    sweeper.scheduleWithFixedDelay(this::sweepQuietly, SWEEP_SECONDS, SWEEP_SECONDS, TimeUnit.SECONDS);
  }

  void close() {
    sweeper.shutdownNow();
  }

  @Override
  public List<Binding> locate(AccountId account) {
    return of(account).stream().sorted(Comparator.comparingInt(Bound::qThousandths).reversed()).map(Bound::binding).toList();
  }

  /** What is live now. */
  List<Bound> of(AccountId account) {
    Instant now = time.now();
    return bindings.getOrDefault(account, List.of()).stream().filter(bound -> bound.isLive(now)).toList();
  }

  /** All that is live now, in order of account. */
  public Map<AccountId, Collection<Binding>> all() {
    var all = new TreeMap<AccountId, Collection<Binding>>();
    bindings.keySet().forEach(account -> {
      List<Binding> live = locate(account);
      if (!live.isEmpty()) {
        all.put(account, live);
      }
    });
    return all;
  }

  int accounts() {
    return bindings.size();
  }

  /** Changes that are not on disk yet. */
  int behind() {
    return store.waiting();
  }

  /**
   * Called on the account's lane only, so nobody else replaces them meanwhile but the sweep, which takes what is dead.
   * Calls find the new bindings at once.
   *
   * @return completes, on a thread that must not be kept, when a crash of the switch cannot undo it any more
   */
  CompletionStage<Void> replace(AccountId account, List<Bound> now) {
    List<Bound> before = now.isEmpty() ? bindings.remove(account) : bindings.put(account, now);
    var gone = new HashSet<String>();
    var written = new ArrayList<CompletableFuture<Void>>();
    if (before != null) {
      before.forEach(bound -> gone.add(bound.key()));
    }
    for (Bound bound : now) {
      if (before == null || !before.contains(bound)) {
        written.add(store.put(account, bound).toCompletableFuture());
      }
    }
    Set<String> failedBefore = owed.remove(account);
    if (failedBefore != null) {
      gone.addAll(failedBefore);
    }
    now.forEach(bound -> gone.remove(bound.key()));
    gone.forEach(key -> written.add(store.remove(account, key).whenComplete((done, failure) -> {
      if (failure != null) {
        owed.computeIfAbsent(account, id -> ConcurrentHashMap.newKeySet()).add(key);
      }
    }).toCompletableFuture()));
    return CompletableFuture.allOf(written.toArray(CompletableFuture<?>[]::new));
  }

  private void sweepQuietly() {
    try {
      sweep();
    } catch (RuntimeException e) {
      LOG.warn("expired registrations could not be swept, tried again in {} s", SWEEP_SECONDS, e);
    }
  }

  void sweep() {
    Instant now = time.now();
    for (AccountId account : bindings.keySet()) {
      bindings.computeIfPresent(account, (id, bound) -> {
        List<Bound> live = bound.stream().filter(one -> one.isLive(now)).toList();
        bound.stream().filter(one -> !one.isLive(now)).forEach(one -> store.remove(id, one.key()));
        return live.isEmpty() ? null : live.size() == bound.size() ? bound : live;
      });
    }
  }
}
