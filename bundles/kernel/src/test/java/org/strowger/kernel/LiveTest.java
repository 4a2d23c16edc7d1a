package org.strowger.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class LiveTest {

  private static final Duration LONG = Duration.ofSeconds(60);

  /** Knows a word by heart; for anything else it needs what it has not got any more when it has left. */
  private static final class Memory implements Lingers {
    private final String word;
    private final boolean lingers;
    private boolean gone;

    Memory(String word, boolean lingers) {
      this.word = word;
      this.lingers = lingers;
    }

    @Override
    public boolean lingers() {
      return lingers;
    }

    String read() {
      if (gone) {
        throw new IllegalStateException("the store is closed");
      }
      return "read";
    }

    String load() {
      if (gone) {
        throw new NoClassDefFoundError("org/strowger/Late");
      }
      return "loaded";
    }
  }

  private final Live<Memory> live = new Live<>("memory", LONG);

  private Memory left(boolean lingers) {
    var memory = new Memory("one", lingers);
    live.bind(memory);
    live.unbind(memory);
    memory.gone = true;
    return memory;
  }

  @Test
  void whatLingersIsAskedUntilThereIsAnother() {
    left(true);
    assertThat(live.<String>ask(memory -> memory.word)).isEqualTo("one");
    live.requireAnswers();

    live.bind(new Memory("two", true));
    assertThat(live.<String>ask(memory -> memory.word)).isEqualTo("two");
  }

  @Test
  void itIsNoServiceForThoseWhoDoMoreThanAsk() {
    left(true);
    assertThat(live.now()).isEmpty();
    assertThatThrownBy(live::orThrow).isInstanceOf(Unavailable.class);
    assertThatThrownBy(() -> live.await(Duration.ofMillis(1))).isInstanceOf(Unavailable.class);
  }

  @Test
  void whatDoesNotLingerIsGoneAtOnce() {
    left(false);
    assertThatThrownBy(() -> live.ask(memory -> memory.word)).isInstanceOf(Unavailable.class);
    assertThatThrownBy(live::requireAnswers).isInstanceOf(Unavailable.class).hasMessageContaining("memory");
  }

  @Test
  void whatItCannotAnswerAnyMoreIsAskedAgainLater() {
    left(true);
    assertThatThrownBy(() -> live.ask(Memory::read)).isInstanceOf(Unavailable.class).hasCauseInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> live.ask(Memory::load)).isInstanceOf(Unavailable.class).hasCauseInstanceOf(NoClassDefFoundError.class);
  }

  @Test
  void whoIsThereFailsInItsOwnWords() {
    live.bind(new Memory("one", true));
    assertThatThrownBy(() -> live.ask(memory -> {
      throw new IllegalArgumentException("wrong");
    })).isInstanceOf(IllegalArgumentException.class).hasMessage("wrong");
  }

  @Test
  void whoLeavesWhileItIsAskedIsAskedAgainLater() {
    var memory = new Memory("one", false);
    live.bind(memory);
    assertThatThrownBy(() -> live.ask(one -> {
      live.unbind(one);
      one.gone = true;
      return one.read();
    })).isInstanceOf(Unavailable.class);
  }

  @Test
  void theOldOneThatLeavesAfterItsSuccessorCameDoesNotLinger() {
    var old = new Memory("one", true);
    live.bind(old);
    live.bind(new Memory("two", true));
    live.unbind(old);
    assertThat(live.<String>ask(memory -> memory.word)).isEqualTo("two");
  }

  @Test
  void nothingIsAskedOrKeptForLongerThanAMoment() {
    var brief = new Live<Memory>("memory", Duration.ofMillis(50));
    WeakReference<Memory> kept = leave(brief);
    assertThat(until(() -> {
      System.gc();
      return kept.get() == null;
    })).as("it is forgotten though nobody asked").isTrue();
    assertThatThrownBy(() -> brief.ask(memory -> memory.word)).isInstanceOf(Unavailable.class);
  }

  private static WeakReference<Memory> leave(Live<Memory> brief) {
    var memory = new Memory("one", true);
    brief.bind(memory);
    brief.unbind(memory);
    assertThat(brief.<String>ask(one -> one.word)).isEqualTo("one");
    return new WeakReference<>(memory);
  }

  private static boolean until(Supplier<Boolean> condition) {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.get()) {
      if (System.nanoTime() - end > 0) {
        return false;
      }
      LockSupport.parkNanos(10_000_000);
    }
    return true;
  }
}
