package org.strowger.rest.internal.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.strowger.kernel.Meter;
import org.strowger.kernel.Time;
import org.strowger.kernel.Unavailable;
import org.strowger.passwords.Passwords;
import org.strowger.rest.api.Caller;
import org.strowger.rest.api.Login.Answer;
import org.strowger.rest.api.Role;
import org.strowger.testkit.Waiting;

class DoorkeeperTest {

  private static final String HERE = "127.0.0.1";

  @TempDir Path home;
  private final TestClock clock = new TestClock();
  private final AtomicInteger asked = new AtomicInteger();
  private volatile int edition = 1;
  private volatile Runnable meanwhile = () -> {};
  private final Realm realm = new Realm() {
    @Override
    public Optional<Set<String>> roles(String name, char[] password) {
      asked.incrementAndGet();
      meanwhile.run();
      Map<String, Set<String>> roles = Map.of("ann", Set.of("admin", "ssh"), "bob", Set.of("viewer"), "cid", Set.of("read-only"), "dan", Set.of("ssh"), "e:é", Set.of("admin"));
      return new String(password).equals("right:é") ? Optional.ofNullable(roles.get(name)) : Optional.empty();
    }

    @Override
    public Object edition() {
      return edition;
    }
  };
  private TokenFile tokens;
  private Doorkeeper doorkeeper;

  @BeforeEach
  void open() {
    tokens = new TokenFile(home.resolve("keys/tokens"), clock, new Passwords());
    doorkeeper = new Doorkeeper(realm, tokens, clock, new Meter("login"), Duration.ZERO);
  }

  @Test
  void givesTheRoleOfTheRealm() {
    assertThat(basic("ann", "right:é")).isEqualTo(new Answer.Granted(new Caller("ann", Role.ADMIN)));
    assertThat(basic("bob", "right:é")).isEqualTo(new Answer.Granted(new Caller("bob", Role.READ_ONLY)));
    assertThat(basic("cid", "right:é")).isEqualTo(new Answer.Granted(new Caller("cid", Role.READ_ONLY)));
  }

