package org.strowger.persistence.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.strowger.kernel.Health;
import org.strowger.persistence.api.DatabaseException.Kind;

@Timeout(30)
class OpeningTest {

  private static final String CHECK = Health.Check.class.getName();
  private static final String STORE = CharSequence.class.getName();
  private static final String BOOK = Comparable.class.getName();

  /** What happened, in order. */
  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
  private final Map<String, Object> registered = new LinkedHashMap<>();
  private volatile Thread thread;

  private Runnable register(String type, Object service) {
    synchronized (registered) {
      registered.put(type, service);
    }
    events.add("+" + type.replaceAll(".*[.$]", ""));
    return () -> {
      synchronized (registered) {
        if (registered.remove(type) == null) {
          throw new IllegalStateException("unregistered already");
        }
      }
      events.add("-" + type.replaceAll(".*[.$]", ""));
    };
  }

  private Opening begin(Consumer<Opening.Contents> work) {
    return Opening.begin("rating", this::register, contents -> {
      thread = Thread.currentThread();
      work.accept(contents);
    });
  }

  private void storeAndBook(Opening.Contents contents) {
    contents.keep("store", what -> events.add("close " + what));
    contents.keep("book", what -> events.add("close " + what));
    contents.offer(CharSequence.class, "store");
    contents.offer(Comparable.class, "book");
  }

  private void await(String... expected) throws InterruptedException {
    var seen = new ArrayList<String>();
    for (String each : expected) {
      seen.add(events.poll(20, TimeUnit.SECONDS));
    }
    assertThat(seen).containsExactly(expected);
  }

  private void awaitEnd() throws InterruptedException {
    thread.join(20_000);
    assertThat(thread.isAlive()).as("the opening's thread").isFalse();
  }

  private Health health() {
    synchronized (registered) {
      return ((Health.Check) registered.get(CHECK)).health();
    }
  }

  private List<String> services() {
    synchronized (registered) {
      return List.copyOf(registered.keySet());
    }
  }

  private static void hang(CountDownLatch until) {
    try {
      assertThat(until.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }

  @Test
  void servicesAreThereWhenAllIsOpenAndGoInTheOppositeOrder() throws Exception {
    Opening opening = begin(this::storeAndBook);
    await("+Check", "+CharSequence", "+Comparable", "-Check");
    awaitEnd();
    assertThat(services()).containsExactly(STORE, BOOK);
    opening.close();
    await("-Comparable", "-CharSequence", "close book", "close store");
    opening.close();
    assertThat(events).isEmpty();
    assertThat(services()).isEmpty();
  }

  @Test
  void nobodyWaitsForADatabaseThatIsSilentAndItsHealthSaysSo() throws Exception {
    var answer = new CountDownLatch(1);
    Opening opening = begin(contents -> {
      hang(answer);
      storeAndBook(contents);
    });
    await("+Check");
    assertThat(health()).isEqualTo(Health.down("rating waits for the database"));
    answer.countDown();
    await("+CharSequence", "+Comparable", "-Check");
    opening.close();
  }

  @Test
  void whatIsOpenedAfterTheEndIsClosedAndNotShown() throws Exception {
    var answer = new CountDownLatch(1);
    Opening opening = begin(contents -> {
      contents.keep("pool", what -> events.add("close " + what));
      hang(answer);
      storeAndBook(contents);
    });
    await("+Check");
    long begin = System.nanoTime();
    opening.close();
    assertThat(System.nanoTime() - begin).as("the closing does not wait for the database").isLessThan(TimeUnit.SECONDS.toNanos(10));
    await("-Check");
    answer.countDown();
    await("close book", "close store", "close pool");
    awaitEnd();
    assertThat(services()).isEmpty();
    assertThat(events).isEmpty();
  }

  @Test
  void isTriedAgainUntilItCan() throws Exception {
    var tries = new AtomicInteger();
    var third = new CountDownLatch(1);
    Opening opening = begin(contents -> {
      contents.keep("pool " + tries.incrementAndGet(), what -> events.add("close " + what));
      switch (tries.get()) {
        case 1 -> throw new DatabaseException(Kind.UNAVAILABLE, "no connection\nto nobody", null);
        case 2 -> throw new NoClassDefFoundError("org/strowger/Gone");
        default -> {
          hang(third);
          storeAndBook(contents);
        }
      }
    });
    await("+Check", "close pool 1", "close pool 2");
    assertThat(health().state()).isEqualTo(Health.State.DOWN);
    assertThat(health().detail()).startsWith("rating cannot be opened: ").endsWith("; tried again until it succeeds").doesNotContain("\n");
    third.countDown();
    await("+CharSequence", "+Comparable", "-Check");
    opening.close();
    await("-Comparable", "-CharSequence", "close book", "close store", "close pool 3");
  }

  @Test
  void theEndInterruptsThePauseBetweenTwoTries() throws Exception {
    var failed = new CountDownLatch(1);
    Opening opening = begin(contents -> {
      failed.countDown();
      throw new DatabaseException(Kind.UNAVAILABLE, "away", null);
    });
    hang(failed);
    opening.close();
    awaitEnd();
    await("+Check", "-Check");
    assertThat(events).isEmpty();
  }

  /** Whoever is told of a service may take the bundle away at once: a component that fails, a rule of an operator's. */
  @Test
  void anEndWhileServicesAreBeingRegisteredLeavesNone() throws Exception {
    var opening = new Opening[1];
    var begun = new CountDownLatch(1);
    opening[0] = Opening.begin("rating", (type, service) -> {
      Runnable gone = register(type, service);
      if (type.equals(STORE)) {
        hang(begun);
        opening[0].close();
      }
      return gone;
    }, contents -> {
      thread = Thread.currentThread();
      storeAndBook(contents);
    });
    begun.countDown();
    await("+Check", "+CharSequence", "-Check", "-CharSequence", "close book", "close store");
    awaitEnd();
    assertThat(services()).isEmpty();
  }

  @Test
  void aBundleThatIsGoneRegistersNothing() throws Exception {
    var tried = new CountDownLatch(2);
    Opening opening = Opening.begin("rating", (type, service) -> {
      if (type.equals(BOOK)) {
        tried.countDown();
        throw new IllegalStateException("the bundle is gone");
      }
      return register(type, service);
    }, contents -> {
      thread = Thread.currentThread();
      storeAndBook(contents);
    });
    hang(tried);
    opening.close();
    awaitEnd();
    assertThat(services()).as("a service of the same try was unregistered again").isEmpty();
  }

  @Test
  void whatCannotBeClosedKeepsNothingElseOpen() throws Exception {
    Opening opening = begin(contents -> {
      storeAndBook(contents);
      contents.keep("bad", what -> {
        throw new IllegalArgumentException("cannot be closed");
      });
    });
    await("+Check", "+CharSequence", "+Comparable", "-Check");
    opening.close();
    await("-Comparable", "-CharSequence", "close book", "close store");
  }

  @Test
  void whereNothingCanBeRegisteredNothingBegins() {
    var opening = new Opening[1];
    assertThatThrownBy(() -> opening[0] = Opening.begin("rating", (type, service) -> {
      throw new IllegalStateException("no bundle");
    }, contents -> { })).isInstanceOf(IllegalStateException.class);
    assertThat(opening[0]).isNull();
  }
}
