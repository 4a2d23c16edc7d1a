package org.strowger.testkit.plugin;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;
import org.strowger.calls.api.CallView;
import org.strowger.calls.api.Change;
import org.strowger.calls.api.Phase;
import org.strowger.calls.api.SipStatus;
import org.strowger.calls.api.Verdict;
import org.strowger.calls.spi.CallPolicy;

final class PolicyProofs {

  static final Verdict REFUSED = Verdict.reject(SipStatus.FORBIDDEN, "no");
  private static final String SENSE = "hasAnAnswerThatMakesSenseToEveryCall";

  private PolicyProofs() {}

  static Proof<CallPolicyContract> proof() {
    var asked = new AtomicInteger();
    CallPolicyContract changing = screening((phase, call) -> asked.getAndIncrement() % 2 == 0 ? REFUSED : Verdict.proceed());
    List<CallView> kept = new ArrayList<>();
    Set<String> known = ConcurrentHashMap.newKeySet();
    return new Proof<>(CallPolicyContract.class, screening((phase, call) -> call.cli().equals("1001") ? REFUSED : Verdict.proceed()))
        .finds(SENSE, answering(null), "no verdict")
        .finds(SENSE, screening((phase, call) -> call.caller().name().isEmpty() ? REFUSED : Verdict.proceed()), "the policy throws java.util.NoSuchElementException")
        .finds(SENSE, answering(Verdict.proceed(new Change.HideCaller())), "HideCaller is for [PRESENT], not for SCREEN")
        .finds(SENSE, answering(Verdict.proceed(new Change.Cld("1".repeat(200)))), "200 characters")
        .finds(SENSE, answering(new Verdict.Divert("1002", null)), "no reason")
        .finds(SENSE, answering(Verdict.proceed(new Change.Tag(""))), "empty tag")
        .finds(SENSE, answering(Verdict.proceed(new Change.Hold(null, -1, null))), "empty slot's key")
        .finds(SENSE, answering(Verdict.proceed(new Change.Take("k", BigDecimal.ZERO, 0, SipStatus.FORBIDDEN))), "burst of 0")
        .finds(SENSE, answering(Verdict.proceed(new Change.Once("k", Instant.MAX, SipStatus.FORBIDDEN))), "more than 31 days ahead")
        .finds(SENSE, answering(Verdict.proceed(new Change.MaxDuration(Duration.ofDays(400)))), "maximum duration")
        .finds(SENSE, answering(new Verdict.Proceed(Collections.nCopies(500, new Change.Tag("more")))), "500 changes")
        .finds(SENSE, answering(Phase.IDENTIFY, Verdict.proceed(new Change.Caller(null))), "caller without an account")
        .finds(SENSE, answering(Phase.PRESENT, Verdict.proceed(new Change.AssertIdentity(null))), "no identity")
        .finds(SENSE, answering(Phase.PRESENT, new Verdict.Divert("1002", "why")), "a diversion is not for PRESENT")
        .finds(SENSE, answering(Phase.PRESENT, Verdict.proceed(new Change.Header("Via", "x"))), "the header Via does not pass")
        .finds("actsOnOneCallAtLeast", answering(Verdict.proceed()), "what it answers to calls()")
        .finds("answersTheSameToTheSameCall", changing, "asked again")
        .finds("answersManyAtOnce", changing, "at once: ")
        .finds("answersInTime", screening((phase, call) -> {
          LockSupport.parkNanos(70_000_000);
          return REFUSED;
        }), "more than 50 ms")
        .finds("answersInTime", screening((phase, call) -> {
          if (known.add(call.cli() + " " + call.cld())) {
            LockSupport.parkNanos(500_000_000);
          }
          return REFUSED;
        }), "more than 50 ms")
        .finds("keepsNoCall", screening((phase, call) -> {
          kept.add(call);
          return REFUSED;
        }), "still holds");
  }

  private static CallPolicyContract answering(Verdict verdict) {
    return answering(Phase.SCREEN, verdict);
  }

  private static CallPolicyContract answering(Phase phase, Verdict verdict) {
    return policy((asked, call) -> verdict, phase);
  }

  private static CallPolicyContract screening(BiFunction<Phase, CallView, Verdict> decision) {
    return policy(decision::apply, Phase.SCREEN);
  }

  private static CallPolicyContract policy(CallPolicy policy, Phase phase) {
    return new CallPolicyContract() {
      @Override
      protected CallPolicy policy() {
        return policy;
      }

      @Override
      protected Set<Phase> phases() {
        return Set.of(phase);
      }
    };
  }
}
