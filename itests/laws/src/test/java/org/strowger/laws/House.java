package org.strowger.laws;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The repository with its built bundles. */
record House(Path root, List<Bundle> bundles) {

  /** The house this test stands in. */
  static House here() throws IOException {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("bnd.bnd")) || !Files.isDirectory(root.resolve("bundles"))) {
      root = root.getParent();
    }
    return at(root);
  }

  static House at(Path root) throws IOException {
    Path bundles = root.resolve("bundles");
    try (Stream<Path> files = Files.walk(bundles, 3)) {
      return new House(root, files
          .filter(file -> file.endsWith("pom.xml") && !file.getParent().equals(bundles))
          .map(Path::getParent)
          .filter(folder -> !folder.toString().contains("/target/"))
          .sorted()
          .peek(House::mustBeBuilt)
          .map(folder -> Bundle.read(bundles, folder))
          .toList());
    }
  }

  Stream<ClassFacts> classes() {
    return bundles.stream().flatMap(bundle -> bundle.classes().stream());
  }

  private static void mustBeBuilt(Path folder) {
    if (!Files.exists(folder.resolve("target/classes/META-INF/MANIFEST.MF"))) {
      throw new IllegalStateException(folder + " is not built: run ./strowger build");
    }
  }
}
