package org.strowger.accounts.internal.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.strowger.accounts.api.SettingsDocument;
import org.strowger.accounts.api.SettingsSchema;
import org.strowger.accounts.spi.AccountFeature;
import org.strowger.accounts.spi.AccountSettings;
import org.strowger.accounts.spi.Settings;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.Unavailable;
import org.strowger.kernel.data.Setting;
import org.strowger.testkit.Waiting;

/** Calls wait for accounts, and accounts do not wait for a feature that hangs. */
@Timeout(30)
class FeaturesTest {

  private static final Duration REST = Duration.ofSeconds(2);
  private final Features features = new Features(REST);
  private final Lines feature = new Lines();
  private final SettingsDocument stored = new SettingsDocument("lines", 1, Map.of("sessions", 4L));

  @AccountSettings(feature = "lines", section = "Calls", version = 2)
  record Limits(@Setting(initial = "-1", min = -1, max = 100) int lines) {}

  /** Hangs when it is told to, unless it heeds whoever interrupts it. */
  private static final class Lines implements AccountFeature {
    private final Settings<Limits> settings = Settings.of(Limits.class);
    private final AtomicInteger entered = new AtomicInteger();
    private final CountDownLatch release = new CountDownLatch(1);
    private volatile boolean hangs;
    private volatile boolean heeds;
    private volatile ClassLoader context;
    private final AtomicInteger described = new AtomicInteger();
    private volatile Supplier<SettingsSchema> describes;

    private void work() {
      entered.incrementAndGet();
      context = Thread.currentThread().getContextClassLoader();
      while (hangs && release.getCount() > 0) {
        try {
          release.await();
        } catch (InterruptedException e) {
          if (heeds) {
            throw new IllegalStateException(e);
          }
        }
      }
    }

    @Override
    public SettingsSchema schema() {
      described.incrementAndGet();
      return describes == null ? settings.schema() : describes.get();
    }

    @Override
    public Map<String, Object> complete(Map<String, Object> values) {
      work();
      return settings.complete(values);
    }

    @Override
    public Map<String, Object> upgrade(Map<String, Object> values, int fromVersion) {
      work();
      return Map.of("lines", values.get("sessions"));
    }
  }

  @BeforeEach
  void install() {
    FeaturesAccess.bind(features, feature);
  }

  @AfterEach
  void close() {
    feature.release.countDown();
    features.close();
  }

  private void assertUpgraded() {
    SettingsDocument upgraded = features.upgraded(stored);
    assertThat(upgraded.schemaVersion()).isEqualTo(2);
    assertThat(upgraded.values()).isEqualTo(Map.of("lines", 4L));
  }

  @AccountSettings(feature = "other", section = "Calls", version = 1)
  record Others(@Setting(initial = "1", min = 0, max = 9) int others) {}

  private static AccountFeature other() {
    return new AccountFeature() {
      @Override
      public SettingsSchema schema() {
        return Settings.of(Others.class).schema();
      }

      @Override
      public Map<String, Object> complete(Map<String, Object> values) {
        return values;
      }
    };
  }

  /** What a feature does when it is asked what its settings are. */
  @Test
  void oneThatHangsOverItsSchemaKeepsNoOtherFromComingOrGoing() {
    var stuck = new Lines();
    var held = new CountDownLatch(1);
    stuck.describes = () -> {
      boolean out = false;
      while (!out) {
        try {
          out = held.await(1, TimeUnit.MINUTES);
        } catch (InterruptedException deaf) {
          out = false;
        }
      }
      return Settings.of(Others.class).schema();
    };
    FeaturesAccess.bind(features, stuck);
    assertThat(features.schemas()).extracting(SettingsSchema::feature).containsExactly("lines");
    assertThat(features.hanging()).singleElement().asString().contains("service");
    var later = FeaturesAccess.bind(features, new Lines());
    FeaturesAccess.unbind(features, later);
    assertThat(stuck.described).as("times it was asked").hasValue(1);
    assertThat(feature.described).as("times another was asked").hasValue(1);
    assertUpgraded();

    held.countDown();
    Waiting.until("it is taken up when it answers", () -> features.schemas().size() == 2);
    Waiting.until("it hangs no more", () -> features.hanging().isEmpty());
  }

