package org.strowger.scenarios;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.strowger.scenarios.eye.Eye;

/** Looks at a switch's framework from inside, by {@link Eye}, a bundle that it puts there. */
final class Eyes implements AutoCloseable {

  static final String NAME = "com.example.eye";

  private final Socket socket;
  private final BufferedReader answers;

  Eyes(Switch at) throws IOException {
    Path jar = Jar.made(NAME, Map.of("Bundle-Activator", Eye.class.getName(), "Import-Package", "org.osgi.framework,org.osgi.framework.wiring"), List.of(Eye.class))
        .write(at.home().resolve("eye.jar"));
    at.shell("bundle:install -s " + jar.toUri());
    int port = Integer.parseInt(Files.readString(at.home().resolve("karaf/eye")).strip());
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(60_000);
    answers = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
  }

  private synchronized List<String> ask(String question) {
    try {
      socket.getOutputStream().write((question + "\n").getBytes(StandardCharsets.UTF_8));
      var lines = new ArrayList<String>();
      for (String line = answers.readLine(); !line.isEmpty(); line = answers.readLine()) {
        lines.add(line);
      }
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All bundles but some: id, version, state, time of the last change, revision, wiring. @param except symbolic names */
  List<String> bundlesBut(Collection<String> except) {
    return ask("bundles").stream().filter(line -> !except.contains(line.substring(0, line.indexOf(' ')))).toList();
  }

  /** What happened to bundles since the last question: symbolic name and event. */
  List<String> events() {
    return ask("events");
  }

  /** Wirings of bundles that were updated or taken out and are still held by somebody, after a collection. */
  List<String> departed() {
    return ask("departed");
  }

  /** How many wirings were seen to come, to go, and to be held by nobody any more. */
  int cleared() {
    return Integer.parseInt(ask("cleared").get(0));
  }

  /** Bytes after a full collection: {@code heap}, {@code metaspace} and other pools; {@code classes} counts them. */
  Map<String, Long> memory() {
    return ask("memory").stream().map(line -> line.split(" ")).collect(Collectors.toMap(parts -> parts[0], parts -> Long.valueOf(parts[1])));
  }

  /** How many threads there are by name, numbers in names left out. */
  Map<String, Integer> threads() {
    var found = new TreeMap<String, Integer>();
    ask("threads").forEach(name -> found.merge(name.replaceAll("[0-9a-f]{6,}|[0-9]+", "#"), 1, Integer::sum));
    return found;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
