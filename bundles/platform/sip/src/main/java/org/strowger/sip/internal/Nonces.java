package org.strowger.sip.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.strowger.kernel.Time;

/**
 * Nonces that need no table: time, a serial, and a keyed hash over both, the realm and the source's
 * address. What is remembered are only the (nonce, count) pairs that were accepted, until the nonce dies.
 */
final class Nonces {

  enum Age { FRESH, STALE, FOREIGN }

  /** Pairs remembered per lifetime; at 5,000 accepted requests a second there is room for 60 s. */
  private static final int MOST_USED = 400_000;
  private static final int HEAD = 12;
  private static final int HASH = 15;

  private final Time time;
  private final long lifetime;
  private final long origin;
  private final byte[] realm;
  private final SecretKeySpec key;
  private final AtomicInteger serial = new AtomicInteger();
  private final ThreadLocal<Mac> macs;
  private Set<String> used = ConcurrentHashMap.newKeySet();
  private Set<String> usedBefore = ConcurrentHashMap.newKeySet();
  private long turned;

  Nonces(Time time, String realm, java.time.Duration lifetime) {
    this.time = time;
    this.lifetime = lifetime.toNanos();
    this.origin = time.ticks();
    this.turned = origin;
    this.realm = realm.getBytes(StandardCharsets.UTF_8);
    byte[] secret = new byte[32];
    var random = new SecureRandom();
    random.nextBytes(secret);
    serial.set(random.nextInt());
    this.key = new SecretKeySpec(secret, "HmacSHA256");
    this.macs = ThreadLocal.withInitial(this::mac);
  }

  private Mac mac() {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HmacSHA256", e);
    }
  }

  /** @param source address of the sender, without port: NAT changes ports between two requests */
  String make(String source) {
    ByteBuffer out = ByteBuffer.allocate(HEAD + HASH);
    out.putLong(time.ticks() - origin).putInt(serial.getAndIncrement());
    out.put(hash(out.array(), source), 0, HASH);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(out.array());
  }

  Age age(String nonce, String source) {
    byte[] raw;
    try {
      raw = Base64.getUrlDecoder().decode(nonce);
    } catch (IllegalArgumentException e) {
      return Age.FOREIGN;
    }
    if (raw.length != HEAD + HASH) {
      return Age.FOREIGN;
    }
    byte[] expected = Arrays.copyOf(hash(raw, source), HASH);
    if (!MessageDigest.isEqual(expected, Arrays.copyOfRange(raw, HEAD, raw.length))) {
      return Age.FOREIGN;
    }
    long age = time.ticks() - origin - ByteBuffer.wrap(raw).getLong();
    return age < 0 || age > lifetime ? Age.STALE : Age.FRESH;
  }

  private byte[] hash(byte[] head, String source) {
    Mac mac = macs.get();
    mac.update(head, 0, HEAD);
    mac.update(realm);
    mac.update((byte) 0);
    return mac.doFinal(source.getBytes(StandardCharsets.UTF_8));
  }

  /** False if this pair was used before, or too many were to remember one more. */
  boolean use(String nonce, long count) {
    String pair = nonce + count;
    synchronized (this) {
      turn();
      return !usedBefore.contains(pair) && used.size() < MOST_USED && used.add(pair);
    }
  }

  boolean isUsed(String nonce, long count) {
    String pair = nonce + count;
    synchronized (this) {
      return used.contains(pair) || usedBefore.contains(pair);
    }
  }

  /** Two sets, each for one lifetime: when a set is dropped, every nonce in it has been stale for long. */
  private void turn() {
    long now = time.ticks();
    if (now - turned > lifetime) {
      usedBefore = now - turned > 2 * lifetime ? ConcurrentHashMap.newKeySet() : used;
      used = ConcurrentHashMap.newKeySet();
      turned = now;
    }
  }

  synchronized int remembered() {
    return used.size() + usedBefore.size();
  }
}
