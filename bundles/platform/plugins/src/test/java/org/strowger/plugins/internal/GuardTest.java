package org.strowger.plugins.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.strowger.kernel.Meter;
import org.strowger.plugins.api.Asker;
import org.strowger.plugins.api.Guarded;
import org.strowger.plugins.api.Plugin;
import org.strowger.plugins.api.Plugin.FailurePolicy;
import org.strowger.plugins.api.PluginInfo;
import org.strowger.plugins.api.PluginInfo.State;
import org.strowger.testkit.MovedTime;
import org.strowger.testkit.Waiting;

/** The watchdog's rounds are the test's, and so is the clock; threads are real. */
class GuardTest {

  private static final Guard.Limits LIMITS = Guard.Limits.of(Duration.ofMillis(50), Duration.ofMillis(500), 4, 3, Duration.ofSeconds(30));

  private final MovedTime clock = new MovedTime();
  private final Guard guard = new Guard(clock, new Meter("plugins"), LIMITS, () -> { }, () -> false);
  private final Ward ward = new Ward(new AtomicInteger());
  private final Running running = new Running(getClass().getClassLoader(), ward);
  private final Plugin<Object> plugin = new Plugin<>("odd", "1.0", 1, FailurePolicy.CLOSED, Map.of(), new Object());
  private final CountDownLatch release = new CountDownLatch(1);
  private final List<Thread> threads = new CopyOnWriteArrayList<>();

  /** Hears all that it is told, and does at once what it is given. */
  private class Caller implements Asker<String> {
    final List<Guarded<String>> answers = new CopyOnWriteArrayList<>();
    final List<Thread> lost = new CopyOnWriteArrayList<>();
    final CompletableFuture<Boolean> kept = new CompletableFuture<>();
    volatile boolean interruptedAfter;

    @Override
    public String nonsense(String answer) {
      return answer.equals("gibberish") ? "gibberish" : null;
    }

    @Override
    public void answered(Guarded<String> answer) {
      answers.add(answer);
    }

    @Override
    public void later(Runnable then) {
      then.run();
    }

    @Override
    public void lost(Thread stuck, Runnable then) {
      lost.add(stuck);
      then.run();
    }

    String why() {
      assertThat(answers).hasSize(1);
      return ((Guarded.Failed<String>) answers.get(0)).why();
    }
  }

  @BeforeEach
  void warm() {
    for (int i = 0; i < Running.WARM; i++) {
      ask(() -> "fine");
    }
  }

  @AfterEach
  void nobodyIsLeft() throws InterruptedException {
    release.countDown();
    for (Thread thread : threads) {
      thread.join(10_000);
      assertThat(thread.isAlive()).isFalse();
    }
    guard.look();
    assertThat(guard.stuck()).isZero();
  }

  @Test
  void abandonsWhatHangsAndGivesItsThreadUp() throws Exception {
    Caller caller = hang();
    pass(40);
    assertThat(caller.answers).isEmpty();
    pass(20);
    assertThat(caller.answers).containsExactly(new Guarded.Failed<>("did not answer within 50 ms", FailurePolicy.CLOSED, Duration.ofMillis(60)));
    assertThat(caller.lost).containsExactlyElementsOf(threads);
    assertThat(caller.kept.get(10, TimeUnit.SECONDS)).as("whether the thread may go on").isFalse();
    assertThat(caller.interruptedAfter).as("the interrupt stays in the plugin").isFalse();
    assertThat(caller.answers).hasSize(1);
    assertThat(info().abandoned()).isEqualTo(1);
    assertThat(info().faults()).isEqualTo(1);
    assertThat(info().why()).isEqualTo("did not answer within 50 ms");
  }

