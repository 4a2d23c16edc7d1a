package org.strowger.rest.internal.login;

import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.strowger.kernel.Meter;
import org.strowger.kernel.Time;
import org.strowger.kernel.Unavailable;
import org.strowger.rest.api.Caller;
import org.strowger.rest.api.Login;
import org.strowger.rest.api.Role;

/**
 * Checks passwords against the realm and tokens against their file.
 *
 * <p>A right password is remembered for some seconds, as a keyed hash, because programs send it with each
 * request and comparing it with what is stored is slow; no longer than the files of users stay as they were. Who sends the same
 * many times at once is checked once. A wrong one is answered after a fixed time, whatever was wrong with it.
 */
final class Doorkeeper implements Login {

  static final Duration REMEMBERED = Duration.ofSeconds(10);
  private static final int MAX_REMEMBERED = 1_000;
  private static final int MAX_HEADER = 4_096;
  private static final int MAX_CHECKS = 16;
  private static final int TURNS = 64;
  private static final Duration LONGEST_TURN = Duration.ofSeconds(2);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);
  private static final Set<String> READERS = Set.of("viewer", "read-only");
  private static final String ADMIN = "admin";

  private record Seen(Caller caller, long ticks, Object edition) {}

  private final Realm realm;
  private final TokenFile tokens;
  private final Time time;
  private final Attempts attempts;
  private final Refusals refusals;
  private final Duration refusal;
  private final LongAdder wrong;
  private final LongAdder limited;
  private final SecretKeySpec key;
  private final Semaphore checks = new Semaphore(MAX_CHECKS);
  /** One of them for the same name and password; what shares one by chance waits a little longer. */
  private final List<Semaphore> turns = Stream.generate(() -> new Semaphore(1)).limit(TURNS).toList();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Map<String, Seen> seen = new LinkedHashMap<>() {
    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Seen> eldest) {
      return size() > MAX_REMEMBERED;
    }
  };

  /** @param refusal how long a wrong password takes at least */
  Doorkeeper(Realm realm, TokenFile tokens, Time time, Meter meter, Duration refusal) {
    this.realm = realm;
    this.tokens = tokens;
    this.time = time;
    this.attempts = new Attempts(time);
    this.refusals = new Refusals(time);
    this.refusal = refusal;
    this.wrong = meter.counter("wrong");
    this.limited = meter.counter("limited");
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    this.key = new SecretKeySpec(random, "HmacSHA256");
  }

  /** Lets those who wait for a refusal go. */
  void stop() {
    stopped.countDown();
  }

  @Override
  public Answer byAuthorization(String authorization, String source) {
    if (authorization == null || authorization.length() > MAX_HEADER) {
      return new Answer.Refused();
    }
    int space = authorization.indexOf(' ');
    String scheme = space < 0 ? "" : authorization.substring(0, space);
    String credentials = authorization.substring(space + 1).trim();
    if (scheme.equalsIgnoreCase("Bearer")) {
      Optional<Caller> caller = byToken(credentials);
      if (caller.isEmpty()) {
        refusals.note(source, "", "unknown token");
      }
      return caller.<Answer>map(Answer.Granted::new).orElseGet(Answer.Refused::new);
    }
    return scheme.equalsIgnoreCase("Basic") ? basic(credentials, source) : new Answer.Refused();
  }

  private Answer basic(String credentials, String source) {
    CharBuffer text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(java.nio.ByteBuffer.wrap(Base64.getDecoder().decode(credentials)));
    } catch (IllegalArgumentException | CharacterCodingException e) {
      return new Answer.Refused();
    }
    char[] chars = new char[text.remaining()];
    text.get(chars);
    int colon = 0;
    while (colon < chars.length && chars[colon] != ':') {
      colon++;
    }
    if (colon == chars.length) {
      return new Answer.Refused();
    }
    String name = new String(chars, 0, colon);
    char[] password = Arrays.copyOfRange(chars, colon + 1, chars.length);
    Arrays.fill(chars, ' ');
    try {
      Optional<Caller> known = remembered(name, password);
      if (known.isPresent()) {
        return new Answer.Granted(known.get());
      }
      // Who has to wait waits for no turn.
      Duration wait = attempts.wait(source, name);
      Answer answer = wait.isZero() ? compared(name, password, source) : new Answer.TooMany(wait);
      if (answer instanceof Answer.TooMany) {
        limited.increment();
        refusals.note(source, name, "too many wrong passwords");
      } else if (answer instanceof Answer.Refused) {
        refusals.note(source, name, "unknown user, wrong password or no role");
      }
      return answer;
    } finally {
      Arrays.fill(password, ' ');
    }
  }

  @Override
  public Optional<Caller> byPassword(String name, char[] password) {
    Optional<Caller> known = remembered(name, password);
    if (known.isPresent()) {
      return known;
    }
    return compared(name, password, null) instanceof Answer.Granted granted ? Optional.of(granted.caller()) : Optional.empty();
  }

  /** @param source where wrong ones are counted; null for nowhere */
  private Answer compared(String name, char[] password, String source) {
    long start = time.ticks();
    Semaphore turn = turns.get(Math.floorMod(hash(name, password).hashCode(), TURNS));
    Answer answer = holding(turn, LONGEST_TURN, () -> remembered(name, password).<Answer>map(Answer.Granted::new)
        .orElseGet(() -> holding(checks, LONGEST_WAIT, () -> counted(name, password, source))));
    if (answer instanceof Answer.Refused) {
      refuse(start);
    }
    return answer;
  }

  private Answer counted(String name, char[] password, String source) {
    if (source == null) {
      return checked(name, password);
    }
    Duration wait = attempts.begin(source, name);
    if (!wait.isZero()) {
      return new Answer.TooMany(wait);
    }
    boolean wrong = false;
    try {
      Answer answer = checked(name, password);
      wrong = answer instanceof Answer.Refused;
      return answer;
    } finally {
      if (!wrong) {
        attempts.notWrong(source, name);
      }
    }
  }

  private static <T> T holding(Semaphore permits, Duration longest, Supplier<T> work) {
    try {
      if (!permits.tryAcquire(longest.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new Unavailable("login");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Unavailable("login");
    }
    try {
      return work.get();
    } finally {
      permits.release();
    }
  }

  private Answer checked(String name, char[] password) {
    // Before the files are read: what is written meanwhile must not count as seen.
    Object edition = realm.edition();
    Optional<Caller> caller = realm.roles(name, password.clone()).flatMap(Doorkeeper::role).map(role -> new Caller(name, role));
    caller.ifPresent(right -> remember(name, password, right, edition));
    return caller.<Answer>map(Answer.Granted::new).orElseGet(Answer.Refused::new);
  }

  @Override
  public Optional<Caller> byToken(String token) {
    Optional<Caller> caller = tokens.find(token);
    if (caller.isEmpty()) {
      wrong.increment();
    }
    return caller;
  }

  private static Optional<Role> role(Set<String> names) {
    if (names.contains(ADMIN)) {
      return Optional.of(Role.ADMIN);
    }
    return names.stream().anyMatch(READERS::contains) ? Optional.of(Role.READ_ONLY) : Optional.empty();
  }

  private void refuse(long start) {
    wrong.increment();
    long left = refusal.minus(time.since(start)).toNanos();
    try {
      if (left > 0 && stopped.await(left, TimeUnit.NANOSECONDS)) {
        throw new Unavailable("login");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Unavailable("login");
    }
  }

  private Optional<Caller> remembered(String name, char[] password) {
    String hash = hash(name, password);
    Object edition = realm.edition();
    synchronized (seen) {
      Seen found = seen.get(hash);
      if (found != null && (time.since(found.ticks).compareTo(REMEMBERED) >= 0 || !found.edition.equals(edition))) {
        seen.remove(hash);
        found = null;
      }
      return Optional.ofNullable(found).map(Seen::caller);
    }
  }

  private void remember(String name, char[] password, Caller caller, Object edition) {
    synchronized (seen) {
      seen.put(hash(name, password), new Seen(caller, time.ticks(), edition));
    }
  }

  private String hash(String name, char[] password) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      mac.update(name.getBytes(StandardCharsets.UTF_8));
      mac.update((byte) 0);
      mac.update(StandardCharsets.UTF_8.encode(CharBuffer.wrap(password)));
      return HexFormat.of().formatHex(mac.doFinal());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
