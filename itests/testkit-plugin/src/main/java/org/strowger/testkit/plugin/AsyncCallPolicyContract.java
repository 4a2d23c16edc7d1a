package org.strowger.testkit.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.strowger.calls.api.CallView;
import org.strowger.calls.api.Phase;
import org.strowger.calls.api.Verdict;
import org.strowger.calls.spi.AsyncCallPolicy;

/**
 * What every {@link AsyncCallPolicy} must do. Extend it in a test of yours, give it your policy, and it tells you what the switch
 * will hold against it.
 */
public abstract class AsyncCallPolicyContract {

  /** What a call worker spends on asking. */
  private static final Duration AT_ONCE = Duration.ofMillis(50);
  /** What the switch waits for the answer. */
  private static final Duration LIMIT = Duration.ofMillis(500);
  /** For a busy build machine. */
  private static final Duration SLACK = Duration.ofMillis(200);
  private static final int FRESH = 20;
  private static final int MANY = 2_000;
  private static final int MOST_THREADS = 64;
  /** Of the JDK, one for all; they stay. */
  private static final Set<String> SHARED = Set.of("ForkJoinPool.commonPool-worker", "CompletableFutureDelayScheduler", "process reaper", "Keep-Alive-Timer", "Common-Cleaner");

  /**
   * The policy, configured so that it refuses or changes one of {@link #calls()} at least. Called once per test. Whatever it needs that is not its own, such
   * as a web server, starts before ({@code @BeforeEach}): threads that start here must end with {@link #close}.
   */
  protected abstract AsyncCallPolicy policy() throws Exception;

  /** One whose I/O fails: its file is missing, its server does not answer. Called once per test. */
  protected abstract AsyncCallPolicy policyThatCannotKnow() throws Exception;

  /** Takes it out of service, as its {@code @Deactivate} does. */
  protected abstract void close(AsyncCallPolicy policy);

  /** The service property {@code call.phase}. */
  protected abstract Set<Phase> phases();

  /** What it is asked about. Add those that it is for. */
  protected List<SampleCall> calls() {
    return SampleCall.ofManyKinds();
  }

  @Test
  public void hasAnAnswerThatMakesSenseToEveryCall() throws Exception {
    AsyncCallPolicy policy = policy();
    var verdicts = new ArrayList<Verdict>();
    for (Phase phase : phases()) {
      for (SampleCall call : calls()) {
        Verdict verdict = answer(policy.decide(phase, call.view(phase)));
        assertThat(Answers.lacking(phase, verdict)).as("%s in %s", call, phase).isNull();
        verdicts.add(verdict);
      }
    }
    assertThat(verdicts).as("what it answers to calls()").anyMatch(verdict -> !verdict.equals(Verdict.proceed()));
    close(policy);
  }

  @Test
  public void neverBlocksWhoAsks() throws Exception {
    for (AsyncCallPolicy policy : List.of(policy(), policyThatCannotKnow())) {
      var slowness = new Slowness(AT_ONCE);
      Phase phase = phases().iterator().next();
      ended("the first question", policy.decide(phase, calls().get(0).view(phase)), end());
      for (int i = 0; i < FRESH; i++) {
        CallView view = calls().get(0).fresh(i).view(phase);
        ended("question " + i, slowness.time("decide, which returns its stage at once, of question " + i, () -> policy.decide(phase, view)), end());
      }
      close(policy);
    }
  }

  /** Asked about one call at a time, none of which it has seen before. */
  @Test
  public void answersInTime() throws Exception {
    AsyncCallPolicy policy = policy();
    var slowness = new Slowness(LIMIT);
    Phase phase = phases().iterator().next();
    ended("the first question", policy.decide(phase, calls().get(0).view(phase)), end());
    for (int i = 0; i < FRESH; i++) {
      SampleCall call = calls().get(0).fresh(i);
      slowness.time("the answer to " + call, () -> ended(call.toString(), policy.decide(phase, call.view(phase)), end()));
    }
    close(policy);
  }

