package org.strowger.testkit.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.strowger.accounts.api.SettingsSchema;
import org.strowger.accounts.spi.AccountFeature;
import org.strowger.accounts.spi.AccountSettings;
import org.strowger.accounts.spi.Settings;
import org.strowger.billing.api.Cdr;
import org.strowger.billing.spi.CdrSink;
import org.strowger.calls.api.CallView;
import org.strowger.calls.api.Change;
import org.strowger.calls.api.Phase;
import org.strowger.calls.api.SipStatus;
import org.strowger.calls.api.Verdict;
import org.strowger.calls.spi.AsyncCallPolicy;
import org.strowger.calls.spi.CallPolicy;
import org.strowger.dnc.spi.DncSource;
import org.strowger.dnc.spi.DncStatus;
import org.strowger.kernel.data.Setting;
import org.strowger.kernel.data.Shape;
import org.strowger.rest.api.Endpoint;
import org.strowger.rest.api.RestAnswer;
import org.strowger.rest.spi.RestResource;

/** Each contract lets a good plugin pass and finds the bad ones it is for. */
class ContractsCanFailTest {

  private static final Verdict REFUSED = Verdict.reject(SipStatus.FORBIDDEN, "no");

  private static void fails(ThrowingCallable test, String said) {
    assertThatThrownBy(test).isInstanceOf(AssertionError.class).hasMessageContaining(said);
  }

  // ---- call policies

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

  private static CallPolicyContract screening(BiFunction<Phase, CallView, Verdict> decision) {
    return policy(decision::apply, Phase.SCREEN);
  }

  @Test
  void policiesThatDoNotKeepTheirContract() throws Exception {
    CallPolicyContract good = screening((phase, call) -> call.cli().equals("1001") ? REFUSED : Verdict.proceed());
    good.hasAnAnswerThatMakesSenseToEveryCall();
    good.actsOnOneCallAtLeast();
    good.answersTheSameToTheSameCall();
    good.answersInTime();
    good.answersManyAtOnce();
    good.keepsNoCall();

    fails(screening((phase, call) -> null)::hasAnAnswerThatMakesSenseToEveryCall, "no verdict");
    fails(screening((phase, call) -> call.caller().name().isEmpty() ? REFUSED : Verdict.proceed())::hasAnAnswerThatMakesSenseToEveryCall, "the policy throws java.util.NoSuchElementException");
    fails(screening((phase, call) -> Verdict.proceed(new Change.HideCaller()))::hasAnAnswerThatMakesSenseToEveryCall, "HideCaller is for [PRESENT], not for SCREEN");
    fails(screening((phase, call) -> Verdict.proceed(new Change.Cld("1".repeat(200))))::hasAnAnswerThatMakesSenseToEveryCall, "200 characters");
    fails(policy((phase, call) -> new Verdict.Divert("1002", "why"), Phase.PRESENT)::hasAnAnswerThatMakesSenseToEveryCall, "a diversion is not for PRESENT");
    fails(policy((phase, call) -> Verdict.proceed(new Change.Header("Via", "x")), Phase.PRESENT)::hasAnAnswerThatMakesSenseToEveryCall, "the header Via does not pass");
    nonsense(new Verdict.Divert("1002", null), "no reason");
    nonsense(Verdict.proceed(new Change.Tag("")), "empty tag");
    nonsense(Verdict.proceed(new Change.Hold(null, -1, null)), "empty slot's key");
    nonsense(Verdict.proceed(new Change.Take("k", BigDecimal.ZERO, 0, SipStatus.FORBIDDEN)), "burst of 0");
    nonsense(Verdict.proceed(new Change.MaxDuration(Duration.ofDays(400))), "maximum duration");
    nonsense(new Verdict.Proceed(Collections.nCopies(500, new Change.Tag("more"))), "500 changes");
    fails(policy((phase, call) -> Verdict.proceed(new Change.Caller(null)), Phase.IDENTIFY)::hasAnAnswerThatMakesSenseToEveryCall, "caller without an account");
    fails(policy((phase, call) -> Verdict.proceed(new Change.AssertIdentity(null)), Phase.PRESENT)::hasAnAnswerThatMakesSenseToEveryCall, "no identity");
    fails(screening((phase, call) -> Verdict.proceed())::actsOnOneCallAtLeast, "what it answers to calls()");
    Iterator<Verdict> changing = new Iterator<>() {
      private int asked;

      @Override
      public boolean hasNext() {
        return true;
      }

      @Override
      public synchronized Verdict next() {
        return asked++ % 2 == 0 ? REFUSED : Verdict.proceed();
      }
    };
    fails(screening((phase, call) -> changing.next())::answersTheSameToTheSameCall, "asked again");
    fails(screening((phase, call) -> changing.next())::answersManyAtOnce, "at once: ");
    fails(screening((phase, call) -> {
      LockSupport.parkNanos(70_000_000);
      return REFUSED;
    })::answersInTime, "in SCREEN");
    var kept = new ArrayList<CallView>();
    fails(screening((phase, call) -> {
      kept.add(call);
      return REFUSED;
    })::keepsNoCall, "still holds");
  }

