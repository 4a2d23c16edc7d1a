package org.strowger.laws;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** Builds small houses on a bench: sources that are really compiled, manifests and DS files as bnd would write them. */
final class BadHouse {

  private static final String README = """
      # A bundle
      ## What it is
      ## Services it offers
      ## Services it needs
      ## Settings and configuration
      ## How it fails
      """;

  private final Path root;
  private final StringBuilder features = new StringBuilder();
  /** Of the features' pom: every bundle of a feature but those that are called forgotten. */
  private final StringBuilder dependencies = new StringBuilder();

  BadHouse(Path root) throws IOException {
    this.root = root;
    // What the laws look for by name, so that no fixture needs the real libraries.
    source("marker", "org/osgi/annotation/versioning/ProviderType.java",
        "package org.osgi.annotation.versioning; public @interface ProviderType {}");
    source("marker", "org/library/Session.java", "package org.library; public class Session {}");
    source("marker", "org/strowger/accounts/spi/AccountSettings.java",
        "package org.strowger.accounts.spi; public @interface AccountSettings { String feature(); }");
  }

  /** A bundle with a README and these manifest headers. */
  BadHouse bundle(String path, String... headers) throws IOException {
    write(path, "pom.xml", "<project/>");
    write(path, "README.md", README);
    write(path, "target/classes/META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n" + String.join("\n", headers) + "\n");
    return this;
  }

  BadHouse write(String path, String file, String text) throws IOException {
    Path target = root.resolve("bundles").resolve(path).resolve(file);
    Files.createDirectories(target.getParent());
    Files.writeString(target, text);
    return this;
  }

  BadHouse source(String path, String file, String text) throws IOException {
    return write(path, "src/main/java/" + file, text);
  }

  BadHouse feature(String name, String... bundles) {
    features.append("<feature name='").append(name).append("'>");
    Stream.of(bundles).forEach(bundle -> features.append("<bundle>").append(bundle).append("</bundle>"));
    Stream.of(bundles).filter(bundle -> !bundle.contains("forgotten")).forEach(bundle -> dependencies.append("<artifactId>").append(bundle.split("/")[1]).append("</artifactId>"));
    features.append("</feature>");
    return this;
  }

  House build() throws IOException {
    Path file = root.resolve("features/src/main/features/features.xml");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "<features>" + features + "</features>");
    Files.writeString(root.resolve("features/pom.xml"), "<project>" + dependencies + "</project>");
    compileAll();
    return House.at(root);
  }

  /** Compiled together, as the packages may use one another, then each class is put where its source lies. */
  private void compileAll() throws IOException {
    Path bundles = root.resolve("bundles");
    Path out = Files.createDirectories(root.resolve("compiled"));
    List<Path> sources;
    try (Stream<Path> files = Files.walk(bundles)) {
      sources = files.filter(file -> file.toString().endsWith(".java") && file.toString().contains("/src/main/java/")).toList();
    }
    var arguments = new ArrayList<>(List.of("--release", "17", "-proc:none", "-d", out.toString()));
    sources.forEach(source -> arguments.add(source.toString()));
    if (ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new)) != 0) {
      throw new IllegalStateException("a fixture does not compile");
    }
    for (Path source : sources) {
      String path = source.toString();
      Path below = Path.of(path.substring(path.indexOf("/src/main/java/") + 15).replace(".java", ".class"));
      Path target = Path.of(path.substring(0, path.indexOf("/src/main/java/"))).resolve("target/classes").resolve(below);
      Files.createDirectories(target.getParent());
      Files.copy(out.resolve(below), target);
    }
  }
}
