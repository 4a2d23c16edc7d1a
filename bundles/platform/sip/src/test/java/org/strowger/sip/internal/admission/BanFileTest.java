package org.strowger.sip.internal.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A switch that comes back knows whom it had banned. */
class BanFileTest {

  private static final String BAD = "198.51.100.7";
  private static final String OFFICE = "2001:db8:0:0:0:0:0:0/64";

  private final AdmissionTest.Clock clock = new AdmissionTest.Clock();
  @TempDir Path home;

  private Path file() {
    return home.resolve("sip").resolve("bans");
  }

  private Admission admission() {
    return new Admission(new AdmissionSettings(Duration.ofMillis(200), 5).watching(0, 2), clock, 1, file());
  }

  private static void ban(Admission admission, String host) {
    admission.wrong(host, "bob");
    admission.wrong(host, "bob");
    assertThat(admission.drops(host)).isTrue();
  }

  private static void waitUntil(BooleanSupplier condition) {
    long end = System.nanoTime() + 30_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in 30 s").isLessThan(end);
      LockSupport.parkNanos(5_000_000);
    }
  }

  private boolean says(String source) {
    try {
      return Files.exists(file()) && Files.readString(file()).contains(source);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void aBanLastsOverARestartAndNoLonger() throws Exception {
    Admission before = admission();
    ban(before, BAD);
    ban(before, "2001:db8::5");
    before.close();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file()))).isEqualTo("rw-------");
    clock.move(Duration.ofSeconds(500));
    Admission after = admission();
    assertThat(after.drops(BAD)).isTrue();
    assertThat(after.drops("2001:db8::77")).isTrue();
    assertThat(after.drops("198.51.100.8")).isFalse();
    Instant since = AdmissionTest.Clock.START;
    assertThat(after.list()).containsExactly(new Ban(BAD, "banned", since, since.plusSeconds(600), "2 wrong passwords for 1 logins within 300 s", 1),
        new Ban(OFFICE, "banned", since, since.plusSeconds(600), "2 wrong passwords for 1 logins within 300 s", 1));
    clock.move(Duration.ofSeconds(100));
    assertThat(after.drops(BAD)).isFalse();
    after.close();
    assertThat(admission().list()).isEmpty();
  }

  @Test
  void itIsOnDiskSoonThoughNobodyStopsTheSwitch() {
    Admission killed = admission();
    ban(killed, BAD);
    waitUntil(() -> says(BAD));
    assertThat(admission().drops(BAD)).isTrue();
    killed.lift(BAD, "admin");
    waitUntil(() -> !says(BAD));
    assertThat(admission().drops(BAD)).as("who was let in again stays so").isFalse();
    killed.close();
  }

  @Test
  void whereNobodyWasBannedNothingIsWritten() {
    admission().close();
    assertThat(file()).doesNotExist();
  }

  @Test
  void linesThatAreNoBansArePassedOverAndAWrongClockBansNobodyForEver() throws Exception {
    Files.createDirectories(file().getParent());
    Files.write(file(), java.util.List.of("", "nonsense", "2026-11-22T10:00:00Z 2026-11-22T10:10:00Z example.org x", "2026-11-22T10:00:00Z soon 198.51.100.9 x",
        "2026-11-22T10:00:00Z 2026-11-22T10:10:00Z 198.51.100.9 \u0007", "2026-11-22T09:55:00Z 2026-11-22T10:05:00Z 198.51.100.7 guesses", "2026-11-22T09:55:00Z +1000000-01-01T00:00:00Z 198.51.100.8 x"));
    Admission admission = admission();
    assertThat(admission.list()).extracting(Ban::source).containsExactly(BAD, "198.51.100.8");
    clock.move(Duration.ofDays(7));
    assertThat(admission.list()).isEmpty();
  }

  @Test
  void aFileThatCannotBeReadOrWrittenKeepsNobodyFromWorking() throws Exception {
    Files.createDirectories(file());
    Admission admission = admission();
    assertThat(admission.list()).isEmpty();
    ban(admission, BAD);
    admission.close();
    assertThat(file()).isDirectory();
  }

  @Test
  void whatCouldNotBeWrittenIsWrittenWhenItCanBeThoughNobodyElseIsBanned() throws Exception {
    Files.writeString(home.resolve("sip"), "in the way");
    var asked = new java.util.concurrent.atomic.AtomicInteger();
    Instant since = AdmissionTest.Clock.START;
    try (var bans = new BanFile(file(), () -> {
      asked.incrementAndGet();
      return java.util.List.of(new Ban(BAD, "banned", since, since.plusSeconds(600), "guesses", 1));
    }, clock, 20)) {
      bans.changed();
      waitUntil(() -> asked.get() >= 2);
      Files.delete(home.resolve("sip"));
      waitUntil(() -> says(BAD));
      int written = asked.get();
      bans.changed();
      waitUntil(() -> asked.get() > written);
    }
  }

  @Test
  void aFileThatIsTooLongIsNotRead() throws Exception {
    Files.createDirectories(file().getParent());
    Files.writeString(file(), "2026-11-22T09:55:00Z 2026-11-22T10:05:00Z 198.51.100.7 guesses\n" + " ".repeat(5 << 20));
    assertThat(admission().list()).isEmpty();
  }
}