  @Test
  public void failsInTimeWhereItCannotKnow() throws Exception {
    AsyncCallPolicy policy = policyThatCannotKnow();
    Phase phase = phases().iterator().next();
    var asked = policy.decide(phase, calls().get(0).view(phase)).toCompletableFuture();
    Throwable failure = catchThrowable(() -> asked.get(LIMIT.plus(SLACK).toMillis(), TimeUnit.MILLISECONDS));
    assertThat(failure).as("an exception within 500 ms, so that the failure policy answers; not silence").isInstanceOf(ExecutionException.class);
    close(policy);
  }

  /**
   * What is under way is bounded: of many questions at once each is answered or failed soon, not each has a thread, and those
   * that nobody waits for any more do not stand before the next one.
   */
  @Test
  public void manyAtOnceAllComeToAnEnd() throws Exception {
    AsyncCallPolicy policy = policy();
    Set<Thread> before = threads();
    Phase phase = phases().iterator().next();
    long end = end();
    List<CompletionStage<Verdict>> asked = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      asked.add(policy.decide(phase, calls().get(i % calls().size()).fresh(i).view(phase)));
    }
    Set<Thread> more = threads();
    more.removeAll(before);
    for (CompletionStage<Verdict> one : asked) {
      ended("one of " + MANY + " questions at once", one, end);
    }
    assertThat(more.size()).as("threads for %s questions at once", MANY).isLessThanOrEqualTo(MOST_THREADS);
    answersAgain(policy, phase);
    close(policy);
  }

  private void answersAgain(AsyncCallPolicy policy, Phase phase) throws Exception {
    long end = end();
    int which = MANY;
    while (failed(policy.decide(phase, calls().get(0).fresh(which++).view(phase)))) {
      assertThat(System.nanoTime()).as("it answers again within %s after %s questions at once", patience(), MANY).isLessThan(end);
      LockSupport.parkNanos(10_000_000);
    }
  }

  private boolean failed(CompletionStage<Verdict> asked) throws Exception {
    ended("a question after many at once", asked, end());
    return asked.toCompletableFuture().isCompletedExceptionally();
  }

  @Test
  public void nobodyWaitsForOneThatIsGone() throws Exception {
    AsyncCallPolicy policy = policy();
    Phase phase = phases().iterator().next();
    List<CompletionStage<Verdict>> asked = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      asked.add(policy.decide(phase, calls().get(0).fresh(i).view(phase)));
    }
    close(policy);
    long end = end();
    for (CompletionStage<Verdict> one : asked) {
      ended("a question to a policy that is closed since", one, end);
    }
  }

  /** They would hold its classes, and work, for as long as the switch runs. */
  @Test
  public void itsThreadsEndWithIt() throws Exception {
    Set<Thread> before = threads();
    askAndClose();
    long end = end();
    Set<Thread> left;
    do {
      System.gc(); // The JDK's HTTP client ends its thread when nobody has it any more.
      LockSupport.parkNanos(10_000_000);
      left = threads();
      left.removeAll(before);
    } while (!left.isEmpty() && System.nanoTime() < end);
    assertThat(left).as("threads that still run %s after close", patience()).isEmpty();
  }

  private void askAndClose() throws Exception {
    AsyncCallPolicy policy = policy();
    Phase phase = phases().iterator().next();
    for (int i = 0; i < FRESH; i++) {
      ended("question " + i, policy.decide(phase, calls().get(0).fresh(i).view(phase)), end());
    }
    close(policy);
  }

  private static Set<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.isAlive() && SHARED.stream().noneMatch(thread.getName()::startsWith)).collect(Collectors.toCollection(HashSet::new));
  }

  /** For what must come to an end, however busy the build machine is. */
  Duration patience() {
    return Duration.ofSeconds(10);
  }

  private long end() {
    return System.nanoTime() + patience().toNanos();
  }

  private Verdict answer(CompletionStage<Verdict> asked) throws Exception {
    ended("the question", asked, end());
    return asked.toCompletableFuture().get();
  }

  private boolean ended(String what, CompletionStage<Verdict> asked, long end) throws Exception {
    CompletableFuture<Boolean> ended = asked.handle((verdict, failure) -> true).toCompletableFuture();
    try {
      return ended.get(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError(what + " is neither answered nor failed within " + patience(), e);
    }
  }
}