  /** It was interrupted and says what it knows, which is nothing, before who asked has heard that it was given up. */
  @Test
  void theStageOfAThreadThatWasGivenUpCountsNoMore() throws Exception {
    var then = new CompletableFuture<Runnable>();
    var caller = new Caller() {
      @Override
      public void lost(Thread stuck, Runnable later) {
        then.complete(later);
      }
    };
    Function<Object, CompletionStage<String>> question = service -> {
      hangUntilReleased();
      return CompletableFuture.completedFuture("late");
    };
    run(caller, () -> guard.askLater(plugin, running, question, caller));
    pass(60);
    release.countDown();
    assertThat(caller.kept.get(10, TimeUnit.SECONDS)).isFalse();
    assertThat(caller.answers).isEmpty();
    then.get(10, TimeUnit.SECONDS).run();
    assertThat(caller.why()).isEqualTo("did not answer within 50 ms");
  }

  /** The watchdog dozes while it sees nobody asking: who wakes it has to be seen by then, however long it takes him to ask after that. */
  @Test
  void whoAsksIsSeenWhenTheWatchdogIsWoken() {
    var seen = new CopyOnWriteArrayList<Boolean>();
    var watched = new Guard[1];
    watched[0] = new Guard(clock, new Meter("plugins"), LIMITS, () -> {
      // The first round finds that the count of questions has grown, the next one only who asks.
      watched[0].look();
      seen.add(watched[0].look());
    }, () -> false);
    watched[0].ask(plugin, running, service -> "fine", new Caller());
    assertThat(seen).as("a question").containsExactly(true);
    watched[0].askLater(plugin, running, service -> CompletableFuture.completedFuture("fine"), new Caller());
    assertThat(seen).as("one whose answer comes later").doesNotContain(false);
  }

  @Test
  void hasPatienceWithOneThatHasJustCome() throws Exception {
    var fresh = new Running(getClass().getClassLoader(), ward);
    var caller = new Caller();
    run(caller, () -> guard.ask(plugin, fresh, service -> {
      hangUntilReleased();
      return "late";
    }, caller));
    pass(200);
    assertThat(caller.answers).isEmpty();
    pass(10);
    assertThat(caller.why()).isEqualTo("did not answer within 200 ms");
  }

  @Test
  void whoHoldsTooManyThreadsIsAskedNoMoreAndEverybodyElseIs() throws Exception {
    var inBundle = new AtomicInteger();
    for (int service = 0; service * LIMITS.bulkhead() < Ward.MOST_STUCK_IN_A_BUNDLE; service++) {
      Running one = warm(inBundle);
      for (int i = 0; i < LIMITS.bulkhead(); i++) {
        assertThat(stubborn(one).answers).isEmpty();
        pass(60);
      }
    }
    assertThat(guard.stuck()).isEqualTo(Ward.MOST_STUCK_IN_A_BUNDLE);
    var refused = new Caller();
    guard.ask(plugin, new Running(getClass().getClassLoader(), new Ward(inBundle)), service -> "fine", refused);
    assertThat(refused.why()).isEqualTo("is not asked: 16 threads are stuck in its bundle");
    assertThat(ask(() -> "fine").answers).singleElement().isInstanceOf(Guarded.Answered.class);
  }

  private Running warm(AtomicInteger inBundle) {
    var one = new Running(getClass().getClassLoader(), new Ward(inBundle));
    for (int i = 0; i < Running.WARM; i++) {
      guard.ask(plugin, one, service -> "fine", new Caller());
    }
    return one;
  }

  @Test
  void whenAllHoldTooManyOnlyWhoHoldsNoneIsAsked() throws Exception {
    for (int bundle = 0; bundle * LIMITS.bulkhead() < Guard.MOST_STUCK; bundle++) {
      Running one = warm(new AtomicInteger());
      for (int i = 0; i < LIMITS.bulkhead(); i++) {
        stubborn(one);
        pass(60);
      }
    }
    assertThat(ask(() -> "fine").answers).singleElement().isInstanceOf(Guarded.Answered.class);
    var holding = new AtomicInteger(1);
    var refused = new Caller();
    guard.ask(plugin, new Running(getClass().getClassLoader(), new Ward(holding)), service -> "fine", refused);
    assertThat(refused.why()).isEqualTo("is not asked: 1 thread is stuck in its bundle");
  }

