package org.strowger.accounts.internal.secrets;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.strowger.kernel.Unavailable;

/**
 * Web passwords as they are stored. One that a person chose is Argon2id; one that the switch made has
 * too many random bits to be guessed, a salted SHA-256 of it is enough and is marked as such. Hashing
 * takes 19 MiB each, so only as many run at once as there are cores. Threads: any; blocks.
 */
public final class WebPasswords {

  private static final String ARGON = "$argon2id$v=19$m=19456,t=2,p=1$";
  private static final String GENERATED = "$sha256-generated$";
  private static final int SALT = 16;
  private static final int HASH = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Semaphore atOnce;
  private final Duration longestWait;

  public WebPasswords() {
    this(Runtime.getRuntime().availableProcessors(), Duration.ofSeconds(10));
  }

  WebPasswords(int atOnce, Duration longestWait) {
    this.atOnce = new Semaphore(atOnce, true);
    this.longestWait = longestWait;
  }

  /** @throws Unavailable if too many others hash at the moment */
  public String hashChosen(String password) {
    byte[] salt = salt();
    return ARGON + text(salt) + "$" + text(limited(() -> argon(password, salt)));
  }

  /** @param secret of {@link GeneratedSecret} */
  public String hashGenerated(String secret) {
    byte[] salt = salt();
    return GENERATED + text(salt) + "$" + text(sha256(secret, salt));
  }

  /** Whether {@code stored} is the hash of a secret that the switch made. */
  public static boolean isGenerated(String stored) {
    return stored.startsWith(GENERATED);
  }

  public boolean matches(String password, String stored) {
    boolean generated = isGenerated(stored);
    String prefix = generated ? GENERATED : ARGON;
    if (!stored.startsWith(prefix)) {
      throw new IllegalStateException("a stored password has an unknown form");
    }
    String[] saltAndHash = stored.substring(prefix.length()).split("\\$");
    byte[] salt = Base64.getDecoder().decode(saltAndHash[0]);
    byte[] hash = generated ? sha256(password, salt) : limited(() -> argon(password, salt));
    return MessageDigest.isEqual(hash, Base64.getDecoder().decode(saltAndHash[1]));
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

  private static byte[] sha256(String secret, byte[] salt) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      digest.update(salt);
      return digest.digest(secret.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] salt() {
    byte[] salt = new byte[SALT];
    RANDOM.nextBytes(salt);
    return salt;
  }

  private static String text(byte[] bytes) {
    return Base64.getEncoder().withoutPadding().encodeToString(bytes);
  }
}
