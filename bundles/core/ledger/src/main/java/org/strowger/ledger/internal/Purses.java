package org.strowger.ledger.internal;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.strowger.billing.api.Payer;
import org.strowger.kernel.Time;
import org.strowger.kernel.Unavailable;

/** The purses in use, loaded on first use on the ledger's own threads, forgotten when idle. Threads: any. */
final class Purses {

  private final Time time;
  private final Executor loaders;
  private final Function<Payer, Optional<BalanceRow>> loader;
  private record Doubt(Payer payer, BigDecimal amount) {}

  private final Queue<Doubt> doubts = new ConcurrentLinkedQueue<>();
  private final ConcurrentHashMap<Payer, Purse> purses = new ConcurrentHashMap<>();

  /** @param loader reads the database, blocks; run on {@code loaders} */
  Purses(Time time, Executor loaders, Function<Payer, Optional<BalanceRow>> loader) {
    this.time = time;
    this.loaders = loaders;
    this.loader = loader;
  }

  /**
   * Runs {@code work} with the purses locked. They may not be loaded.
   *
   * @param payers distinct, in {@link Tab#ORDER}
   */
  <T> T locked(List<Payer> payers, Function<List<Purse>, T> work) {
    while (true) {
      var held = new ArrayList<Purse>(payers.size());
      try {
        if (lockAll(payers, held)) {
          return work.apply(held);
        }
      } finally {
        held.forEach(purse -> purse.lock.unlock());
      }
    }
  }

  <T> T locked(Payer payer, Function<Purse, T> work) {
    return locked(List.of(payer), purses -> work.apply(purses.get(0)));
  }

  private boolean lockAll(List<Payer> payers, List<Purse> held) {
    long now = time.ticks();
    for (Payer payer : payers) {
      Purse purse = purses.computeIfAbsent(payer, Purse::new);
      purse.lock.lock();
      held.add(purse);
      if (purse.evicted()) {
        purses.remove(payer, purse);
        return false;
      }
      purse.touch(now);
    }
    return true;
  }

  /** Completes when each was read once; a payer without a balance stays without a row. Fails with {@link Unavailable}. */
  CompletableFuture<Void> load(List<Payer> payers) {
    var loads = payers.stream().map(this::load).toArray(CompletableFuture[]::new);
    return loads.length == 1 ? Arrays.asList(loads).get(0).thenApply(x -> null) : CompletableFuture.allOf(loads);
  }

  private CompletableFuture<Void> load(Payer payer) {
    return locked(payer, purse -> {
      if (purse.row() != null) {
        return CompletableFuture.<Void>completedFuture(null);
      }
      CompletableFuture<Void> loading = purse.loading;
      if (loading == null) {
        loading = new CompletableFuture<>();
        purse.loading = loading;
        start(purse, loading);
      }
      return loading;
    });
  }

  private void start(Purse purse, CompletableFuture<Void> loading) {
    try {
      loaders.execute(() -> read(purse, loading));
    } catch (RejectedExecutionException e) {
      purse.loading = null;
      loading.completeExceptionally(new Unavailable("the ledger"));
    }
  }

  private void read(Purse purse, CompletableFuture<Void> loading) {
    Throwable failure = null;
    Optional<BalanceRow> row = Optional.empty();
    try {
      row = loader.apply(purse.payer);
    } catch (Throwable e) {
      // An Error too: nobody would ever load this purse again.
      failure = e;
    }
    purse.lock.lock();
    try {
      row.ifPresent(purse::know);
      purse.loading = null;
    } finally {
      purse.lock.unlock();
    }
    if (failure == null) {
      loading.complete(null);
    } else {
      loading.completeExceptionally(failure);
    }
  }

  /** What is held of this payer's money. */
  BigDecimal held(Payer payer) {
    return purses.containsKey(payer) ? locked(payer, Purse::held) : BigDecimal.ZERO;
  }

  boolean contains(Payer payer) {
    return purses.containsKey(payer);
  }

  /** Takes a row that was committed. */
  void know(BalanceRow row) {
    locked(row.payer(), purse -> {
      purse.know(row);
      return null;
    });
  }

  /**
   * A transaction that lowered a balance did not commit, or nobody knows: the amount stays pending until the database
   * was asked.
   */
  void doubt(Payer payer, BigDecimal amount) {
    try {
      loaders.execute(() -> resolve(payer, amount));
    } catch (RejectedExecutionException e) {
      doubts.add(new Doubt(payer, amount));
    }
  }

  /** Asks again about what could not be asked. Called now and then. */
  void retryDoubts() {
    for (int i = doubts.size(); i > 0; i--) {
      Doubt doubt = doubts.poll();
      if (doubt != null) {
        doubt(doubt.payer, doubt.amount);
      }
    }
  }

  private void resolve(Payer payer, BigDecimal amount) {
    Optional<BalanceRow> row;
    try {
      row = loader.apply(payer);
    } catch (Throwable e) {
      // An Error too: the amount would be pending for ever.
      doubts.add(new Doubt(payer, amount));
      return;
    }
    locked(payer, purse -> {
      row.ifPresent(purse::know);
      purse.unpend(amount);
      return null;
    });
  }

  void forgetIdle(long idleNanos) {
    long now = time.ticks();
    purses.forEach((payer, purse) -> {
      if (purse.lock.tryLock()) {
        try {
          if (purse.evictIfIdle(now, idleNanos)) {
            purses.remove(payer, purse);
          }
        } finally {
          purse.lock.unlock();
        }
      }
    });
  }

  int size() {
    return purses.size();
  }
}