  @Test
  void ignoresAnInterruptAndAnAnswerThatComeTooLate() throws Exception {
    Caller caller = stubborn();
    pass(60);
    assertThat(caller.why()).contains("50 ms");
    assertThat(guard.stuck()).isEqualTo(1);
    release.countDown();
    assertThat(caller.kept.get(10, TimeUnit.SECONDS)).isFalse();
    assertThat(caller.answers).hasSize(1);
    assertThat(guard.stuck()).isZero();
  }

  @Test
  void quarantinesWhatHoldsFourThreadsAndTriesItAgain() throws Exception {
    for (int i = 0; i < 4; i++) {
      stubborn();
    }
    pass(60);
    assertThat(info().state()).isEqualTo(State.QUARANTINED);
    assertThat(ask(() -> "fine").why()).isEqualTo("is quarantined for 30 s more: 4 calls are stuck in it");

    clock.move(Duration.ofSeconds(31));
    assertThat(ask(() -> "fine").why()).as("nobody has come back").startsWith("is quarantined for 30 s more");

    release.countDown();
    Waiting.until("nobody is stuck", () -> guard.stuck() == 0);
    clock.move(Duration.ofSeconds(31));
    Caller second = new Caller();
    Caller trial = ask(() -> {
      guard.ask(plugin, running, service -> "me too", second);
      return "fine";
    });
    assertThat(trial.answers).containsExactly(new Guarded.Answered<>("fine", Duration.ZERO));
    assertThat(second.why()).isEqualTo("is quarantined, its trial call is under way: 4 calls are stuck in it");
    assertThat(info().state()).isEqualTo(State.ACTIVE);
    assertThat(ask(() -> "fine").answers).hasSize(1).first().isInstanceOf(Guarded.Answered.class);
  }

  @Test
  void aTrialThatHangsIsAnotherThirtySeconds() throws Exception {
    for (int i = 0; i < 4; i++) {
      hang();
    }
    pass(60);
    Waiting.until("nobody is stuck", () -> guard.stuck() == 0);
    clock.move(Duration.ofSeconds(31));
    Caller trial = hang();
    pass(60);
    assertThat(trial.why()).contains("50 ms");
    assertThat(ask(() -> "fine").why()).startsWith("is quarantined for 30 s more");
  }

  @Test
  void saysWhatIsWrongWithAnAnswer() {
    assertThat(ask(() -> "gibberish").why()).isEqualTo("answered nonsense: gibberish");
    assertThat(ask(() -> null).why()).isEqualTo("answered nothing");
    assertThat(ask(() -> {
      throw new LinkageError("no such class");
    }).why()).isEqualTo("LinkageError: no such class");
    assertThat(info().faults()).isEqualTo(3);
  }

  /** What it had under way ends with it, however: that is no verdict, though its failure policy is closed. */
  @Test
  void onePluginThatLeavesDecidesNothingAnyMore() throws Exception {
    var stage = new CompletableFuture<String>();
    Caller waits = askLater(() -> stage);
    Caller waitsForEver = askLater(CompletableFuture::new);
    Caller stuck = hang();
    running.leave();
    stage.completeExceptionally(new IllegalStateException("the list is gone"));
    pass(520);
    assertThat(waits.answers).containsExactly(new Guarded.Failed<>("IllegalStateException: the list is gone", FailurePolicy.OPEN, Duration.ZERO));
    assertThat(ask(() -> {
      throw new IllegalStateException("closed");
    }).answers).containsExactly(new Guarded.Failed<>("IllegalStateException: closed", FailurePolicy.OPEN, Duration.ZERO));
    for (Caller late : List.of(waitsForEver, stuck)) {
      assertThat(late.why()).startsWith("did not answer within");
      assertThat(((Guarded.Failed<String>) late.answers.get(0)).onFailure()).isEqualTo(FailurePolicy.OPEN);
    }
    assertThat(ask(() -> "fine").answers).as("a lease that goes on").containsExactly(new Guarded.Answered<>("fine", Duration.ZERO));
  }

