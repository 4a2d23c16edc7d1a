package org.strowger.calls.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.RepeatedTest;
import org.strowger.calls.api.CallView;
import org.strowger.calls.api.Phase;
import org.strowger.calls.api.SipStatus;
import org.strowger.calls.api.Verdict;
import org.strowger.calls.internal.Chain.Outcome;
import org.strowger.calls.internal.Chain.Side;
import org.strowger.calls.spi.AsyncCallPolicy;
import org.strowger.calls.spi.CallPolicy;
import org.strowger.kernel.CallId;
import org.strowger.kernel.HostPort;
import org.strowger.kernel.Time;
import org.strowger.plugins.api.Plugin;
import org.strowger.plugins.api.Plugin.FailurePolicy;
import org.strowger.plugins.api.PluginInfo;
import org.strowger.plugins.internal.RealGuard;
import org.strowger.sip.api.Flow;
import org.strowger.sip.api.NameAddr;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipUri;
import org.strowger.sip.api.Transport;
import org.strowger.testkit.Waiting;

/** Real guard, real workers, and policies that do whatever chance wants: every phase comes to one end, in order, and no thread is lost. */
class GuardStormTest {

  private static final int WORKERS = 4;
  private static final int CALLS = Size.of(400, 20_000);
  private static final Flow NOWHERE = new Flow(Transport.UDP, new HostPort("127.0.0.1", 0), new HostPort("127.0.0.1", 0));
  private static final Duration HANG = Duration.ofSeconds(10);

  private final CountDownLatch over = new CountDownLatch(1);
  private final ScheduledThreadPoolExecutor plugins = new ScheduledThreadPoolExecutor(1);

  /** What a policy does, by the number that the call dials. */
  private Verdict behave(int what) throws InterruptedException {
    switch (what) {
      case 0 -> throw new IllegalStateException("no mood");
      case 1 -> throw new StackOverflowError();
      case 2 -> {
        return null;
      }
      case 3 -> {
        return Verdict.reject(new SipStatus(404, null), "nonsense");
      }
      case 4 -> {
        return new Verdict.StopHunting("not the phase for it");
      }
      case 5 -> {
        // Heeds its interrupt.
        over.await(HANG.toMillis(), TimeUnit.MILLISECONDS);
        return Verdict.proceed();
      }
      case 6 -> {
        // Does not, for a while.
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(300);
        while (System.nanoTime() < end && over.getCount() > 0) {
          Thread.onSpinWait();
        }
        return Verdict.proceed();
      }
      case 7 -> {
        Thread.currentThread().interrupt();
        return Verdict.proceed();
      }
      case 8 -> {
        return Verdict.reject(SipStatus.FORBIDDEN, "refused");
      }
      default -> {
        // As anybody's code, it would notice an interrupt that is not its own.
        assertThat(Thread.currentThread().isInterrupted()).as("interrupted").isFalse();
        return Verdict.proceed();
      }
    }
  }

  private CompletionStage<Verdict> behaveLater(int what) throws InterruptedException {
    return switch (what) {
      case 9 -> new CompletableFuture<>();
      case 10 -> CompletableFuture.supplyAsync(Verdict::proceed, CompletableFuture.delayedExecutor(5, TimeUnit.MILLISECONDS, plugins));
      case 11 -> CompletableFuture.failedFuture(new IllegalStateException("later"));
      case 12 -> null;
      default -> CompletableFuture.completedFuture(behave(what));
    };
  }

  private final class Caller implements Desk {
    final int number;
    final Random chance;
    final Mailbox mailbox;
    final List<Outcome> outcomes = new ArrayList<>();
    final AtomicReference<Thread> inside = new AtomicReference<>();
    final Trace trace = new Trace(new CallId(1), Instant.EPOCH, 0, Time.SYSTEM);
    final Workers workers;
    final Chain chain;
    final Map<Integer, Throwable> broken;
    final CountDownLatch done;

    Caller(int number, long seed, Workers workers, Chain chain, Map<Integer, Throwable> broken, CountDownLatch done) {
      this.number = number;
      this.chance = new Random(seed);
      this.workers = workers;
      this.chain = chain;
      this.broken = broken;
      this.done = done;
      this.mailbox = new Mailbox(workers, e -> {
        broken.put(number, e);
        done.countDown();
      });
    }

    @Override
    public boolean waits() {
      return true;
    }

    @Override
    public void later(Runnable then) {
      mailbox.put(then);
    }

    @Override
    public void lost(Thread stuck, Runnable then) {
      mailbox.lose(then);
      workers.lose(stuck);
    }