  private static void nonsense(Verdict verdict, String said) {
    fails(screening((phase, call) -> verdict)::hasAnAnswerThatMakesSenseToEveryCall, said);
  }

  private static AsyncCallPolicyContract later(AsyncCallPolicy policy, AsyncCallPolicy broken) {
    return new AsyncCallPolicyContract() {
      @Override
      protected AsyncCallPolicy policy() {
        return policy;
      }

      @Override
      protected AsyncCallPolicy policyThatCannotKnow() {
        return broken;
      }

      @Override
      protected void close(AsyncCallPolicy gone) {
        // nothing is open
      }

      @Override
      protected Set<Phase> phases() {
        return Set.of(Phase.SCREEN);
      }
    };
  }

  @Test
  void asynchronousPoliciesThatDoNotKeepTheirContract() throws Exception {
    AsyncCallPolicy refuses = (phase, call) -> CompletableFuture.completedFuture(REFUSED);
    AsyncCallPolicy unable = (phase, call) -> CompletableFuture.failedFuture(new IllegalStateException("no file"));
    AsyncCallPolicy silent = (phase, call) -> new CompletableFuture<>();
    AsyncCallPolicyContract good = later(refuses, unable);
    good.hasAnAnswerThatMakesSenseToEveryCall();
    good.neverBlocksWhoAsks();
    good.failsInTimeWhereItCannotKnow();
    good.manyAtOnceAllComeToAnEnd();
    good.nobodyWaitsForOneThatIsGone();

    fails(later((phase, call) -> CompletableFuture.completedFuture(null), unable)::hasAnAnswerThatMakesSenseToEveryCall, "no verdict");
    fails(later(refuses, silent)::failsInTimeWhereItCannotKnow, "not silence");
    fails(later(refuses, refuses)::failsInTimeWhereItCannotKnow, "an exception within 500 ms");
    AsyncCallPolicy blocking = (phase, call) -> {
      LockSupport.parkNanos(400_000_000);
      return CompletableFuture.completedFuture(REFUSED);
    };
    fails(later(blocking, unable)::neverBlocksWhoAsks, "at once");
  }

  // ---- CDR sinks

  /** In memory, so that the next one begins with what the last one had. */
  private static class Shelf extends CdrSinkContract {
    final List<String> taken = new ArrayList<>();

    @Override
    protected CdrSink sink() {
      taken.clear();
      return again();
    }

    @Override
    protected CdrSink again() {
      return batch -> batch.forEach(cdr -> taken.add(cdr.id().toString()));
    }

    @Override
    protected CdrSink sinkThatCannotTake() {
      return batch -> {
        throw new IllegalStateException("full");
      };
    }

    @Override
    protected List<String> arrived() {
      return taken;
    }
  }

