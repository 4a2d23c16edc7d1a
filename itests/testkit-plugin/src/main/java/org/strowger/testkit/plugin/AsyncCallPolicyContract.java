package org.strowger.testkit.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.strowger.calls.api.Phase;
import org.strowger.calls.api.Verdict;
import org.strowger.calls.spi.AsyncCallPolicy;

/**
 * What every {@link AsyncCallPolicy} must do. Extend it in a test of yours, give it your policy, and it tells you what the switch
 * will hold against it.
 */
public abstract class AsyncCallPolicyContract {

  /** What a call worker may spend on asking, generously for a busy build machine. */
  private static final Duration AT_ONCE = Duration.ofMillis(200);
  private static final Duration LIMIT = Duration.ofMillis(500);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int MANY = 2_000;

  /** The policy, configured so that it refuses or changes one of {@link #calls()} at least. Called once per test. */
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
      Phase phase = phases().iterator().next();
      answerOrFailure(policy.decide(phase, calls().get(0).view(phase)));
      long start = System.nanoTime();
      CompletionStage<Verdict> asked = policy.decide(phase, calls().get(0).view(phase));
      assertThat(Duration.ofNanos(System.nanoTime() - start)).as("decide returns its stage at once").isLessThan(AT_ONCE);
      answerOrFailure(asked);
      close(policy);
    }
  }

  @Test
  public void failsInTimeWhereItCannotKnow() throws Exception {
    AsyncCallPolicy policy = policyThatCannotKnow();
    Phase phase = phases().iterator().next();
    var asked = policy.decide(phase, calls().get(0).view(phase)).toCompletableFuture();
    Throwable failure = catchThrowable(() -> asked.get(LIMIT.plus(AT_ONCE).toMillis(), TimeUnit.MILLISECONDS));
    assertThat(failure).as("an exception within 500 ms, so that the failure policy answers; not silence").isInstanceOf(ExecutionException.class);
    close(policy);
  }

  /** What is under way is bounded: of many questions at once each is answered or failed, soon. */
  @Test
  public void manyAtOnceAllComeToAnEnd() throws Exception {
    AsyncCallPolicy policy = policy();
    Phase phase = phases().iterator().next();
    List<CompletionStage<Verdict>> asked = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      asked.add(policy.decide(phase, calls().get(i % calls().size()).view(phase)));
    }
    for (CompletionStage<Verdict> one : asked) {
      answerOrFailure(one);
    }
    close(policy);
  }

  @Test
  public void nobodyWaitsForOneThatIsGone() throws Exception {
    AsyncCallPolicy policy = policy();
    Phase phase = phases().iterator().next();
    List<CompletionStage<Verdict>> asked = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      asked.add(policy.decide(phase, calls().get(0).view(phase)));
    }
    close(policy);
    for (CompletionStage<Verdict> one : asked) {
      answerOrFailure(one);
    }
  }

  private static Verdict answer(CompletionStage<Verdict> asked) throws Exception {
    return asked.toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static void answerOrFailure(CompletionStage<Verdict> asked) throws Exception {
    CompletableFuture<Boolean> ended = asked.handle((verdict, failure) -> true).toCompletableFuture();
    assertThat(ended.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
  }
}
