package org.strowger.rest.door;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.strowger.testkit.Waiting;

/** Half of the places for one, a moment's wait for the next, and none for who comes when enough wait. */
class PlacesTest {

  private static final Duration LONG = Duration.ofSeconds(20);

  private final ExecutorService callers = Executors.newCachedThreadPool();

  @AfterEach
  void stop() {
    callers.shutdownNow();
  }

  private CompletableFuture<Optional<Places.Place>> asks(Places places, String caller) {
    return CompletableFuture.supplyAsync(() -> places.take(caller), callers);
  }

  private static <T> T soon(CompletableFuture<T> asked) throws Exception {
    return asked.get(10, TimeUnit.SECONDS);
  }

  @Test
  void oneCallerHasHalfAndTheOthersTheRest() {
    var places = new Places(4, Duration.ZERO);
    assertThat(places.take("ann")).isPresent();
    assertThat(places.take("ann")).isPresent();
    assertThat(places.take("ann")).isEmpty();
    assertThat(places.take("bob")).isPresent();
    assertThat(places.free()).isEqualTo(1);
  }

  @Test
  void whoWaitsGetsThePlaceThatIsLeft() throws Exception {
    var places = new Places(4, LONG);
    Places.Place first = places.take("ann").orElseThrow();
    places.take("ann").orElseThrow();
    CompletableFuture<Optional<Places.Place>> waits = asks(places, "ann");
    assertThat(places.take("bob")).as("others do not wait behind ann").isPresent();

    first.close();
    first.close();

    assertThat(soon(waits)).isPresent();
    assertThat(places.free()).as("closed twice, left once").isEqualTo(1);
  }

  @Test
  void noMoreThanHalfAsManyWait() throws Exception {
    var places = new Places(4, LONG);
    Places.Place held = places.take("ann").orElseThrow();
    places.take("ann").orElseThrow();
    List<CompletableFuture<Optional<Places.Place>>> asked = new ArrayList<>();
    places.take("bob").orElseThrow();
    places.take("bob").orElseThrow();
    for (String caller : List.of("ann", "bob", "cis")) {
      asked.add(asks(places, caller));
    }
    assertThat((Optional<?>) CompletableFuture.anyOf(asked.toArray(CompletableFuture[]::new)).get(10, TimeUnit.SECONDS)).as("the third").isEmpty();
    assertThat(asked).filteredOn(CompletableFuture::isDone).hasSize(1);

    held.close();
    assertThat((Optional<?>) CompletableFuture.anyOf(asked.stream().filter(each -> !each.isDone() || each.join().isPresent()).toArray(CompletableFuture[]::new))
        .get(10, TimeUnit.SECONDS)).isPresent();
  }

  @Test
  void whoSendsMoreThanHeMayLeavesOthersAPlaceToWait() throws Exception {
    var places = new Places(4, LONG);
    List<Places.Place> held = new ArrayList<>();
    for (String caller : List.of("ann", "ann", "bob", "bob")) {
      held.add(places.take(caller).orElseThrow());
    }
    List<CompletableFuture<Optional<Places.Place>>> asked = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      asked.add(asks(places, "ann"));
    }
    assertThat((Optional<?>) CompletableFuture.anyOf(asked.toArray(CompletableFuture[]::new)).get(10, TimeUnit.SECONDS)).as("one of ann's waits already").isEmpty();
    CompletableFuture<Optional<Places.Place>> other = asks(places, "cis");
    held.get(2).close();
    assertThat(soon(other)).isPresent();
  }

  @Test
  void morePlacesAreForThoseWhoWaitToo() throws Exception {
    var places = new Places(1, LONG);
    places.take("ann").orElseThrow();
    var waits = new CompletableFuture<Optional<Places.Place>>();
    var bob = new Thread(() -> waits.complete(places.take("bob")));
    bob.start();
    Waiting.until("bob waits", () -> bob.getState() == Thread.State.TIMED_WAITING);
    places.limit(3);
    assertThat(soon(waits)).isPresent();
  }

  @Test
  void waitingEnds() throws Exception {
    var places = new Places(1, Duration.ofMillis(30));
    places.take("ann").orElseThrow();
    assertThat(soon(asks(places, "bob"))).isEmpty();
  }
}