  @Test
  void sinksThatDoNotKeepTheirContract() throws Exception {
    var good = new Shelf();
    good.whatItTookHasArrivedWhenItReturns();
    good.takesCdrsOfEveryKind();
    good.takesAFullBatch();
    good.aBatchThatComesAgainHurtsNobody();
    good.goesOnAfterARestart();
    good.throwsWhatItCannotTake();

    var swallows = new Shelf() {
      @Override
      protected CdrSink sinkThatCannotTake() {
        return batch -> { };
      }
    };
    fails(swallows::throwsWhatItCannotTake, "a sink that returns has taken it");
    var drops = new Shelf() {
      @Override
      protected CdrSink again() {
        return batch -> batch.stream().limit(1).map(Cdr::id).forEach(id -> taken.add(id.toString()));
      }
    };
    fails(drops::whatItTookHasArrivedWhenItReturns, "");
    fails(drops::takesAFullBatch, "");
    var naive = new Shelf() {
      @Override
      protected CdrSink again() {
        return batch -> batch.forEach(cdr -> taken.add(cdr.payer().toString().isEmpty() ? "" : cdr.id().toString()));
      }
    };
    assertThatThrownBy(naive::takesCdrsOfEveryKind).isInstanceOf(NullPointerException.class);
  }

  // ---- account features

  @AccountSettings(feature = "good", section = "Tests")
  record Good(@Setting(label = "On", initial = "false") boolean on, @Setting(label = "Number", optional = true) String number) {
    static final Settings<Good> SETTINGS = Settings.of(Good.class);
  }

  private static AccountFeatureContract feature(AccountFeature feature, Map<String, Object> values) {
    return new AccountFeatureContract() {
      @Override
      protected AccountFeature feature() {
        return feature;
      }

      @Override
      protected Map<String, Object> values() {
        return values;
      }
    };
  }

  @Test
  void featuresThatDoNotKeepTheirContract() {
    Map<String, Object> values = Map.of("on", true, "number", "1001");
    AccountFeatureContract good = feature(Good.SETTINGS, values);
    good.saysWhatItAdds();
    good.nothingSetIsComplete();
    good.takesWhatIsSetAndShowsIt();
    good.documentsHoldPlainDataOnly();
    good.refusesAFieldThatThereIsNotByItsName();
    good.refusesWhatIsNotOfTheTypeByItsName();
    good.readsWhatOlderVersionsWrote();

    AccountFeature lax = new AccountFeature() {
      @Override
      public SettingsSchema schema() {
        return new SettingsSchema("Lax One", "Tests", 1, Good.SETTINGS.schema().schema());
      }

      @Override
      public Map<String, Object> complete(Map<String, Object> given) {
        var all = new LinkedHashMap<>(given);
        all.put("object", new StringBuilder());
        return all;
      }

      @Override
      public Map<String, Object> upgrade(Map<String, Object> given, int version) {
        return Map.of();
      }
    };
    AccountFeatureContract bad = feature(lax, values);
    fails(bad::saysWhatItAdds, "its id");
    fails(bad::nothingSetIsComplete, "every field");
    fails(bad::documentsHoldPlainDataOnly, "keep the plugin in memory");
    fails(bad::refusesAFieldThatThereIsNotByItsName, "");
    fails(bad::refusesWhatIsNotOfTheTypeByItsName, "");
    fails(bad::readsWhatOlderVersionsWrote, "of its own version");
    fails(feature(Good.SETTINGS, Map.of("on", false))::takesWhatIsSetAndShowsIt, "");
  }

  // ---- do-not-call lists

  private static DncSource source(BiFunction<List<String>, String, CompletionStage<Boolean>> answers, List<String> numbers) {
    return new DncSource() {
      @Override
      public CompletionStage<Boolean> lists(String number) {
        return answers.apply(numbers, number);
      }

      @Override
      public DncStatus status() {
        return new DncStatus(DncStatus.State.READY, numbers.size(), null, "a test's");
      }
    };
  }

