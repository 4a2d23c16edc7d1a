package org.strowger.laws;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.w3c.dom.Element;

/** READMEs, documented keys, file sizes, and jars that are the same every time. */
final class PaperLaws {

  private static final List<String> PARTS = List.of("What it is", "Services it offers", "Services it needs", "Settings and configuration", "How it fails");
  private static final int LONGEST = 600;

  private PaperLaws() {}

  static List<String> readme(House house) {
    var offences = new ArrayList<String>();
    for (Bundle bundle : house.bundles()) {
      String readme = bundle.readme();
      if (bundle.classes().isEmpty()) {
        continue; // nothing has moved in yet
      }
      if (readme.isEmpty()) {
        offences.add("%s has no README.md: write one with the parts %s".formatted(bundle.path(), PARTS));
      } else {
        PARTS.stream().filter(part -> !readme.contains("## " + part)).forEach(part -> offences.add(
            "%s: README.md has no part '## %s': write it, even if it says 'none'".formatted(bundle.path(), part)));
      }
    }
    return offences;
  }

  static List<String> keys(House house) throws Exception {
    var offences = new ArrayList<String>();
    for (Bundle bundle : house.bundles()) {
      for (Path metatype : bundle.osgiInf("metatype")) {
        for (Element key : Xml.elements(Xml.parse(metatype).getDocumentElement(), "AD")) {
          String id = key.getAttribute("id");
          if (!bundle.readme().contains("`" + id + "`")) {
            offences.add("%s: the configuration key %s is not in README.md: document it as `%s`".formatted(bundle.path(), id, id));
          }
        }
      }
    }
    return offences;
  }

  /** An operator looks for files, not for bundles. */
  static List<String> settings(House house) throws Exception {
    var offences = new ArrayList<String>();
    Path table = house.root().resolve("docs/operating.md");
    String operating = Files.exists(table) ? Files.readString(table) : "";
    for (Bundle bundle : house.bundles()) {
      for (Path metatype : bundle.osgiInf("metatype")) {
        for (Element designate : Xml.elements(Xml.parse(metatype).getDocumentElement(), "Designate")) {
          String factory = designate.getAttribute("factoryPid");
          String file = factory.isEmpty() ? designate.getAttribute("pid") + ".cfg" : factory + "-NAME.cfg";
          if (!operating.contains("| `" + file + "` |")) {
            offences.add("%s: the table of settings in docs/operating.md has no line | `%s` |: write one".formatted(bundle.path(), file));
          }
        }
      }
    }
    return offences;
  }

  static List<String> length(House house) throws IOException {
    var offences = new ArrayList<String>();
    for (String top : List.of("bundles", "itests", "benchmarks", "karaf-distribution")) {
      Path folder = house.root().resolve(top);
      if (Files.isDirectory(folder)) {
        try (Stream<Path> files = Files.walk(folder)) {
          for (Path file : files.filter(PaperLaws::isSource).sorted().toList()) {
            long lines = lines(file);
            if (lines > LONGEST) {
              offences.add("%s has %d lines, %d are allowed: find the second thing it does and give that a file of its own"
                  .formatted(house.root().relativize(file), lines, LONGEST));
            }
          }
        }
      }
    }
    return offences;
  }

  /** A test that is never compiled is green for ever: {@code src/main/test}, {@code src/tests/java}, … */
  static List<String> places(House house) throws IOException {
    var offences = new ArrayList<String>();
    for (Bundle bundle : house.bundles()) {
      try (Stream<Path> files = Files.walk(bundle.folder())) {
        for (Path file : files.filter(PaperLaws::isSource).filter(file -> file.toString().endsWith(".java")).sorted().toList()) {
          Path inside = bundle.folder().relativize(file);
          if (!inside.startsWith("src/main/java") && !inside.startsWith("src/test/java")) {
            offences.add("%s: %s is compiled by nobody: sources belong into src/main/java, tests into src/test/java".formatted(bundle.path(), inside));
          }
        }
      }
    }
    return offences;
  }

  private static boolean isSource(Path file) {
    String name = file.toString();
    return (name.endsWith(".java") || name.endsWith(".sh")) && !name.contains("/target/") && Files.isRegularFile(file);
  }

  private static long lines(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<String> reproducible(House house) throws IOException {
    var offences = new ArrayList<String>();
    for (Bundle bundle : house.bundles()) {
      var headers = bundle.manifest().getMainAttributes().keySet().stream().map(Object::toString).collect(Collectors.toCollection(TreeSet::new));
      headers.retainAll(List.of("Bnd-LastModified", "Tool", "Created-By", "Built-By", "Build-Jdk", "Build-Jdk-Spec", "Originally-Created-By"));
      headers.forEach(header -> offences.add("%s: the manifest says %s, which changes from build to build: keep -noextraheaders and -reproducible"
          .formatted(bundle.path(), header)));
      Path target = bundle.folder().resolve("target");
      try (Stream<Path> jars = Files.list(target)) {
        for (Path jar : jars.filter(file -> file.toString().endsWith(".jar")).toList()) {
          try (var file = new JarFile(jar.toFile())) {
            long times = file.stream().filter(entry -> !entry.isDirectory()).mapToLong(entry -> entry.getTime()).distinct().count();
            if (times > 1) {
              offences.add("%s: the files in %s carry %d different times: keep project.build.outputTimestamp".formatted(bundle.path(),
                  jar.getFileName(), times));
            }
          }
        }
      }
    }
    return offences;
  }
}