  @Test
  void keepsNoInterruptOfAPlugin() {
    ask(() -> {
      Thread.currentThread().interrupt();
      return "fine";
    });
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    Thread.currentThread().interrupt();
    ask(() -> "fine");
    assertThat(Thread.interrupted()).as("one that was there before").isTrue();
  }

  @Test
  void blamesNobodyForAPauseOfTheMachine() throws Exception {
    Caller caller = stubborn();
    clock.move(Duration.ofSeconds(3));
    guard.look();
    assertThat(caller.answers).isEmpty();
    pass(10);
    assertThat(caller.answers).as("it does hang").hasSize(1);
  }

  @Test
  void answersOnceWhateverAStageDoes() {
    var stage = new CompletableFuture<String>();
    Caller caller = askLater(() -> stage);
    assertThat(caller.answers).isEmpty();
    clock.move(Duration.ofMillis(30));
    stage.complete("fine");
    stage.obtrudeValue("other");
    pass(1000);
    assertThat(caller.answers).containsExactly(new Guarded.Answered<>("fine", Duration.ofMillis(30)));

    assertThat(askLater(() -> CompletableFuture.completedFuture("fine")).answers).containsExactly(new Guarded.Answered<>("fine", Duration.ZERO));
    assertThat(askLater(() -> CompletableFuture.completedFuture("gibberish")).why()).isEqualTo("answered nonsense: gibberish");
    assertThat(askLater(() -> CompletableFuture.completedFuture(null)).why()).isEqualTo("answered nothing");
    assertThat(askLater(() -> CompletableFuture.failedFuture(new IllegalStateException("no"))).why()).isEqualTo("IllegalStateException: no");
    assertThat(askLater(() -> null).why()).isEqualTo("answered nothing");
    assertThat(askLater(() -> {
      throw new IllegalStateException("no");
    }).why()).isEqualTo("IllegalStateException: no");
    assertThat(info().faults()).isEqualTo(5);
  }

  @Test
  void doesNotWaitLongerThanHalfASecondForAStage() {
    var stage = new CompletableFuture<String>();
    Caller caller = askLater(() -> stage);
    pass(490);
    assertThat(caller.answers).isEmpty();
    pass(30);
    assertThat(caller.why()).isEqualTo("did not answer within 500 ms");
    stage.complete("fine");
    assertThat(caller.answers).hasSize(1);
  }

  @Test
  void quarantinesWhatIsOverdueThreeTimesAndTriesItAgain() {
    for (int i = 0; i < 3; i++) {
      askLater(CompletableFuture::new);
    }
    pass(520);
    assertThat(askLater(() -> CompletableFuture.completedFuture("fine")).why()).isEqualTo("is quarantined for 30 s more: 3 answers are overdue");
    clock.move(Duration.ofSeconds(31));
    assertThat(askLater(() -> CompletableFuture.completedFuture("fine")).answers).first().isInstanceOf(Guarded.Answered.class);
    assertThat(info().state()).isEqualTo(State.ACTIVE);
  }

  @Test
  void givesUpOneThatHangsBeforeItReturnsItsStage() throws Exception {
    var caller = new Caller();
    run(caller, () -> guard.askLater(plugin, running, service -> {
      hangUntilReleased();
      return CompletableFuture.completedFuture("late");
    }, caller));
    pass(60);
    assertThat(caller.why()).isEqualTo("did not answer within 50 ms");
    release.countDown();
    assertThat(caller.kept.get(10, TimeUnit.SECONDS)).isFalse();
    assertThat(caller.answers).hasSize(1);
  }