  @Test
  void oneThatThrowsAnErrorOverItsSchemaIsLeftOutAndTheOthersComeAndGo() {
    var broken = new Lines();
    broken.describes = () -> {
      throw new AssertionError("no LinkageError");
    };
    FeaturesAccess.bind(features, broken);
    var reference = FeaturesAccess.bind(features, other());
    assertThat(features.schemas()).extracting(SettingsSchema::feature).containsExactly("lines", "other");
    FeaturesAccess.unbind(features, reference);
    assertThat(features.schemas()).extracting(SettingsSchema::feature).containsExactly("lines");
    broken.describes = () -> null;
    FeaturesAccess.bind(features, broken);
    assertThat(features.schemas()).extracting(SettingsSchema::feature).containsExactly("lines");
  }

  @Test
  void asksWithTheFeaturesContextAndPassesOnWhatItRefuses() {
    assertUpgraded();
    assertThat(feature.context).isSameAs(Lines.class.getClassLoader());
    assertThat(features.acting("lines", stored)).contains(Map.of("lines", 4L));
    assertThatThrownBy(() -> features.changed("lines", stored, Map.of("lines", 1000L))).isInstanceOf(InvalidInput.class).hasMessageContaining("features.lines.lines");
    assertThat(features.hanging()).isEmpty();
  }

  record Codecs(@Setting(initial = "opus") String first, @Setting(initial = "0") int spare) {}

  @AccountSettings(feature = "quality", section = "Calls")
  record Quality(@Setting(optional = true) Codecs codecs, @Setting(optional = true) List<String> order) {}

  @Test
  void aChangeNamesOnlyWhatChangesWithinAnObjectToo() {
    FeaturesAccess.bind(features, Settings.of(Quality.class));
    var before = new SettingsDocument("quality", 1, Map.of("codecs", Map.of("first", "g722", "spare", 2L), "order", List.of("a", "b")));
    assertThat(features.changed("quality", before, Map.of("codecs", Map.of("spare", 3L))).values())
        .containsEntry("codecs", Map.of("first", "g722", "spare", 3L)).containsEntry("order", List.of("a", "b"));
    var none = new HashMap<String, Object>();
    none.put("first", null);
    assertThat(features.changed("quality", before, Map.of("codecs", none, "order", List.of("c"))).values())
        .containsEntry("codecs", Map.of("first", "opus", "spare", 2L)).containsEntry("order", List.of("c"));
    assertThatThrownBy(() -> features.changed("quality", before, Map.of("codecs", Map.of("third", "x")))).isInstanceOf(InvalidInput.class)
        .hasMessageContaining("features.quality.codecs.third 'x': is no field here");
  }

  @Test
  void oneThatHangsIsDoneWithoutUntilItIsBack() throws Exception {
    var told = new CountDownLatch(1);
    features.whenChanged(told::countDown);
    feature.hangs = true;
    for (int i = 0; i < 20; i++) {
      assertThat(features.upgraded(stored)).isEqualTo(stored);
    }
    assertThat(feature.entered).as("threads that are stuck").hasValue(2);
    assertThat(features.hanging()).containsExactly("lines");
    assertThat(features.acting("lines", stored)).isEmpty();
    assertThatThrownBy(() -> features.changed("lines", stored, Map.of("lines", 5L))).isInstanceOf(Unavailable.class).hasMessageContaining("lines, which hangs");

    feature.hangs = false;
    feature.release.countDown();
    Waiting.until("it is asked after its rest", () -> features.acting("lines", stored).isPresent());
    assertThat(told.await(10, TimeUnit.SECONDS)).as("whoever keeps what was not upgraded is told").isTrue();
    assertThat(features.hanging()).isEmpty();
    assertUpgraded();
  }

  @Test
  void oneThatHangsAndHeedsItsInterruptRestsToo() {
    var told = new AtomicInteger();
    features.whenChanged(told::incrementAndGet);
    feature.hangs = true;
    feature.heeds = true;
    for (int i = 0; i < 20; i++) {
      assertThat(features.upgraded(stored)).isEqualTo(stored);
    }
    assertThat(feature.entered).as("times it was waited for").hasValue(2);
    assertThat(features.hanging()).containsExactly("lines");
    assertThat(told).as("nobody need look at it again").hasValue(0);

    Waiting.until("it is tried once more after its rest, and hangs", () -> {
      features.upgraded(stored);
      return feature.entered.get() == 3;
    });
    assertThat(features.upgraded(stored)).isEqualTo(stored);
    assertThat(feature.entered).as("and rests again").hasValue(3);
    feature.hangs = false;
    Waiting.until("it answers", () -> features.upgraded(stored).schemaVersion() == 2);
    assertThat(told).hasValue(1);
    assertThat(features.hanging()).isEmpty();
  }
}
