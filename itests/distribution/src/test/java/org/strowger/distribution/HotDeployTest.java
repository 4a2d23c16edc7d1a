package org.strowger.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Features and bundles come, are updated and go, and nobody else is stopped, updated or refreshed. {@code switch:bundles} tells: it
 * counts every bundle's stops and updates from inside.
 */
@ExtendWith(SharedInstance.class)
class HotDeployTest {

  private static Instance instance;

  @BeforeAll
  static void start(Instance shared) {
    instance = shared;
  }

  /** {@code JmxTest} does it with the other one. */
  @Test
  void noOptionalFeatureDisturbsAnybody() {
    for (String feature : List.of("package")) {
      List<String> before = bundles();
      assertThat(bundlesAfter("feature:install " + feature)).as("after feature:install " + feature).containsAll(before);
      assertThat(bundlesAfter("feature:uninstall " + feature)).as("after feature:uninstall " + feature).isEqualTo(before);
    }
  }

  @Test
  void everyReplaceableFeatureIsTakenOutAndPutBackWithoutDisturbingTheOthers() {
    List<String> before = bundles();
    for (String feature : List.of("rating", "ledger", "routing", "accounts", "rest", "soap", "shell")) {
      List<String> others = withoutBundle(before, feature);
      assertThat(bundlesAfter("feature:uninstall strowger-" + feature)).as("without strowger-" + feature).isEqualTo(others);
      before = bundlesAfter("feature:install strowger-" + feature);
      assertThat(before).as("with strowger-" + feature + " again").containsAll(others).hasSize(others.size() + 1);
    }
    assertThat(instance.logged("Refreshing bundles")).isEmpty();
  }

  @Test
  void anUpdatedBundleMovesAlone() throws IOException {
    List<String> others = withoutBundle(bundles(), "routing");
    Path jar;
    try (Stream<Path> files = Files.walk(Program.unpack("program").folder().resolve("system/org/strowger/routing"))) {
      jar = files.filter(file -> file.toString().endsWith(".jar")).findFirst().orElseThrow();
    }

    assertThat(withoutBundle(bundlesAfter("bundle:update org.strowger.routing file:" + jar), "routing")).isEqualTo(others);
    assertThat(instance.shell("switch:bundles --moved")).contains("org.strowger.routing");
  }

  @Test
  void aBundleInTheDeployFolderComesAndGoesAlone() throws IOException {
    List<String> before = bundles();
    Path jar = instance.home().resolve("deploy/dropped.jar");
    var manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().putValue("Bundle-ManifestVersion", "2");
    manifest.getMainAttributes().putValue("Bundle-SymbolicName", "com.example.dropped");
    Path made = Files.createTempFile("dropped", ".jar");
    new JarOutputStream(Files.newOutputStream(made), manifest).close();

    Files.move(made, jar);
    Waiting.until(() -> bundles().stream().anyMatch(line -> line.contains("com.example.dropped") && line.contains("\"active\":true")));
    assertThat(bundles()).containsAll(before);

    Files.delete(jar);
    Waiting.until(() -> bundles().equals(before));
  }

  /** One JSON object per bundle, in the order of their ids. */
  private static List<String> bundles() {
    return bundlesAfter("");
  }

  private static List<String> bundlesAfter(String command) {
    return List.of(instance.shell(command + "; switch:bundles --json").strip().replaceAll("^\\[|\\]$", "").split("(?<=\\}),\\s*"));
  }

  private static List<String> withoutBundle(List<String> bundles, String name) {
    List<String> others = bundles.stream().filter(line -> !line.contains("\"org.strowger." + name + "\"")).toList();
    assertThat(others).as("bundles but " + name).hasSize(bundles.size() - 1);
    return others;
  }
}
