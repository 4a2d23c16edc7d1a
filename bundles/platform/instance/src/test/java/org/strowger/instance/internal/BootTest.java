package org.strowger.instance.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.karaf.features.Feature;
import org.apache.karaf.features.FeaturesService;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.strowger.kernel.Health;

class BootTest {

  @TempDir Path home;
  private StartedBundles.Silent silent = new StartedBundles.Silent(Set.of(), false);
  private Runnable meanwhile = () -> {};
  private int listeners;
  private final Map<String, String> shelf = new LinkedHashMap<>(Map.of("strowger-calls", "mvn:ours", "dncl", "mvn:ours"));
  private final Set<String> required = new TreeSet<>(Set.of("strowger-calls"));

  @BeforeEach
  void program() throws IOException {
    Files.createDirectories(home.resolve("etc"));
    Files.createDirectories(home.resolve("karaf"));
    Files.writeString(home.resolve("etc/org.apache.karaf.features.cfg"),
        "featuresRepositories = \\\n  mvn:ours, \\\n  mvn:karaf\nfeaturesBoot = \\\n  strowger-calls/0.1.0\n");
  }

  @Test
  void bringsBackWhatTheListNames() throws IOException {
    list("feature dncl");
    Boot boot = boot();
    assertThat(boot.health().state()).isEqualTo(Health.State.DEGRADED);

    boot.restore();

    assertThat(boot.health().state()).isEqualTo(Health.State.OK);

    assertThat(required).containsExactly("dncl", "strowger-calls");
    assertThat(home.resolve("karaf/ready")).hasContent("ready");
  }

  @Test
  void isReadyWithoutAFeatureThatIsGoneAndKeepsItsLine() throws IOException {
    list("feature voicemail");
    Boot boot = boot();

    boot.restore();
    boot.record();

    assertThat(home.resolve("karaf/ready")).hasContent("ready without [voicemail]");
    assertThat(boot.health()).isEqualTo(Health.degraded("of strowger.features these can't be had: [voicemail]"));
    assertThat(home.resolve("etc/strowger.features")).content().contains("feature voicemail");
  }

  @Test
  void recordsWhatTheOperatorInstalledWithItsRepositoryAndForgetsWhatHeRemoved() throws IOException {
    list("feature dncl");
    Boot boot = boot();
    boot.restore();
    required.remove("dncl");
    shelf.put("theirs", "mvn:theirs");
    required.add("theirs");

    boot.record();

    assertThat(home.resolve("etc/strowger.features")).content()
        .contains("feature theirs", "repository mvn:theirs").doesNotContain("dncl").doesNotContain("strowger-calls");
  }

  @Test
  void namesTheBundlesWhoseOwnChecksAreGone() throws IOException {
    list("");
    Boot boot = boot();
    silent = new StartedBundles.Silent(new TreeSet<>(Set.of("org.strowger.dncl")), false);
    assertThat(boot.health().detail()).as("while it starts").isEqualTo("the start is not finished");
    boot.restore();
    assertThat(boot.health()).isEqualTo(Health.degraded("these bundles do not work, see the log: org.strowger.dncl"));
    silent = new StartedBundles.Silent(new TreeSet<>(Set.of("org.strowger.calls", "org.strowger.routing")), true);
    assertThat(boot.health()).isEqualTo(Health.down("these bundles do not work, see the log: org.strowger.calls, org.strowger.routing"));
    silent = new StartedBundles.Silent(Set.of(), false);
    assertThat(boot.health().state()).isEqualTo(Health.State.OK);
  }

  private void list(String line) throws IOException {
    Files.writeString(home.resolve("etc/strowger.features"), line + "\n");
  }

  /** Karaf replaces its bundle service when that one's configuration comes, which may be during the start. */
  @Test
  void whatIsStoppedWhileItWaitsDoesNotSayThatTheStartIsOver() throws IOException {
    list("");
    Boot boot = boot();
    meanwhile = boot::stop;

    boot.restore();

    assertThat(home.resolve("karaf/ready")).doesNotExist();
    assertThat(boot.health().state()).isEqualTo(Health.State.DEGRADED);
    assertThat(listeners).as("none is left behind").isZero();
  }

  private Boot boot() {
    return new Boot(features(), new StartedBundles(null, null) {
      @Override
      Set<String> await(Duration limit) {
        meanwhile.run();
        return Set.of();
      }

      @Override
      Silent silent() {
        return silent;
      }
    }, home, home.resolve("karaf"));
  }

  /** As much of Karaf's features service as a boot uses: a shelf of features by repository, and those that are required. */
  private FeaturesService features() {
    return proxy(FeaturesService.class, (method, arguments) -> switch (method) {
      case "getFeature" -> shelf.containsKey(arguments[0]) ? feature((String) arguments[0]) : null;
      case "isRequired" -> required.contains(((Feature) arguments[0]).getName());
      case "installFeatures" -> required.addAll(strings(arguments[0]));
      case "listRequiredFeatures" -> required.stream().map(this::feature).toArray(Feature[]::new);
      case "registerListener" -> listeners = 1;
      case "unregisterListener" -> listeners = 0;
      default -> throw new UnsupportedOperationException(method);
    });
  }

  private Feature feature(String name) {
    return proxy(Feature.class, (method, arguments) -> switch (method) {
      case "getName" -> name;
      case "getRepositoryUrl" -> shelf.get(name);
      default -> throw new UnsupportedOperationException(method);
    });
  }

  @SuppressWarnings("unchecked")
  private static Set<String> strings(Object set) {
    return (Set<String>) set;
  }

  private static <T> T proxy(Class<T> type, Answers answers) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
      Object answer = answers.to(method.getName(), arguments);
      return method.getReturnType() == void.class ? null : answer;
    }));
  }

  private interface Answers {
    Object to(String method, Object[] arguments);
  }
}
