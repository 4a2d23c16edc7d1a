package org.strowger.dncl.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.strowger.calls.api.CallView;
import org.strowger.calls.api.Phase;
import org.strowger.calls.api.Verdict;
import org.strowger.calls.spi.AsyncCallPolicy;
import org.strowger.dnc.spi.DncSource;
import org.strowger.dnc.spi.DncStatus;
import org.strowger.plugins.api.Asker;
import org.strowger.plugins.api.Guarded;
import org.strowger.plugins.api.Plugin;
import org.strowger.plugins.api.PluginInfo;
import org.strowger.plugins.api.PluginInfo.State;
import org.strowger.plugins.internal.RealGuard;

/** A list of another bundle that hangs, under the switch's own guard: neither the calls nor this plugin hang with it. */
class SickListTest {

  /** It blocks whoever asks, be it for a number or for how it is. */
  private final class Hanging implements DncSource {
    @Override
    public CompletableFuture<Boolean> lists(String number) {
      block();
      return CompletableFuture.completedFuture(false);
    }

    @Override
    public DncStatus status() {
      block();
      return new DncStatus(DncStatus.State.READY, 1, null, "at last");
    }

    private void block() {
      asked.incrementAndGet();
      try {
        over.await(10, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private RealGuard guard;
  private final CountDownLatch over = new CountDownLatch(1);
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger lostWorkers = new AtomicInteger();
  private DncLists lists;
  private Plugin<AsyncCallPolicy> dncl;

  @AfterEach
  void close() {
    over.countDown();
    lists.close();
    guard.close();
  }

  private void start(String onFailure, Duration quarantine) {
    guard = new RealGuard(Duration.ofMillis(50), Duration.ofMillis(500), quarantine);
    guard.add("com.example/hangs", new Hanging(), Map.of("dnc.list", "hangs", "service.id", 1L, "on.failure", onFailure));
    guard.add("com.example/works", Fixture.with("14165550199"), Map.of("dnc.list", "works", "service.id", 2L));
    lists = new DncLists(guard);
    dncl = guard.add("dncl", (AsyncCallPolicy) new DnclPolicy(lists, new DnclMeter(null, lists), DnclPolicyTest.config(DnclConfig.Stage.TRANSLATED)), Map.of("service.id", 3L));
  }

  /** As core/calls does it. */
  private Guarded<Verdict> decide(CallView call) throws InterruptedException, ExecutionException, TimeoutException {
    var answer = new CompletableFuture<Guarded<Verdict>>();
    guard.askLater(dncl, policy -> policy.decide(Phase.SCREEN, call), new Asker<Verdict>() {
      @Override
      public void answered(Guarded<Verdict> given) {
        answer.complete(given);
      }

      @Override
      public void later(Runnable then) {
        then.run();
      }

      @Override
      public void lost(Thread stuck, Runnable then) {
        lostWorkers.incrementAndGet();
        CompletableFuture.runAsync(then);
      }
    });
    return answer.get(10, TimeUnit.SECONDS);
  }

  private PluginInfo info(String id) {
    return guard.list().stream().filter(one -> one.id().equals(id)).findFirst().orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"closed", "open"})
  void aListThatHangsIsJudgedByItsOwnPolicyAndQuarantinedItself(String onFailure) throws Exception {
    start(onFailure, Duration.ofSeconds(30));
    for (int i = 0; i < 12; i++) {
      Guarded<Verdict> given = decide(Fixture.call("14165550100"));
      assertThat(given).as("call %s", i).isInstanceOf(Guarded.Answered.class);
      Verdict verdict = ((Guarded.Answered<Verdict>) given).value();
      assertThat(verdict.toString()).contains("list hangs has no answer").contains(onFailure.equals("closed") ? "503" : "Tag");
      assertThat(given.took()).isLessThan(Duration.ofMillis(500));
    }
    assertThat(lostWorkers).as("workers of calls that hang with it").hasValue(0);
    assertThat(info("com.example/hangs").state()).isEqualTo(State.QUARANTINED);
    assertThat(info("com.example/hangs").why()).contains("hung in it");
    assertThat(info("com.example/hangs").faults()).isGreaterThanOrEqualTo(4);
    assertThat(asked.get()).as("after that it is left alone").isLessThan(12);
    assertThat(info("dncl").state()).isEqualTo(State.ACTIVE);
    assertThat(info("dncl").faults()).isZero();

    Guarded<Verdict> other = decide(Fixture.call(false, "alice", "14165550100", "14165550100"));
    assertThat(((Guarded.Answered<Verdict>) other).value()).as("an account that does not ask").isEqualTo(Verdict.proceed());
    Guarded<Verdict> listed = decide(Fixture.call("14165550199"));
    assertThat(((Guarded.Answered<Verdict>) listed).value().toString()).as("the other list").contains("470").contains("works");
  }

  @Test
  void whoLooksHowAListIsDoesNotTryWhetherItIsBack() throws Exception {
    start("closed", Duration.ofMillis(1));
    for (int i = 0; i < 12 && info("com.example/hangs").state() != State.QUARANTINED; i++) {
      decide(Fixture.call("14165550100"));
    }
    assertThat(info("com.example/hangs").state()).isEqualTo(State.QUARANTINED);
    assertThat(new DnclView(lists).all().get(0).toString()).contains("FAILED").contains("is quarantined: ");
  }

  @Test
  void whoLooksHowListsAreIsNotKeptWaiting() {
    start("closed", Duration.ofSeconds(30));
    long start = System.nanoTime();
    var states = new DnclView(lists).all();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    assertThat(states).hasSize(2);
    assertThat(states.get(0).toString()).contains("hangs").contains("FAILED");
    assertThat(states.get(1).toString()).contains("works").contains("READY");
    assertThat(new DnclMeter(null, lists).health().detail()).contains("hangs failed");
  }
}
