package org.strowger.dncl.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.strowger.calls.api.Phase.SCREEN;
import static org.strowger.calls.api.Phase.TRANSLATE;
import static org.strowger.dncl.internal.Fixture.call;
import static org.strowger.dncl.internal.Fixture.with;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.strowger.calls.api.CallView;
import org.strowger.calls.api.Change;
import org.strowger.calls.api.Phase;
import org.strowger.calls.api.SipStatus;
import org.strowger.calls.api.Verdict;
import org.strowger.dncl.internal.DnclConfig.Stage;

class DnclPolicyTest {

  private final Sources sources = new Sources();
  private final DncLists lists = new DncLists(sources, Fixture.timeless());
  private final DnclMeter meter = new DnclMeter(null, lists);

  @AfterEach
  void close() {
    lists.close();
  }

  private DnclPolicy at(Stage stage) {
    return new DnclPolicy(lists, meter, config(stage));
  }

  private Verdict decide(Phase phase, CallView call) {
    return at(Stage.TRANSLATED).decide(phase, call).toCompletableFuture().join();
  }

  private static Verdict listed(String which, String list) {
    return Verdict.reject(SipStatus.CONSENT_NEEDED, which + " number is on list " + list);
  }

  @Test
  void refusesAListedNumberOnlyForAccountsThatAsk() {
    sources.add("ca", with("14165551234"));
    assertThat(decide(SCREEN, call("14165551234"))).isEqualTo(listed("dialled", "ca"));
    assertThat(decide(SCREEN, call(false, "alice", "14165551234", "14165551234"))).isEqualTo(Verdict.proceed());
    assertThat(decide(SCREEN, call("14165551235"))).isEqualTo(Verdict.proceed());
    assertThat(decide(SCREEN, call("141655512345"))).isEqualTo(Verdict.proceed());
  }

  @Test
  void punctuationOfADialledNumberIsPassedOver() {
    sources.add("ca", with("14165551234"));
    assertThat(decide(SCREEN, call("+1 (416) 555-1234"))).isEqualTo(listed("dialled", "ca"));
    assertThat(decide(SCREEN, call("14165551234#"))).isEqualTo(Verdict.proceed());
    assertThat(decide(SCREEN, call("bob"))).isEqualTo(Verdict.proceed());
    assertThat(decide(SCREEN, call(""))).isEqualTo(Verdict.proceed());
  }

  @Test
  void theStageSaysWhichNumberIsLookedUp() {
    sources.add("ca", with("14165551234"));
    sources.add("raw", with("00114165551234"));
    CallView before = call(true, "alice", "00114165551234", "00114165551234");
    CallView after = call(true, "alice", "00114165551234", "14165551234");
    assertThat(at(Stage.TRANSLATED).decide(TRANSLATE, before).toCompletableFuture().join()).isEqualTo(Verdict.proceed());
    assertThat(at(Stage.TRANSLATED).decide(SCREEN, after).toCompletableFuture().join()).isEqualTo(listed("dialled", "ca"));
    assertThat(at(Stage.DIALLED).decide(TRANSLATE, before).toCompletableFuture().join()).isEqualTo(listed("dialled", "raw"));
    assertThat(at(Stage.DIALLED).decide(SCREEN, after).toCompletableFuture().join()).isEqualTo(Verdict.proceed());
  }

  @Test
  void everyListOfTheSideIsAsked() {
    sources.add("a", with("1"));
    sources.add("b", with("14165551234"));
    assertThat(decide(SCREEN, call("14165551234"))).isEqualTo(listed("dialled", "b"));
  }

  @Test
  void aListOfCallersIsAboutTheCli() {
    sources.add("callers", with("14165550100"), "dnc.side", "cli");
    assertThat(decide(SCREEN, call("14165550100"))).isEqualTo(Verdict.proceed());
    assertThat(decide(SCREEN, call(true, "14165550100", "2", "2"))).isEqualTo(listed("calling", "callers"));
  }

  @Test
  void aListWithoutAnAnswerIsJudgedByItsFailurePolicy() {
    sources.add("sick", Fixture.source(number -> CompletableFuture.failedFuture(new IllegalStateException("its file is gone"))));
    assertThat(decide(SCREEN, call("1"))).isEqualTo(Verdict.reject(SipStatus.SERVICE_UNAVAILABLE, "list sick has no answer: its file is gone"));

    var open = new Sources();
    var others = new DncLists(open, Fixture.timeless());
    open.add("sick", Fixture.source(number -> CompletableFuture.failedFuture(new IllegalStateException("its file is gone"))), "on.failure", "open");
    assertThat(new DnclPolicy(others, meter, config(Stage.TRANSLATED)).decide(SCREEN, call("1")).toCompletableFuture().join())
        .isEqualTo(Verdict.proceed(new Change.Tag("dncl: list sick has no answer: its file is gone")));
    others.close();
  }

  @Test
  void aCallWaitsForAListThatAnswersLater() {
    var dialled = new CompletableFuture<Boolean>();
    var calling = new CompletableFuture<Boolean>();
    sources.add("web", Fixture.source(number -> dialled));
    sources.add("callers", Fixture.source(number -> calling), "dnc.side", "cli");
    CompletableFuture<Verdict> verdict = at(Stage.TRANSLATED).decide(SCREEN, call(true, "14165550100", "1", "1")).toCompletableFuture();
    dialled.complete(false);
    assertThat(verdict).isNotDone();
    calling.complete(true);
    assertThat(verdict.join()).isEqualTo(listed("calling", "callers"));
  }

  static DnclConfig config(Stage stage) {
    return new DnclConfig() {
      @Override
      public Stage stage() {
        return stage;
      }

      @Override
      public Class<DnclConfig> annotationType() {
        return DnclConfig.class;
      }
    };
  }
}