    /** Three phases, one after the other. */
    void ask(Phase phase) {
      var draft = new Draft(new CallId(number + 1L), Instant.EPOCH, NOWHERE, NameAddr.of(SipUri.of("alice", NOWHERE.remote())), SipHeaders.NONE, "alice", Integer.toString(chance.nextInt(40)), true);
      draft.cld = draft.cldIn + "," + chance.nextInt(40) + "," + chance.nextInt(40);
      chain.run(phase, Side.CALLER, draft::view, new Changes(null, null, draft, null, trace), trace, this, outcome -> {
        assertThat(inside.getAndSet(Thread.currentThread())).as("one at a time").isNull();
        outcomes.add(outcome);
        inside.set(null);
        if (outcomes.size() == 3) {
          done.countDown();
        } else {
          mailbox.put(() -> ask(phase == Phase.TRANSLATE ? Phase.SCREEN : Phase.ROUTE));
        }
      });
    }
  }

  private Plugin<CallPolicy> policy(String id, FailurePolicy onFailure, int position) {
    CallPolicy policy = (phase, call) -> {
      try {
        return behave(what(call, position));
      } catch (InterruptedException e) {
        throw new IllegalStateException("interrupted", e);
      }
    };
    return new Plugin<>(id, "1.0", position, onFailure, Map.of("call.phase", "TRANSLATE,SCREEN,ROUTE", "plugin.id", id), policy);
  }

  private Plugin<AsyncCallPolicy> asyncPolicy(String id, FailurePolicy onFailure, int position) {
    AsyncCallPolicy policy = (phase, call) -> {
      try {
        return behaveLater(what(call, position));
      } catch (InterruptedException e) {
        throw new IllegalStateException("interrupted", e);
      }
    };
    return new Plugin<>(id, "1.0", position, onFailure, Map.of("call.phase", "TRANSLATE,SCREEN,ROUTE", "plugin.id", id), policy);
  }

  private static int what(CallView call, int position) {
    return Integer.parseInt(call.cld().split(",")[position]);
  }

  @RepeatedTest(3)
  void everyQuestionIsAnsweredOnceAndNoThreadIsLost() throws Exception {
    long seed = ThreadLocalRandom.current().nextLong();
    System.out.println("seed " + seed);
    var chance = new Random(seed);
    long before = threads();
    var broken = new ConcurrentHashMap<Integer, Throwable>();
    var done = new CountDownLatch(CALLS);
    List<Plugin<?>> all = List.of(policy("open", FailurePolicy.OPEN, 0), asyncPolicy("later", FailurePolicy.OPEN, 1), policy("zealous", FailurePolicy.CLOSED, 2));
    var calls = new ArrayList<Caller>();
    try (var guard = new RealGuard(Duration.ofMillis(20), Duration.ofMillis(60), Duration.ofMillis(10)); var workers = new Workers(WORKERS, Time.SYSTEM)) {
      all.forEach(one -> guard.add(one));
      var chain = new Chain(guard, new Policies(guard.follow(CallPolicy.class), guard.follow(AsyncCallPolicy.class), () -> { }, Time.SYSTEM, () -> false), Time.SYSTEM);
      for (int i = 0; i < CALLS; i++) {
        var call = new Caller(i, chance.nextLong(), workers, chain, broken, done);
        calls.add(call);
        call.mailbox.put(() -> call.ask(Phase.TRANSLATE));
      }
      assertThat(done.await(Size.of(60, 1200), TimeUnit.SECONDS)).as("all phases end").isTrue();
      over.countDown();
      assertThat(broken).isEmpty();
      assertThat(calls).allSatisfy(call -> assertThat(call.outcomes).hasSize(3));
      assertThat(guard.list().stream().mapToLong(PluginInfo::abandoned).sum()).as("given up").isPositive();
      assertThat(guard.list().stream().mapToLong(PluginInfo::faults).sum()).as("faults").isGreaterThan(guard.list().stream().mapToLong(PluginInfo::abandoned).sum());
      assertThat(workers.size()).isEqualTo(WORKERS);
      Waiting.until("nobody is stuck and each worker is there", () -> guard.stuck() == 0 && threads() == before + WORKERS);
      var works = new AtomicInteger();
      var worked = new CountDownLatch(WORKERS * 10);
      for (int i = 0; i < WORKERS * 10; i++) {
        workers.execute(() -> {
          works.addAndGet(Thread.currentThread().isInterrupted() ? 0 : 1);
          worked.countDown();
        });
      }
      assertThat(worked.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(works).as("workers that no interrupt has reached").hasValue(WORKERS * 10);
    } finally {
      over.countDown();
      plugins.shutdownNow();
    }
    Waiting.until("no worker is left", () -> threads() == before);
  }

  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().startsWith("calls-")).count();
  }
}
