package org.strowger.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The sample plugins, made and built as their authors would: outside of our tree, by Maven alone, against the published contracts. No network is asked. */
final class Samples implements AutoCloseable {

  private static final Path CHECKOUT = Path.of("../..").toAbsolutePath().normalize();
  /** Every kind that the archetype has. */
  static final List<String> KINDS = kinds();
  private static final int MINUTES = 5;
  /** Quicker to start; it lives for seconds. */
  private static final String QUICK = "-XX:TieredStopAtLevel=1";
  private static final String SHORT_LIVED = QUICK + " -XX:+UseSerialGC";

  private final Path folder;

  private Samples(Path folder) {
    this.folder = folder;
  }

  /** One project per SPI from the archetype, all by the name of acme, and the sample with a web service behind it; their own tests have passed. */
  static Samples build() throws IOException {
    var samples = new Samples(Files.createTempDirectory("samples"));
    // Two at a time: the machine has two processors.
    for (int i = 0; i < KINDS.size(); i += 2) {
      List<Run> made = KINDS.subList(i, Math.min(i + 2, KINDS.size())).stream()
          .map(kind -> samples.run(samples.folder, CHECKOUT.resolve("strowger").toString(), "new-plugin", kind, "acme", "--to", samples.project(kind).toString())).toList();
      made.forEach(Run::await);
    }
    copy(CHECKOUT.resolve("itests/samples/dnc-http"), samples.folder.resolve("dnc-http"));
    Files.writeString(samples.folder.resolve("pom.xml"), Stream.concat(KINDS.stream().map(kind -> "acme-" + kind), Stream.of("dnc-http")).map(module -> "<module>" + module + "</module>")
        .collect(Collectors.joining("", "<project><modelVersion>4.0.0</modelVersion><groupId>com.example</groupId><artifactId>all</artifactId><version>1</version>"
            + "<packaging>pom</packaging><modules>", "</modules></project>")));
    samples.run(samples.folder, samples.project("call-policy").resolve("mvnw").toString(), "-B", "-q", "-T2", "verify", "-DargLine=" + QUICK).await();
    return samples;
  }

  private static List<String> kinds() {
    try (Stream<Path> folders = Files.list(CHECKOUT.resolve("itests/samples/archetype/src/main/resources/archetype-resources"))) {
      return folders.filter(Files::isDirectory).map(folder -> folder.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path project(String kind) {
    return folder.resolve("acme-" + kind);
  }

  Path jar(String kind) {
    return project(kind).resolve("target/acme-" + kind + "-1.0.0.jar");
  }

  Path dncHttp() {
    return folder.resolve("dnc-http/target/dnc-http-1.0.0.jar");
  }

  private record Run(List<String> command, Process process, Path output) {

    void await() {
      try {
        boolean ended = process.waitFor(MINUTES, TimeUnit.MINUTES);
        process.destroyForcibly();
        assertThat(ended && process.exitValue() == 0).as("%s: %s", command, Files.readString(output)).isTrue();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }

  /** Maven with the repository of the build that runs us. */
  private Run run(Path in, String... command) {
    try {
      Path output = Files.createTempFile(folder, "run", ".log");
      var builder = new ProcessBuilder(command).directory(in.toFile()).redirectErrorStream(true).redirectOutput(output.toFile());
      String told = System.getenv().getOrDefault("MAVEN_CMD_LINE_ARGS", "");
      String repository = Arrays.stream(told.split(" ")).filter(word -> word.startsWith("-Dmaven.repo.local")).collect(Collectors.joining(" "));
      builder.environment().merge("MAVEN_ARGS", "-o " + repository, (before, ours) -> before + " " + ours);
      builder.environment().put("MAVEN_OPTS", SHORT_LIVED);
      Process process = builder.start();
      process.getOutputStream().close();
      return new Run(List.of(command), process, output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(file -> !file.startsWith(from.resolve("target"))).toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