  @Test
  void takesOnlySoManyQuestionsThatWait() {
    var stages = new CompletableFuture<String>();
    for (int i = 0; i < Ward.MOST_WAITING; i++) {
      askLater(() -> stages);
    }
    assertThat(askLater(() -> stages).why()).isEqualTo("has " + Ward.MOST_WAITING + " questions waiting");
    stages.complete("fine");
    assertThat(askLater(() -> stages).answers).first().isInstanceOf(Guarded.Answered.class);
  }

  /** The times that operators see are those that calls waited. */
  @Test
  void timesWhatFailedAndWhatWasLateToo() throws Exception {
    for (int i = 0; i < 20; i++) {
      ask(() -> {
        clock.move(Duration.ofMillis(8));
        throw new IllegalStateException("no");
      });
    }
    assertThat(info().p50Micros()).as("of ten good answers and 20 failures").isBetween(8_000L, 9_000L);
    Caller late = askLater(CompletableFuture::new);
    pass(510);
    assertThat(late.answers).hasSize(1);
    assertThat(info().p99Micros()).isGreaterThanOrEqualTo(500_000L);
  }

  @Test
  void keepsNothingOfWhatItAsked() throws Exception {
    WeakReference<Object> gone = askInEachWay();
    Waiting.until("nothing of it is kept", () -> {
      System.gc();
      return gone.get() == null;
    });
  }

  private WeakReference<Object> askInEachWay() throws Exception {
    var leaving = new Plugin<>("leaving", "1.0", 1, FailurePolicy.OPEN, Map.of(), new Object());
    var caller = new Caller();
    guard.ask(leaving, running, asked -> "fine", caller);
    guard.askLater(leaving, running, asked -> new CompletableFuture<String>(), caller);
    pass(520);
    run(caller, () -> guard.ask(leaving, running, asked -> {
      hangUntilReleased();
      return "late";
    }, caller));
    pass(60);
    release.countDown();
    caller.kept.get(10, TimeUnit.SECONDS);
    assertThat(caller.answers).hasSize(3);
    return new WeakReference<>(leaving.service());
  }

  private PluginInfo info() {
    return running.info(plugin, "Object", true);
  }

  private Caller ask(Supplier<String> behaviour) {
    var caller = new Caller();
    assertThat(guard.ask(plugin, running, service -> behaviour.get(), caller)).isTrue();
    return caller;
  }

  private Caller askLater(Supplier<CompletionStage<String>> behaviour) {
    var caller = new Caller();
    Function<Object, CompletionStage<String>> question = service -> behaviour.get();
    assertThat(guard.askLater(plugin, running, question, caller)).isTrue();
    return caller;
  }

  /** One that heeds its interrupt. */
  private Caller hang() throws InterruptedException {
    var caller = new Caller();
    run(caller, () -> guard.ask(plugin, running, service -> {
      try {
        release.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return "late";
    }, caller));
    return caller;
  }

  /** One that does not. */
  private Caller stubborn() throws InterruptedException {
    return stubborn(running);
  }

  private Caller stubborn(Running of) throws InterruptedException {
    var caller = new Caller();
    run(caller, () -> guard.ask(plugin, of, service -> {
      hangUntilReleased();
      return "late";
    }, caller));
    return caller;
  }

  private void hangUntilReleased() {
    while (release.getCount() > 0) {
      try {
        release.await();
      } catch (InterruptedException e) {
        // Stubborn.
      }
    }
  }

  /** On a thread of its own; back when it hangs. */
  private void run(Caller caller, Supplier<Boolean> question) throws InterruptedException {
    var thread = new Thread(() -> {
      boolean kept = question.get();
      caller.interruptedAfter = Thread.currentThread().isInterrupted();
      caller.kept.complete(kept);
    });
    threads.add(thread);
    thread.start();
    Waiting.until("it hangs", () -> thread.getState() == Thread.State.WAITING);
  }

  /** Moves the clock as the watchdog's rounds do. */
  private void pass(int millis) {
    for (int i = 0; i < millis; i += 10) {
      clock.move(Duration.ofMillis(10));
      guard.look();
    }
  }
}
