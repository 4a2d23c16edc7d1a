package org.strowger.accounts.internal.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.strowger.kernel.AccountId;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.Time;

class SecretsTest {

  private static final AccountId ALICE = new AccountId(7);

  @TempDir
  Path home;

  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-21T12:00:00Z"));
  private final Time time = new Time() {
    @Override
    public Instant now() {
      return now.get();
    }

    @Override
    public long ticks() {
      return 0;
    }
  };

  private KeyRing ring() {
    return new KeyRing(() -> home.resolve("keys"), time);
  }

  @Test
  void generatedSecretsHoldEightyBitsAndDiffer() {
    Set<String> made = new HashSet<>();
    for (int i = 0; i < 2000; i++) {
      made.add(GeneratedSecret.next());
    }
    assertThat(made).hasSize(2000).allMatch(s -> s.matches("[a-zA-Z2-9]{16}") && s.matches(".*[0-9].*") && s.matches(".*[a-zA-Z].*"));
    long symbols = made.stream().flatMapToInt(String::chars).distinct().count();
    assertThat(16 * Math.log(symbols) / Math.log(2)).isGreaterThan(80);
  }

  /** RFC 7616 3.9.1: Mufasa at http-auth@example.org with "Circle of Life". */
  @Test
  void hashesOfTheRfc() {
    var secret = VoipSecret.of("Mufasa", "http-auth@example.org", "Circle of Life");
    assertThat(secret.ha1Md5()).isEqualTo("3d78807defe7de2157e2b0b6573a855f");
    assertThat(secret.ha1Sha256()).isEqualTo("7987c64c30e25f1b74be53f966b49b90f2808aa92faf9a00262392d7b4794232");
    assertThat(secret.toString()).doesNotContain("Circle").doesNotContain("3d78");
    assertThat(secret.matching("Mufasa", "http-auth@example.org")).isSameAs(secret);
    assertThat(secret.matching("Simba", "x")).isEqualTo(VoipSecret.of("Simba", "x", "Circle of Life"));
  }

  @Test
  void sealsForOneAccountOnly() {
    var seal = new Seal(ring());
    var secret = VoipSecret.of("alice", "switch", "päss·word");
    byte[] sealed = seal.close(ALICE, secret);
    assertThat(seal.open(ALICE, sealed)).isEqualTo(secret);
    assertThat(new Seal(ring()).open(ALICE, sealed)).isEqualTo(secret);
    assertThat(seal.close(ALICE, secret)).isNotEqualTo(sealed);
    assertThatThrownBy(() -> seal.open(new AccountId(8), sealed)).isInstanceOf(StrowgerException.class).hasMessageContaining("account 8");
  }

  @Test
  void everyChangedByteIsNoticed() {
    var seal = new Seal(ring());
    byte[] sealed = seal.close(ALICE, VoipSecret.of("alice", "switch", "secret12"));
    for (int i = 0; i < sealed.length; i++) {
      byte[] changed = sealed.clone();
      changed[i] ^= 1;
      assertThatThrownBy(() -> seal.open(ALICE, changed)).as("byte %d", i).isInstanceOf(StrowgerException.class).hasMessageNotContaining("secret12");
      byte[] cut = java.util.Arrays.copyOf(sealed, i);
      assertThatThrownBy(() -> seal.open(ALICE, cut)).as("cut at %d", i).isInstanceOf(StrowgerException.class);
    }
  }

  @Test
  void keysAreTheirOwnersOnly() throws IOException {
    String id = ring().current().id();
    Path file = home.resolve("keys/voip-" + id + ".key");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent()))).isEqualTo("rwx------");
    assertThat(Files.readString(file)).matches("[0-9a-f]{64}\n");
    assertThat(ring().current().id()).isEqualTo(id);
  }

  @Test
  void theNewestKeySealsAlsoWhenTheClockStepsBack() {
    var ring = ring();
    String first = ring.current().id();
    now.set(now.get().minusSeconds(3600));
    String second = ring.renew().id();
    String third = ring.renew().id();
    assertThat(ring().ids()).containsExactly(first, second, third);
    assertThat(ring().current().id()).isEqualTo(third);
  }

  @Test
  void aMissingKeyIsNamed() throws IOException {
    var seal = new Seal(ring());
    byte[] sealed = seal.close(ALICE, VoipSecret.of("alice", "switch", "secret12"));
    Path file = home.resolve("keys/voip-" + Seal.keyOf(sealed) + ".key");
    Files.delete(file);
    assertThatThrownBy(() -> new Seal(ring()).open(ALICE, sealed)).hasMessageContaining(file.toString()).hasMessageContaining("missing");
    Files.writeString(file, "nonsense");
    assertThatThrownBy(() -> new Seal(ring()).open(ALICE, sealed)).hasMessageContaining("cannot be read");
  }
}