  private static DncSourceContract list(BiFunction<List<String>, String, CompletionStage<Boolean>> answers, CompletionStage<Boolean> unknown) {
    return new DncSourceContract() {
      @Override
      protected DncSource sourceWith(List<String> numbers) {
        return source(answers, numbers);
      }

      @Override
      protected DncSource sourceThatCannotKnow() {
        return source((numbers, number) -> unknown, List.of());
      }
    };
  }

  @Test
  void sourcesThatDoNotKeepTheirContract() throws Exception {
    DncSourceContract good = list((numbers, number) -> CompletableFuture.completedFuture(numbers.contains(number)), CompletableFuture.failedFuture(new IllegalStateException()));
    good.listsExactlyItsNumbers();
    good.failsInTimeWhereItCannotKnow();
    good.answersManyAtOnce();

    fails(list((numbers, number) -> CompletableFuture.completedFuture(numbers.stream().anyMatch(number::endsWith)), null)::listsExactlyItsNumbers, "exact match only");
    fails(list((numbers, number) -> null, CompletableFuture.completedFuture(false))::failsInTimeWhereItCannotKnow, "not 'not listed'");
    fails(list((numbers, number) -> null, new CompletableFuture<>())::failsInTimeWhereItCannotKnow, "not silence");
    fails(list((numbers, number) -> {
      LockSupport.parkNanos(300_000_000);
      return CompletableFuture.completedFuture(true);
    }, CompletableFuture.completedFuture(false))::neverBlocksWhoAsks, "return at once");
  }

  // ---- REST resources

  record Thing(String name) {
    static final Shape<Thing> SHAPE = Shape.of(Thing.class);
  }

  private static RestResourceContract resource(String name, Endpoint... endpoints) {
    return new RestResourceContract() {
      @Override
      protected RestResource resource() {
        return new RestResource() {
          @Override
          public String name() {
            return name;
          }

          @Override
          public List<Endpoint> endpoints() {
            return List.of(endpoints);
          }
        };
      }

      @Override
      protected Map<String, String> there() {
        return Map.of("name", "one");
      }
    };
  }

  private static Endpoint get(String path, Map<String, Object> data) {
    return Endpoint.get(path, "Things", request -> RestAnswer.ok(data)).answering(Thing.SHAPE::schema);
  }

  @Test
  void resourcesThatDoNotKeepTheirContract() throws Exception {
    RestResourceContract good = resource("things", get("/things", Map.of("name", "one")), Endpoint.delete("/things/{name}", "Gone", request -> RestAnswer.noContent()));
    good.isDescribed();
    good.changesAreForAdministrators();
    good.whatIsThereIsAnsweredAsItIsDescribed();
    good.whatIsNotThereIsNotFound();

    fails(resource("Two Things", get("/things", Map.of()))::isDescribed, "one word");
    fails(resource("things", get("/things", Map.of()), get("/things", Map.of()))::isDescribed, "once only");
    fails(resource("things", get("things?all", Map.of()))::isDescribed, "path below /api/v1");
    fails(resource("things", get("/things", Map.of("nobody", "said")))::whatIsThereIsAnsweredAsItIsDescribed, "fields of Thing");
    fails(resource("things", get("/things/{name}", Map.of("name", "one")))::whatIsNotThereIsNotFound, "for what is not there");
    fails(resource("things", Endpoint.put("/things", "Change", request -> null).forRole(org.strowger.rest.api.Role.READ_ONLY))::changesAreForAdministrators, "PUT /things");
  }

  // ---- configurations

  @interface Keys {
    String list();

    int limit_millis() default 250;

    boolean on();
  }

  @Test
  void aConfigurationHasItsDefaultsAndNoOtherKeys() {
    Keys keys = Config.of(Keys.class, Map.of("list", "acme"));

    assertThat(keys.list()).isEqualTo("acme");
    assertThat(keys.limit_millis()).isEqualTo(250);
    assertThat(keys.on()).isFalse();
    assertThatThrownBy(() -> Config.of(Keys.class, Map.of("lst", "acme"))).hasMessageContaining("has no lst()");
  }
}
