package org.strowger.passwords;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.osgi.annotation.versioning.ProviderType;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.strowger.kernel.Unavailable;

/**
 * Passwords as they are stored. One that a person chose is Argon2id; one that the switch made has
 * too many random bits to be guessed, a salted SHA-256 of it is enough and is marked as such. A slow hash
 * takes 19 MiB, so only as many are calculated at once as there are cores. Threads: any; what is slow blocks.
 */
@ProviderType
@Component(service = Passwords.class)
public final class Passwords {

  private static final String ARGON = "$argon2id$v=19$m=19456,t=2,p=1$";
  private static final String GENERATED = "$sha256-generated$";
  /** What was hashed is not the password but its unsalted SHA-256. */
  private static final String OF_SHA256 = "$sha256";
  private static final int SALT = 16;
  private static final int HASH = 32;
  private static final Pattern SALTED = Pattern.compile("(" + Pattern.quote(OF_SHA256) + ")?(" + Pattern.quote(ARGON) + "|" + Pattern.quote(GENERATED)
      + ")([A-Za-z0-9+/]{22})\\$([A-Za-z0-9+/]{43})");
  /** 63 digits: Karaf takes its mark off, and that is longer by one than it was when the switch still wrote such hashes. */
  private static final Pattern UNSALTED = Pattern.compile("[0-9a-fA-F]{63,64}");
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Semaphore atOnce;
  private final Duration longestWait;

  @Activate
  public Passwords() {
    this(Runtime.getRuntime().availableProcessors(), Duration.ofSeconds(10));
  }

  Passwords(int atOnce, Duration longestWait) {
    this.atOnce = new Semaphore(atOnce, true);
    this.longestWait = longestWait;
  }

  /**
   * Slow.
   *
   * @throws Unavailable if too many others hash at the moment
   */
  public String hashChosen(String password) {
    byte[] salt = salt();
    return ARGON + text(salt) + "$" + text(limited(() -> argon(password, salt)));
  }

  /** @param secret of at least 80 random bits */
  public static String hashGenerated(String secret) {
    byte[] salt = salt();
    return GENERATED + text(salt) + "$" + text(sha256(salt, secret.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * A salted hash of an unsalted one, where nobody knows the password any more; {@link #matches} is asked for the password as ever. Slow.
   *
   * @param sha256 of a password, 64 hexadecimal digits
   * @throws Unavailable if too many others hash at the moment
   */
  public String hashUnsalted(String sha256) {
    return OF_SHA256 + hashChosen(sha256.toLowerCase(Locale.ROOT));
  }

  /** As {@link #hashUnsalted}, but of a secret of at least 80 random bits, and quick. */
  public static String hashUnsaltedGenerated(String sha256) {
    return OF_SHA256 + hashGenerated(sha256.toLowerCase(Locale.ROOT));
  }

  /** Whether {@code stored} is the hash of a secret that the switch made. */
  public static boolean isGenerated(String stored) {
    return stored.startsWith(GENERATED) || stored.startsWith(OF_SHA256 + GENERATED);
  }

  /** Whether {@code stored} is of a form that this class writes. */
  public static boolean isSalted(String stored) {
    return SALTED.matcher(stored).matches();
  }

  /** Whether {@code stored} is an unsalted SHA-256 in hexadecimal. */
  public static boolean isUnsalted(String stored) {
    return UNSALTED.matcher(stored).matches();
  }

  /**
   * As slow as {@code stored} is.
   *
   * @throws IllegalStateException if {@code stored} has a form that this class does not know
   * @throws Unavailable if too many others hash at the moment
   */
  public boolean matches(String password, String stored) {
    if (isUnsalted(stored)) {
      String all = unsalted(password);
      return MessageDigest.isEqual(ascii(all.substring(all.length() - stored.length())), ascii(stored.toLowerCase(Locale.ROOT)));
    }
    Matcher form = SALTED.matcher(stored);
    if (!form.matches()) {
      throw new IllegalStateException("a stored password has an unknown form");
    }
    String hashed = form.group(1) == null ? password : unsalted(password);
    byte[] salt = Base64.getDecoder().decode(form.group(3));
    byte[] hash = form.group(2).equals(GENERATED) ? sha256(salt, hashed.getBytes(StandardCharsets.UTF_8)) : limited(() -> argon(hashed, salt));
    return MessageDigest.isEqual(hash, Base64.getDecoder().decode(form.group(4)));
  }

  /**
   * {@link #matches} for a door: whoever is refused has waited for one slow hash, be it that the password is wrong, or wrong for a quick hash, or that nobody has the
   * name. How long it took tells nobody which.
   *
   * @param stored null if there is no such user; a form that this class does not know is as none
   * @throws Unavailable if too many others hash at the moment
   */
  public boolean admits(String password, String stored) {
    boolean known = stored != null && (isUnsalted(stored) || isSalted(stored));
    if (known && matches(password, stored)) {
      return true;
    }
    if (!known || isUnsalted(stored) || isGenerated(stored)) {
      limited(() -> argon(password, new byte[SALT]));
    }
    return false;
  }

  private <T> T limited(Supplier<T> work) {
    try {
      if (!atOnce.tryAcquire(longestWait.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new Unavailable("password hashing");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Unavailable("password hashing");
    }
    try {
      return work.get();
    } finally {
      atOnce.release();
    }
  }

  private static byte[] argon(String password, byte[] salt) {
    var generator = new Argon2BytesGenerator();
    generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
        .withVersion(Argon2Parameters.ARGON2_VERSION_13).withMemoryAsKB(19456).withIterations(2).withParallelism(1).withSalt(salt).build());
    byte[] hash = new byte[HASH];
    generator.generateBytes(password.getBytes(StandardCharsets.UTF_8), hash);
    return hash;
  }

  /** In the platform's character set, as Karaf did it. */
  private static String unsalted(String password) {
    return HexFormat.of().formatHex(sha256(new byte[0], password.getBytes(Charset.defaultCharset())));
  }

  private static byte[] sha256(byte[] salt, byte[] secret) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      digest.update(salt);
      return digest.digest(secret);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] salt() {
    byte[] salt = new byte[SALT];
    RANDOM.nextBytes(salt);
    return salt;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String text(byte[] bytes) {
    return Base64.getEncoder().withoutPadding().encodeToString(bytes);
  }
}
