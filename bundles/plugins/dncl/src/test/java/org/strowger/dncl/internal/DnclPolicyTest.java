package org.strowger.dncl.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.strowger.calls.api.Phase.SCREEN;
import static org.strowger.calls.api.Phase.TRANSLATE;
import static org.strowger.dncl.internal.Fixture.add;
import static org.strowger.dncl.internal.Fixture.call;
import static org.strowger.dncl.internal.Fixture.with;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.strowger.calls.api.CallView;
import org.strowger.calls.api.Change;
import org.strowger.calls.api.Phase;
import org.strowger.calls.api.SipStatus;
import org.strowger.calls.api.Verdict;
import org.strowger.dncl.internal.DnclConfig.Stage;

class DnclPolicyTest {

  private final DncLists lists = new DncLists();
  private final DnclMeter meter = new DnclMeter(null, lists);

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
    add(lists, "ca", with("14165551234"));
    assertThat(decide(SCREEN, call("14165551234"))).isEqualTo(listed("dialled", "ca"));
    assertThat(decide(SCREEN, call(false, "alice", "14165551234", "14165551234"))).isEqualTo(Verdict.proceed());
    assertThat(decide(SCREEN, call("14165551235"))).isEqualTo(Verdict.proceed());
    assertThat(decide(SCREEN, call("141655512345"))).isEqualTo(Verdict.proceed());
  }

  @Test
  void punctuationOfADialledNumberIsPassedOver() {
    add(lists, "ca", with("14165551234"));
    assertThat(decide(SCREEN, call("+1 (416) 555-1234"))).isEqualTo(listed("dialled", "ca"));
    assertThat(decide(SCREEN, call("14165551234#"))).isEqualTo(Verdict.proceed());
    assertThat(decide(SCREEN, call("bob"))).isEqualTo(Verdict.proceed());
    assertThat(decide(SCREEN, call(""))).isEqualTo(Verdict.proceed());
  }

  @Test
  void theStageSaysWhichNumberIsLookedUp() {
    add(lists, "ca", with("14165551234"));
    add(lists, "raw", with("00114165551234"));
    CallView before = call(true, "alice", "00114165551234", "00114165551234");
    CallView after = call(true, "alice", "00114165551234", "14165551234");
    assertThat(at(Stage.TRANSLATED).decide(TRANSLATE, before).toCompletableFuture().join()).isEqualTo(Verdict.proceed());
    assertThat(at(Stage.TRANSLATED).decide(SCREEN, after).toCompletableFuture().join()).isEqualTo(listed("dialled", "ca"));
    assertThat(at(Stage.DIALLED).decide(TRANSLATE, before).toCompletableFuture().join()).isEqualTo(listed("dialled", "raw"));
    assertThat(at(Stage.DIALLED).decide(SCREEN, after).toCompletableFuture().join()).isEqualTo(Verdict.proceed());
  }

  @Test
  void everyListOfTheSideIsAsked() {
    add(lists, "a", with("1"));
    add(lists, "b", with("14165551234"));
    assertThat(decide(SCREEN, call("14165551234"))).isEqualTo(listed("dialled", "b"));
  }

  @Test
  void aListOfCallersIsAboutTheCli() {
    add(lists, "callers", with("14165550100"), "dnc.side", "cli");
    assertThat(decide(SCREEN, call("14165550100"))).isEqualTo(Verdict.proceed());
    assertThat(decide(SCREEN, call(true, "14165550100", "2", "2"))).isEqualTo(listed("calling", "callers"));
  }

  @Test
  void aListWithoutAnAnswerIsJudgedByItsFailurePolicy() {
    add(lists, "sick", Fixture.source(number -> CompletableFuture.failedFuture(new IllegalStateException("its file is gone"))));
    assertThat(decide(SCREEN, call("1"))).isEqualTo(Verdict.reject(SipStatus.SERVICE_UNAVAILABLE, "list sick has no answer: its file is gone"));

    var others = new DncLists();
    add(others, "sick", Fixture.source(number -> CompletableFuture.failedFuture(new IllegalStateException("its file is gone"))), "on.failure", "open");
    assertThat(new DnclPolicy(others, meter, config(Stage.TRANSLATED)).decide(SCREEN, call("1")).toCompletableFuture().join())
        .isEqualTo(Verdict.proceed(new Change.Tag("dncl: list sick has no answer: its file is gone")));
  }

  @Test
  void aCallWaitsForAListThatAnswersLater() {
    var dialled = new CompletableFuture<Boolean>();
    var calling = new CompletableFuture<Boolean>();
    add(lists, "web", Fixture.source(number -> dialled));
    add(lists, "callers", Fixture.source(number -> calling), "dnc.side", "cli");
    CompletableFuture<Verdict> verdict = at(Stage.TRANSLATED).decide(SCREEN, call(true, "14165550100", "1", "1")).toCompletableFuture();
    dialled.complete(false);
    assertThat(verdict).isNotDone();
    calling.complete(true);
    assertThat(verdict.join()).isEqualTo(listed("calling", "callers"));
  }

  private static DnclConfig config(Stage stage) {
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
