package org.strowger.dncl.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.strowger.dncl.internal.Fixture.add;
import static org.strowger.dncl.internal.Fixture.properties;
import static org.strowger.dncl.internal.Fixture.source;
import static org.strowger.dncl.internal.Fixture.with;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.strowger.dnc.spi.DncSource;
import org.strowger.dncl.internal.DncLists.Answer;
import org.strowger.dncl.internal.DncLists.Side;
import org.strowger.dncl.internal.shell.ShellAccess;

class DncListsTest {

  private final DncLists lists = new DncLists();

  private Answer find(String number) throws Exception {
    return lists.find(Side.CLD, number).toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void memoryAnswersAtOnce() {
    add(lists, "a", with("1"));
    CompletionStage<Answer> found = lists.find(Side.CLD, "1");
    assertThat(found.toCompletableFuture()).isCompletedWithValue(new Answer.Listed("a"));
  }

  @Test
  void aLateAnswerIsWaitedForAndOneThatIsTooLateIsNot() throws Exception {
    var late = new CompletableFuture<Boolean>();
    add(lists, "late", source(number -> late));
    CompletionStage<Answer> found = lists.find(Side.CLD, "1");
    assertThat(found.toCompletableFuture()).isNotDone();
    late.complete(true);
    assertThat(found.toCompletableFuture().get(10, TimeUnit.SECONDS)).isEqualTo(new Answer.Listed("late"));

    add(lists, "never", source(number -> new CompletableFuture<>()), DncSource.LIMIT_MILLIS, "20");
    late.obtrudeValue(false);
    assertThat(find("2")).isEqualTo(new Answer.Unknown("never", "no answer within 20 ms", false));
  }

  @Test
  void whoHasTheNumberIsNotWaitingForTheOthers() throws Exception {
    var late = new CompletableFuture<Boolean>();
    add(lists, "never", source(number -> new CompletableFuture<>()), DncSource.LIMIT_MILLIS, "400");
    add(lists, "late", source(number -> late));
    CompletionStage<Answer> found = lists.find(Side.CLD, "1");
    late.complete(true);
    assertThat(found.toCompletableFuture()).isCompletedWithValue(new Answer.Listed("late"));
  }

  @Test
  void aSourceThatThrowsOrAnswersNothingIsUnknown() throws Exception {
    add(lists, "throws", source(number -> {
      throw new IllegalStateException("boom");
    }), "on.failure", "open");
    assertThat(find("1")).isEqualTo(new Answer.Unknown("throws", "boom", true));
    add(lists, "null", source(number -> null));
    assertThat(find("1")).isEqualTo(new Answer.Unknown("null", "it answered nothing", false));
    add(lists, "works", with("1"));
    assertThat(find("1")).isEqualTo(new Answer.Listed("works"));
  }

  @Test
  void thePromptOffersTheirNames() {
    add(lists, "canada", with("1"));
    add(lists, "france", with("2"));
    var view = new DnclView(lists);
    assertThat(ShellAccess.offered(view, "")).containsExactlyInAnyOrder("canada", "france");
    assertThat(ShellAccess.offered(view, "fr")).containsExactly("france");
    assertThat(ShellAccess.offered(view, "x")).isEmpty();
  }

  @Test
  void aSourceThatLeftIsNotAsked() throws Exception {
    DncSource source = with("1");
    add(lists, "a", source);
    lists.unbind(source, properties("a"));
    assertThat(find("1")).isEqualTo(new Answer.Clear());
    assertThat(lists.all()).isEmpty();
  }

  @Test
  void aSourceWithoutAGoodNameIsNotAsked() throws Exception {
    add(lists, "No Name", with("1"));
    assertThat(find("1")).isEqualTo(new Answer.Clear());
  }
}
