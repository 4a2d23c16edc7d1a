package org.strowger.laws;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One built bundle.
 *
 * @param path where it lies below {@code bundles/}: {@code core/rating}
 */
record Bundle(String path, Path folder, Manifest manifest, List<ClassFacts> classes) {

  static Bundle read(Path bundles, Path folder) {
    Path built = folder.resolve("target/classes");
    try (InputStream in = Files.newInputStream(built.resolve("META-INF/MANIFEST.MF"));
        Stream<Path> files = Files.walk(built)) {
      List<ClassFacts> classes = files
          .filter(file -> file.toString().endsWith(".class") && !file.endsWith("package-info.class") && !file.endsWith("module-info.class"))
          .filter(file -> built.relativize(file).startsWith("org/strowger"))
          .sorted()
          .map(file -> ClassFacts.of(bytes(file)))
          .toList();
      return new Bundle(bundles.relativize(folder).toString(), folder, new Manifest(in), classes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The floor of the house it lives on: kernel, api, libs, platform, core, plugins, edge. */
  String floor() {
    return path.contains("/") ? path.substring(0, path.indexOf('/')) : path;
  }

  /** Whether others may import from it. */
  boolean isContract() {
    return List.of("kernel", "api", "libs").contains(floor());
  }

  /** May be replaced with calls up (house plan §7). */
  boolean isReplaceable() {
    return List.of("plugins", "edge").contains(floor())
        || (floor().equals("core") && !path.equals("core/calls") && !path.equals("core/registrar"));
  }

  List<Clause> header(String name) {
    return Clause.parse(manifest.getMainAttributes().getValue(name));
  }

  List<String> exports() {
    return header("Export-Package").stream().map(Clause::name).toList();
  }

  /** The XML files of a folder below OSGI-INF, by name. */
  List<Path> osgiInf(String below) {
    Path folder = this.folder.resolve("target/classes/OSGI-INF").resolve(below);
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".xml")).sorted().collect(Collectors.toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String readme() {
    Path readme = folder.resolve("README.md");
    return Files.exists(readme) ? new String(bytes(readme), java.nio.charset.StandardCharsets.UTF_8) : "";
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