  @Test
  void refusesAlikeWhoIsUnknownWrongOrWithoutARole() {
    assertThat(basic("ann", "wrong")).isEqualTo(basic("nobody", "right:é")).isEqualTo(basic("dan", "right:é")).isEqualTo(new Answer.Refused());
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "Basic", "Basic ", "Basic ====", "Basic YW5u", "Basic /w==", "Digest username=ann", "Bearer", "Bearer ", "Bearer nothing", "Negotiate abc"})
  void refusesWhatItCannotRead(String header) {
    assertThat(doorkeeper.byAuthorization(header, HERE)).isEqualTo(new Answer.Refused());
    assertThat(asked).hasValue(0);
  }

  @Test
  void refusesHeadersWithoutEnd() {
    assertThat(doorkeeper.byAuthorization("Basic " + "YW5u".repeat(10_000), HERE)).isEqualTo(new Answer.Refused());
    assertThat(asked).hasValue(0);
  }

  @Test
  void asksTheRealmOnceInTenSecondsForARightPassword() {
    for (int i = 0; i < 5; i++) {
      basic("ann", "right:é");
      clock.advance(Duration.ofSeconds(2));
    }
    assertThat(asked).hasValue(1);
    basic("ann", "right:é");
    assertThat(asked).hasValue(2);
    basic("ann", "right:e");
    assertThat(asked).hasValue(3);
  }

  @Test
  void forgetsWhomItKnewWhenTheFileOfUsersIsWritten() {
    basic("ann", "right:é");
    edition = 2;
    basic("ann", "right:é");
    assertThat(asked).hasValue(2);
    basic("ann", "right:é");
    assertThat(asked).hasValue(2);
    // Read before, written while it was compared: what was read may be gone.
    meanwhile = () -> edition = 3;
    basic("bob", "right:é");
    meanwhile = () -> {};
    basic("bob", "right:é");
    assertThat(asked).hasValue(4);
  }

  /** Comparing is slow on purpose: a program with many connections pays for one. */
  @Test
  void asksOnceForWhatComesManyTimesAtOnce() throws Exception {
    var inside = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    meanwhile = () -> {
      inside.countDown();
      await(go);
    };
    ExecutorService callers = Executors.newFixedThreadPool(8);
    try {
      var answers = new ArrayList<Future<Answer>>();
      answers.add(callers.submit(() -> basic("ann", "right:é")));
      await(inside);
      for (int i = 0; i < 7; i++) {
        answers.add(callers.submit(() -> basic("ann", "right:é")));
      }
      go.countDown();
      for (Future<Answer> answer : answers) {
        assertThat(answer.get(10, TimeUnit.SECONDS)).isEqualTo(new Answer.Granted(new Caller("ann", Role.ADMIN)));
      }
      assertThat(asked).hasValue(1);
    } finally {
      callers.shutdownNow();
    }
  }

  /** However many come at once: a right password is found among so many guesses, not among as many as there are threads. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void stopsAskingAfterTenWrongPasswordsThatComeAtOnce(boolean different) throws Exception {
    int guesses = 80;
    var go = new CountDownLatch(1);
    meanwhile = () -> await(go);
    List<Thread> threads = new CopyOnWriteArrayList<>();
    ExecutorService callers = Executors.newFixedThreadPool(guesses, work -> {
      var thread = new Thread(work);
      threads.add(thread);
      return thread;
    });
    try {
      var come = new CountDownLatch(guesses);
      var answers = new ArrayList<Future<Answer>>();
      for (int i = 0; i < guesses; i++) {
        String guess = different ? "guess " + i : "guess";
        answers.add(callers.submit(() -> {
          come.countDown();
          return basic("ann", guess);
        }));
      }
      await(come);
      // Inside the realm, at a turn, or answered: nothing has been found to be wrong yet.
      Waiting.until("everybody waits", () -> threads.stream().allMatch(thread -> Set.of(Thread.State.WAITING, Thread.State.TIMED_WAITING).contains(thread.getState())));
      go.countDown();
      var given = new ArrayList<Answer>();
      for (Future<Answer> answer : answers) {
        given.add(answer.get(20, TimeUnit.SECONDS));
      }
      assertThat(asked).hasValue(Attempts.ALLOWED);
      assertThat(given).filteredOn(Answer.Refused.class::isInstance).hasSize(Attempts.ALLOWED);
      assertThat(given).filteredOn(Answer.TooMany.class::isInstance).hasSize(guesses - Attempts.ALLOWED);
    } finally {
      callers.shutdownNow();
    }
  }

  /** While a password is compared it counts as wrong; it does not when it was right, or could not be compared. */
  @Test
  void countsNoRightPasswordAndNoneThatCouldNotBeCompared() {
    for (int i = 0; i < 3 * Attempts.ALLOWED; i++) {
      edition++;
      assertThat(basic("ann", "right:é")).isInstanceOf(Answer.Granted.class);
    }
    meanwhile = () -> {
      throw new Unavailable("realm");
    };
    for (int i = 0; i < 3 * Attempts.ALLOWED; i++) {
      assertThatThrownBy(() -> basic("ann", "guess")).isInstanceOf(Unavailable.class);
    }
    meanwhile = () -> {};
    for (int i = 0; i < Attempts.ALLOWED; i++) {
      assertThat(basic("ann", "guess " + i)).isEqualTo(new Answer.Refused());
    }
    assertThat(basic("ann", "guess")).isEqualTo(new Answer.TooMany(Duration.ofMinutes(1)));
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void stopsAskingAfterTenWrongPasswordsOfOneNameFromOneSource() {
    for (int i = 0; i < Attempts.ALLOWED; i++) {
      assertThat(basic("ann", "guess " + i)).isEqualTo(new Answer.Refused());
    }
    clock.advance(Duration.ofSeconds(20));
    assertThat(basic("ann", "right:é")).isEqualTo(new Answer.TooMany(Duration.ofSeconds(40)));
    assertThat(asked).hasValue(Attempts.ALLOWED);
    assertThat(doorkeeper.byAuthorization(header("ann", "right:é"), "10.0.0.1")).isInstanceOf(Answer.Granted.class);
    assertThat(basic("bob", "right:é")).as("who shares her address").isInstanceOf(Answer.Granted.class);

    clock.advance(Duration.ofSeconds(40));
    assertThat(basic("ann", "right:é")).isInstanceOf(Answer.Granted.class);
  }

  @Test
  void stopsAskingAfterTwoHundredWrongPasswordsOfAnyNamesFromOneSource() {
    for (int i = 0; i < Attempts.ALLOWED_FROM_SOURCE; i++) {
      assertThat(basic("user " + i, "guess")).isEqualTo(new Answer.Refused());
    }
    assertThat(basic("bob", "right:é")).isEqualTo(new Answer.TooMany(Duration.ofMinutes(1)));
    assertThat(asked).hasValue(Attempts.ALLOWED_FROM_SOURCE);
    assertThat(doorkeeper.byAuthorization(header("bob", "right:é"), "10.0.0.1")).isInstanceOf(Answer.Granted.class);

    clock.advance(Duration.ofMinutes(1));
    assertThat(basic("bob", "right:é")).isInstanceOf(Answer.Granted.class);
  }

  @Test
  void tellsTheFirstRefusalOfASourceAndMinuteWithoutThePassword() {
    try (var told = new ToldLines(Refusals.AUDIT)) {
      basic("eve\nWARN forged", "secret-guess");
      basic("eve", "secret-guess");
      doorkeeper.byAuthorization("Bearer secret-token", "10.0.0.9");
      basic("ann", "right:é");
      assertThat(told.lines()).hasSize(2);
      assertThat(told.lines().get(0)).contains(HERE).contains("user 'eve?WARN forged'").contains("wrong password");
      assertThat(told.lines().get(1)).contains("10.0.0.9").contains("token");
      clock.advance(Duration.ofMinutes(1));
      basic("eve", "secret-guess");
      assertThat(told.lines()).hasSize(3).noneMatch(line -> line.contains("secret"));
    }
  }

  @Test
  void letsInWhoItKnowsWhileItsSourceIsLimited() {
    for (int i = 0; i < Attempts.ALLOWED_FROM_SOURCE - 1; i++) {
      basic("user " + i, "guess");
    }
    basic("ann", "right:é");
    basic("ann", "guess");
    assertThat(basic("bob", "right:é")).isInstanceOf(Answer.TooMany.class);
    assertThat(basic("ann", "right:é")).isInstanceOf(Answer.Granted.class);
    String token = tokens.create("robot", Role.ADMIN);
    assertThat(doorkeeper.byAuthorization("Bearer " + token, HERE)).isInstanceOf(Answer.Granted.class);
  }

  @Test
  void takesAnIpv6NetworkForOneSource() {
    assertThat(Attempts.network("2001:db8:1:2::5")).isEqualTo(Attempts.network("2001:db8:1:2:a:b:c:d")).isEqualTo(Attempts.network("[2001:0db8:0001:0002:0:0:0:1]"));
    assertThat(Attempts.network("2001:db8:1:3::5")).isNotEqualTo(Attempts.network("2001:db8:1:2::5"));
    assertThat(Attempts.network("::1")).isEqualTo("0:0:0:0:");
    assertThat(Attempts.network("10.0.0.1")).isEqualTo("10.0.0.1");
  }

  @Test
  void answersAWrongPasswordNoSoonerThanPromised() {
    var patient = new Doorkeeper(realm, tokens, Time.SYSTEM, new Meter("login"), Duration.ofMillis(60));
    long start = Time.SYSTEM.ticks();
    assertThat(patient.byPassword("nobody", "x".toCharArray())).isEmpty();
    assertThat(Time.SYSTEM.since(start)).isGreaterThanOrEqualTo(Duration.ofMillis(60));
  }

  private Answer basic(String name, String password) {
    return doorkeeper.byAuthorization(header(name, password), HERE);
  }

  private static String header(String name, String password) {
    return "bAsIc " + Base64.getEncoder().encodeToString((name + ":" + password).getBytes(StandardCharsets.UTF_8));
  }
}
