package org.strowger.dncl.internal;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.dnc.spi.DncSource;
import org.strowger.dnc.spi.DncStatus;
import org.strowger.dncl.internal.DncLists.Known;
import org.strowger.plugins.api.Asker;
import org.strowger.plugins.api.Guarded;
import org.strowger.plugins.api.PluginInfo;

/** What people want of lists: how one is, and that it is read afresh. Another's code may throw or hang: nobody waits for it long. */
final class Upkeep {

  private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);
  private static final Duration PATIENCE = Duration.ofMillis(500);

  private final DncLists lists;

  Upkeep(DncLists lists) {
    this.lists = lists;
  }

  DncStatus status(Known list) {
    return status(List.of(list)).get(0);
  }

  /** Of all at once, in the same order: one that does not say it is not waited for more than once. */
  List<DncStatus> status(List<Known> wanted) {
    List<CompletableFuture<DncStatus>> asked = wanted.stream().map(this::ask).toList();
    await(CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new)));
    return asked.stream().map(one -> one.getNow(failed("does not say how it is within " + PATIENCE.toMillis() + " ms"))).toList();
  }

  private CompletableFuture<DncStatus> ask(Known list) {
    if (list.fault() != null) {
      return CompletableFuture.completedFuture(failed(list.fault()));
    } else if (list.lane() == null) {
      return CompletableFuture.completedFuture(list.source().status());
    }
    Optional<PluginInfo> quarantined = quarantined(list);
    if (quarantined.isPresent()) {
      return CompletableFuture.completedFuture(failed("is quarantined: " + quarantined.get().why()));
    }
    return tell(list, DncSource::status).thenApply(said -> said instanceof Guarded.Answered<DncStatus> answered ? answered.value() : failed(((Guarded.Failed<DncStatus>) said).why()));
  }

  /** Then it is not asked how it is: this would be its trial, and says nothing of how it answers calls. */
  private Optional<PluginInfo> quarantined(Known list) {
    return lists.plugins().list().stream()
        .filter(one -> one.state() == PluginInfo.State.QUARANTINED && one.id().equals(list.plugin().id()) && one.bundleId() == list.plugin().bundleId()).findFirst();
  }

  private static DncStatus failed(String why) {
    return new DncStatus(DncStatus.State.FAILED, -1, null, why);
  }

  void reload(Known list) {
    if (list.lane() == null) {
      list.source().reload();
    } else {
      await(tell(list, source -> {
        source.reload();
        return true;
      }));
    }
  }

  private static void await(CompletableFuture<?> said) {
    try {
      said.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.debug("A list does not say how it is", e);
    }
  }

  private <R> CompletableFuture<Guarded<R>> tell(Known list, Function<DncSource, R> question) {
    var said = new CompletableFuture<Guarded<R>>();
    if (!list.lane().offer(() -> lists.plugins().ask(list.plugin(), question, asker(list, said)))) {
      said.complete(new Guarded.Failed<>("too many questions wait for it", list.plugin().onFailure(), Duration.ZERO));
    }
    return said;
  }

  private <R> Asker<R> asker(Known list, CompletableFuture<Guarded<R>> said) {
    return new Asker<>() {
      @Override
      public void answered(Guarded<R> answer) {
        said.complete(answer);
      }

      @Override
      public void later(Runnable then) {
        then.run();
      }

      @Override
      public void lost(Thread stuck, Runnable then) {
        lists.lost(list, stuck, then);
      }
    };
  }
}
