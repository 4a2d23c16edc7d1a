package org.strowger.dncl.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.strowger.dncl.internal.Fixture.source;
import static org.strowger.dncl.internal.Fixture.with;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.strowger.dnc.spi.DncSource;
import org.strowger.dnc.spi.DncStatus;
import org.strowger.dncl.internal.DncLists.Answer;
import org.strowger.dncl.internal.DncLists.Side;
import org.strowger.dncl.internal.shell.ShellAccess;
import org.strowger.kernel.Health;

class DncListsTest {

  private final Sources sources = new Sources();
  private final DncLists lists = new DncLists(sources, Fixture.timeless());

  @AfterEach
  void close() {
    lists.close();
  }

  private CompletableFuture<Answer> asked(String number) {
    return lists.find(Side.CLD, number).toCompletableFuture();
  }

  private Answer find(String number) throws Exception {
    return asked(number).get(10, TimeUnit.SECONDS);
  }

  @Test
  void aLateAnswerIsWaitedForAndOneThatIsTooLateIsNot() throws Exception {
    var clocked = new DncLists(sources);
    var late = new CompletableFuture<Boolean>();
    sources.add("late", source(number -> late));
    CompletionStage<Answer> found = lists.find(Side.CLD, "1");
    assertThat(found.toCompletableFuture()).isNotDone();
    late.complete(true);
    assertThat(found.toCompletableFuture().get(10, TimeUnit.SECONDS)).isEqualTo(new Answer.Listed("late"));

    sources.add("never", source(number -> new CompletableFuture<>()), DncSource.LIMIT_MILLIS, "20");
    late.obtrudeValue(false);
    assertThat(clocked.find(Side.CLD, "2").toCompletableFuture().get(10, TimeUnit.SECONDS)).isEqualTo(new Answer.Unknown("never", "no answer within 20 ms", false));
    clocked.close();
  }

  @Test
  void whoHasTheNumberIsNotWaitingForTheOthers() throws Exception {
    var late = new CompletableFuture<Boolean>();
    var asked = new CountDownLatch(1);
    sources.add("never", source(number -> new CompletableFuture<>()));
    sources.add("late", source(number -> {
      asked.countDown();
      return late;
    }));
    CompletionStage<Answer> found = lists.find(Side.CLD, "1");
    assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
    late.complete(true);
    assertThat(found.toCompletableFuture().get(10, TimeUnit.SECONDS)).isEqualTo(new Answer.Listed("late"));
  }

  @Test
  void aSourceThatThrowsOrAnswersNothingIsUnknown() throws Exception {
    sources.add("throws", source(number -> {
      throw new IllegalStateException("boom");
    }), "on.failure", "open");
    assertThat(find("1")).isEqualTo(new Answer.Unknown("throws", "boom", true));
    sources.add("null", source(number -> null));
    assertThat(find("1")).isEqualTo(new Answer.Unknown("null", "answered nothing", false));
    sources.add("works", with("1"));
    assertThat(find("1")).isEqualTo(new Answer.Listed("works"));
  }

  @Test
  void thePromptOffersTheirNames() {
    sources.add("canada", with("1"));
    sources.add("france", with("2"));
    var view = new DnclView(lists);
    assertThat(ShellAccess.offered(view, "")).containsExactlyInAnyOrder("canada", "france");
    assertThat(ShellAccess.offered(view, "fr")).containsExactly("france");
    assertThat(ShellAccess.offered(view, "x")).isEmpty();
  }

  @Test
  void aSourceThatLeftIsNotAsked() throws Exception {
    DncSource source = with("1");
    sources.add("a", source);
    sources.remove(source);
    assertThat(find("1")).isEqualTo(new Answer.Clear());
    assertThat(lists.all()).isEmpty();
  }

  /** As an HTTP list's bundle is updated: what it was asked is answered by nobody, or by the next build if that is there. */
  @Test
  void aSourceThatLeavesWhileItIsAskedDecidesNothing() throws Exception {
    var open = new CompletableFuture<Boolean>();
    var asked = new CountDownLatch(2);
    DncSource source = source(number -> {
      asked.countDown();
      return open;
    });
    sources.add("web", source);
    CompletableFuture<Answer> alone = asked("1");
    CompletableFuture<Answer> listed = asked("2");
    assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
    sources.remove(source);
    open.completeExceptionally(new IllegalStateException("the list is gone"));
    assertThat(alone.get(10, TimeUnit.SECONDS)).isEqualTo(new Answer.Clear());
    assertThat(listed.get(10, TimeUnit.SECONDS)).isEqualTo(new Answer.Clear());
  }

