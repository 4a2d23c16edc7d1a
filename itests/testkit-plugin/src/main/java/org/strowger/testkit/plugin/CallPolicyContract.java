package org.strowger.testkit.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.strowger.calls.api.CallView;
import org.strowger.calls.api.Phase;
import org.strowger.calls.api.Verdict;
import org.strowger.calls.spi.CallPolicy;

/**
 * What every {@link CallPolicy} must do. Extend it in a test of yours, give it your policy, and it tells you what the switch
 * will hold against it.
 */
public abstract class CallPolicyContract {

  /** What the switch waits for an answer. */
  private static final Duration LIMIT = Duration.ofMillis(50);
  private static final int FRESH = 20;

  /** The policy, configured so that it refuses or changes one of {@link #calls()} at least. Called once per test. */
  protected abstract CallPolicy policy() throws Exception;

  /** The service property {@code call.phase}. */
  protected abstract Set<Phase> phases();

  /** What it is asked about. Add those that it is for. */
  protected List<SampleCall> calls() {
    return SampleCall.ofManyKinds();
  }

  @Test
  public void hasAnAnswerThatMakesSenseToEveryCall() throws Exception {
    CallPolicy policy = policy();
    assertThat(phases()).as("the phases it is asked in").isNotEmpty();
    for (Phase phase : phases()) {
      for (SampleCall call : calls()) {
        try {
          assertThat(Answers.lacking(phase, policy.decide(phase, call.view(phase)))).as("what is wrong with the verdict on %s in %s", call, phase).isNull();
        } catch (RuntimeException e) {
          throw new AssertionError("%s in %s has no answer: the policy throws %s".formatted(call, phase, e), e);
        }
      }
    }
  }

  @Test
  public void actsOnOneCallAtLeast() throws Exception {
    CallPolicy policy = policy();
    List<Verdict> verdicts = phases().stream().flatMap(phase -> calls().stream().map(call -> policy.decide(phase, call.view(phase)))).toList();
    assertThat(verdicts).as("what it answers to calls()").anyMatch(verdict -> !verdict.equals(Verdict.proceed()));
  }

  @Test
  public void answersTheSameToTheSameCall() throws Exception {
    CallPolicy policy = policy();
    for (Phase phase : phases()) {
      for (SampleCall call : calls()) {
        assertThat(policy.decide(phase, call.view(phase))).as("%s in %s, asked again", call, phase).isEqualTo(policy.decide(phase, call.view(phase)));
      }
    }
  }

  /** To calls it has not seen before, too; when its classes are loaded. A busy build machine may hold up a few. */
  @Test
  public void answersInTime() throws Exception {
    CallPolicy policy = policy();
    int asked = 0;
    for (Phase phase : phases()) {
      var slowness = new Slowness(LIMIT);
      for (SampleCall call : calls()) {
        policy.decide(phase, call.view(phase));
        for (int i = 0; i < FRESH; i++) {
          SampleCall fresh = call.fresh(asked++);
          CallView view = fresh.view(phase);
          slowness.time(fresh + " in " + phase, () -> policy.decide(phase, view));
        }
      }
    }
  }

  @Test
  public void answersManyAtOnce() throws Exception {
    CallPolicy policy = policy();
    Phase phase = phases().iterator().next();
    List<Verdict> expected = calls().stream().map(call -> policy.decide(phase, call.view(phase))).toList();
    Crowd.asks(turn -> {
      int i = turn % expected.size();
      assertThat(policy.decide(phase, calls().get(i).view(phase))).isEqualTo(expected.get(i));
    });
  }

  @Test
  public void keepsNoCall() throws Exception {
    CallPolicy policy = policy();
    List<WeakReference<CallView>> asked = askAndForget(policy);
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (asked.stream().anyMatch(view -> view.get() != null) && System.nanoTime() < end) {
      System.gc();
      LockSupport.parkNanos(10_000_000);
    }
    assertThat(asked).as("calls that %s still holds", policy).noneMatch(view -> view.get() != null);
  }

  private List<WeakReference<CallView>> askAndForget(CallPolicy policy) {
    var asked = new ArrayList<WeakReference<CallView>>();
    for (Phase phase : phases()) {
      for (SampleCall call : calls()) {
        CallView view = call.view(phase);
        policy.decide(phase, view);
        asked.add(new WeakReference<>(view));
      }
    }
    return asked;
  }
}
