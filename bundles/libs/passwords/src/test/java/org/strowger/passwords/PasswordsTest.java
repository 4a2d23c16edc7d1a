package org.strowger.passwords;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.strowger.kernel.Unavailable;

class PasswordsTest {

  private static final String SECRET = "dGhpcyBpcyByYW5kb20gZW5vdWdo";

  private final Passwords passwords = new Passwords();
  /** Nobody gets a turn: who asks for a slow hash is told so, who needs none is answered. */
  private final Passwords none = new Passwords(0, Duration.ofMillis(1));

  @Test
  void knowsAChosenPasswordAgainAndNoOther() {
    String stored = passwords.hashChosen("correct horse 9");
    assertThat(stored).startsWith("$argon2id$v=19$m=19456,t=2,p=1$").doesNotContain("horse");
    assertThat(passwords.matches("correct horse 9", stored)).isTrue();
    assertThat(passwords.matches("correct horse 8", stored)).isFalse();
    assertThat(passwords.hashChosen("correct horse 9")).isNotEqualTo(stored);
    assertThat(Passwords.isGenerated(stored)).isFalse();
    assertThat(Passwords.isSalted(stored)).isTrue();
  }

  /** As another implementation of RFC 9106 (OpenSSL's) calculates it, salt "0123456789abcdef". */
  @Test
  void agreesWithOthersOnArgon2id() {
    assertThat(passwords.matches("password", "$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$0qsHs573+LgGInzYb7sRqlOTBmqY4X6srNEm6ybpJ20")).isTrue();
  }

  @Test
  void marksGeneratedSecretsAndSaltsThem() {
    String stored = Passwords.hashGenerated(SECRET);
    assertThat(stored).startsWith("$sha256-generated$").doesNotContain(SECRET).isNotEqualTo(Passwords.hashGenerated(SECRET));
    assertThat(Passwords.isGenerated(stored)).isTrue();
    assertThat(Passwords.isSalted(stored)).isTrue();
    assertThat(none.matches(SECRET, stored)).isTrue();
    assertThat(none.matches(SECRET + "x", stored)).isFalse();
  }

  @Test
  void comparesWithWhatEarlierReleasesKept() {
    String sha = sha256("older than salt");
    for (String stored : new String[] {sha, sha.toUpperCase(Locale.ROOT), sha.toUpperCase(Locale.ROOT).substring(1)}) {
      assertThat(none.matches("older than salt", stored)).isTrue();
      assertThat(none.matches("older than malt", stored)).isFalse();
      assertThat(Passwords.isUnsalted(stored)).isTrue();
      assertThat(Passwords.isSalted(stored)).isFalse();
    }
  }

  @Test
  void saltsWhatEarlierReleasesKept() {
    String chosen = passwords.hashUnsalted(sha256("older than salt").toUpperCase(Locale.ROOT));
    assertThat(chosen).startsWith("$sha256$argon2id$");
    assertThat(Passwords.isGenerated(chosen)).isFalse();
    String generated = Passwords.hashUnsaltedGenerated(sha256("older than salt"));
    assertThat(generated).startsWith("$sha256$sha256-generated$");
    assertThat(Passwords.isGenerated(generated)).isTrue();
    for (String stored : new String[] {chosen, generated}) {
      assertThat(Passwords.isSalted(stored)).isTrue();
      assertThat(passwords.matches("older than salt", stored)).isTrue();
      assertThat(passwords.matches("older than malt", stored)).isFalse();
      assertThat(passwords.matches(sha256("older than salt"), stored)).as("who read the old file").isFalse();
    }
  }

  @Test
  void hashesNoMoreAtOnceThanAllowed() {
    assertThatThrownBy(() -> none.hashChosen("whatever1")).isInstanceOf(Unavailable.class);
    assertThatThrownBy(() -> none.matches("whatever1", passwords.hashChosen("whatever1"))).isInstanceOf(Unavailable.class);
  }

  @Test
  void letsInWhoHasTheRightPassword() {
    assertThat(none.admits(SECRET, Passwords.hashGenerated(SECRET))).as("a quick hash takes no turn").isTrue();
    assertThat(none.admits(SECRET, sha256(SECRET))).isTrue();
    assertThat(passwords.admits("chosen 1", passwords.hashChosen("chosen 1"))).isTrue();
    assertThat(passwords.admits("chosen 2", passwords.hashChosen("chosen 1"))).isFalse();
    assertThat(passwords.admits("anything", null)).isFalse();
  }

  /** That one was begun shows in that there is no turn for it. */
  @Test
  void whoeverIsRefusedWaitsForASlowHash() {
    for (String stored : new String[] {null, "", "plain", sha256(SECRET), Passwords.hashGenerated(SECRET), Passwords.hashUnsaltedGenerated(sha256(SECRET)), passwords.hashChosen("chosen 1")}) {
      assertThatThrownBy(() -> none.admits("wrong", stored)).as("compared with %s", stored).isInstanceOf(Unavailable.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "plain", "$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "$sha256-generated$x$y", "$sha256$", "$sha256$plain"})
  void matchesNothingWithAFormItDoesNotKnow(String stored) {
    assertThatThrownBy(() -> passwords.matches(stored, stored)).isInstanceOf(IllegalStateException.class).hasMessage("a stored password has an unknown form");
    assertThat(passwords.admits(stored, stored)).isFalse();
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
