package org.strowger.testkit.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.strowger.dnc.spi.DncSource;

/**
 * What every {@link DncSource} must do. Extend it in a test of yours, give it your source, and it tells
 * you what the switch will hold against it.
 */
public abstract class DncSourceContract {

  /** Of what a call worker may spend on asking, generously for a busy build machine. */
  private static final Duration AT_ONCE = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** A source that answers, with exactly these numbers on its list. Called once per test. */
  protected abstract DncSource sourceWith(List<String> numbers) throws Exception;

  /** A source that cannot know: its file is missing, its server does not answer. Called once per test. */
  protected abstract DncSource sourceThatCannotKnow() throws Exception;

  /** Longest that an answer may take; the service property {@link DncSource#LIMIT_MILLIS} of your source. */
  protected Duration limit() {
    return Duration.ofMillis(DncSource.DEFAULT_LIMIT_MILLIS);
  }

  @Test
  public void listsExactlyItsNumbers() throws Exception {
    DncSource source = sourceWith(List.of("14165550100", "442071838750", "0014165550101"));
    assertThat(answer(source, "14165550100")).isTrue();
    assertThat(answer(source, "442071838750")).isTrue();
    assertThat(answer(source, "0014165550101")).isTrue();
    for (String near : List.of("4165550100", "1416555010", "141655501000", "014165550100", "14165550101", "14165550101", "1", "999999999999999999")) {
      assertThat(answer(source, near)).as("exact match only: " + near).isFalse();
    }
  }

  @Test
  public void saysThatItAnswers() throws Exception {
    DncSource source = sourceWith(List.of("14165550100"));
    answer(source, "14165550100");
    assertThat(source.status().answers()).as("%s", source.status()).isTrue();
    assertThat(source.status().numbers()).isIn(-1L, 1L);
    assertThat(source.status().detail()).isNotNull();
  }

  @Test
  public void neverBlocksWhoAsks() throws Exception {
    for (DncSource source : List.of(sourceWith(List.of("14165550100")), sourceThatCannotKnow())) {
      long start = System.nanoTime();
      source.lists("14165550100");
      source.status();
      source.reload();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).as("lists, status and reload return at once").isLessThan(AT_ONCE);
    }
  }

  @Test
  public void failsInTimeWhereItCannotKnow() throws Exception {
    DncSource source = sourceThatCannotKnow();
    var asked = source.lists("14165550100").toCompletableFuture();
    Throwable failure = catchThrowable(() -> asked.get(limit().plus(AT_ONCE).toMillis(), TimeUnit.MILLISECONDS));
    assertThat(failure).as("an exception within its limit, not silence and not 'not listed'").isInstanceOf(ExecutionException.class);
  }

  @Test
  public void answersManyAtOnce() throws Exception {
    DncSource source = sourceWith(List.of("14165550100"));
    Crowd.asks(turn -> {
      assertThat(answer(source, "14165550100")).isTrue();
      assertThat(answer(source, "14165550199")).isFalse();
    });
  }

  /** On a busy machine an answer may be late once or twice; what counts is what it is. */
  private static boolean answer(DncSource source, String number) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        return source.lists(number).toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      } catch (ExecutionException late) {
        if (System.nanoTime() > end) {
          throw late;
        }
        LockSupport.parkNanos(10_000_000);
      }
    }
  }
}