  @Test
  void oneWithoutWhichNoCallIsTakenDecidesThoughItLeaves() throws Exception {
    var open = new CompletableFuture<Boolean>();
    var asked = new CountDownLatch(1);
    DncSource source = source(number -> {
      asked.countDown();
      return open;
    });
    sources.add("web", source);
    CompletableFuture<Answer> found = asked("1");
    assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
    sources.missing.add("test/web");
    sources.remove(source);
    open.completeExceptionally(new IllegalStateException("the list is gone"));
    assertThat(found.get(10, TimeUnit.SECONDS)).isEqualTo(new Answer.Unknown("web", "the list is gone", false));
  }

  @Test
  void theNextBuildAnswersForTheOneThatLeft() throws Exception {
    var open = new CompletableFuture<Boolean>();
    var asked = new CountDownLatch(1);
    DncSource source = source(number -> {
      asked.countDown();
      return open;
    });
    sources.add("web", source);
    CompletableFuture<Answer> found = asked("1");
    assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
    sources.add("web", with("1"));
    sources.remove(source);
    open.completeExceptionally(new IllegalStateException("the list is gone"));
    assertThat(found.get(10, TimeUnit.SECONDS)).isEqualTo(new Answer.Listed("web"));
  }

  @Test
  void oneWithoutWhichNoCallIsTakenIsMissedThoughItLeftBeforeItWasAsked() throws Exception {
    DncSource source = with("1");
    sources.add("web", source, "on.failure", "open");
    sources.add("other", with("3"));
    sources.missing.add("test/web");
    sources.remove(source);
    assertThat(find("2")).isEqualTo(new Answer.Unknown("web", "it has left and is mandatory", false));
    assertThat(find("3")).as("on another list").isEqualTo(new Answer.Listed("other"));
    assertThat(lists.find(Side.CLI, "2").toCompletableFuture().get(10, TimeUnit.SECONDS)).as("numbers that must not call").isEqualTo(new Answer.Clear());
    sources.add("web", with("1"));
    sources.missing.clear();
    assertThat(find("2")).isEqualTo(new Answer.Clear());
    assertThat(find("1")).isEqualTo(new Answer.Listed("web"));
  }

  @Test
  void theNextBuildAnswersForTheOneThatNeverDid() throws Exception {
    try (var clock = new Alarms()) {
      var clocked = new DncLists(sources, clock);
      CompletableFuture<Answer> found = replacedWhileItIsAsked(clocked, with("1"));
      assertThat(found).isNotDone();
      clock.ring();
      assertThat(found.get(10, TimeUnit.SECONDS)).isEqualTo(new Answer.Listed("web"));
      clocked.close();
    }
  }

  @Test
  void theNextBuildHasTimeOnceToo() throws Exception {
    try (var clock = new Alarms()) {
      var clocked = new DncLists(sources, clock);
      CompletableFuture<Answer> found = replacedWhileItIsAsked(clocked, source(number -> new CompletableFuture<>()));
      clock.ring();
      assertThat(found).isNotDone();
      clock.ring();
      assertThat(found).isCompletedWithValue(new Answer.Unknown("web", "no answer within 300 ms", false));
      assertThat(clock.after).containsExactly(300, 150);
      clocked.close();
    }
  }

  private CompletableFuture<Answer> replacedWhileItIsAsked(DncLists clocked, DncSource next) throws InterruptedException {
    var asked = new CountDownLatch(1);
    DncSource source = source(number -> {
      asked.countDown();
      return new CompletableFuture<>();
    });
    sources.add("web", source, DncSource.LIMIT_MILLIS, "300");
    CompletableFuture<Answer> found = clocked.find(Side.CLD, "1").toCompletableFuture();
    assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
    sources.remove(source);
    sources.add("web", next);
    return found;
  }

  /** Alarms that ring when they are told to. */
  private static final class Alarms extends Lanes {

    final List<Integer> after = new ArrayList<>();
    private Runnable last;

    @Override
    Future<?> after(int millis, Runnable brief) {
      after.add(millis);
      last = brief;
      return new CompletableFuture<>();
    }

    void ring() {
      last.run();
    }
  }

  @Test
  void nobodyIsLeftWaitingWhenDnclGoes() throws Exception {
    sources.add("never", source(number -> new CompletableFuture<>()));
    CompletableFuture<Answer> found = asked("1");
    lists.close();
    assertThat(found).isCompletedWithValue(new Answer.Clear());
    assertThat(find("1")).isEqualTo(new Answer.Clear());
  }

  /** A misspelt name must not let calls pass that the list was meant to refuse. */
  @Test
  void aSourceWithoutAGoodNameHasNoAnswer() throws Exception {
    sources.add("No Name", with("1"), "service.id", "7");
    assertThat(find("1")).isEqualTo(new Answer.Unknown("unnamed-7", "its service property dnc.list is 'No Name' and must match [a-z0-9-]{1,32}", false));
    assertThat(new DnclMeter(null, lists).health().state()).isEqualTo(Health.State.DEGRADED);
    assertThat(lists.upkeep().status(lists.all().get(0)).state()).isEqualTo(DncStatus.State.FAILED);
  }
}
