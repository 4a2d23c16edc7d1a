package org.strowger.inside;

import static org.ops4j.pax.exam.CoreOptions.vmOption;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.configureConsole;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.doNotModifyLogConfiguration;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.editConfigurationFileExtend;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.editConfigurationFilePut;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.karafDistributionConfiguration;

import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.rmi.server.RMISocketFactory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.ops4j.pax.exam.Option;

/** The shipped archive as Pax Exam starts it: Karaf's own options, our own folders, ports of its own. Used outside the container. */
final class Container {

  private static final Path TARGET = Path.of(System.getProperty("strowger.target", "target")).toAbsolutePath().normalize();

  /** Where the instance's keys, database and log are; stays after the run, the unpacked program does not. */
  private static final Path HOME = TARGET.resolve("home");

  private static final Path UNPACKED = TARGET.resolve("exam/program");

  private Container() {}

  static Option[] options() throws IOException {
    delete(HOME);
    delete(UNPACKED);
    for (String folder : List.of("deploy", "keys", "log", "journal")) {
      Files.createDirectories(HOME.resolve(folder));
    }
    Path archive = Path.of(System.getProperty("strowger.archive")).normalize();
    // The settings are where Pax Exam changes them: beside the program.
    Files.createSymbolicLink(HOME.resolve("etc"), UNPACKED.resolve(archive.getFileName().toString().replace(".tar.gz", "")).resolve("etc"));
    System.setIn(InputStream.nullInputStream()); // Pax Exam would read Surefire's commands until the end of the world, and hold up the exit
    RMISocketFactory.setSocketFactory(new PatientSockets());
    var options = new ArrayList<Option>(List.of(
        karafDistributionConfiguration()
            .frameworkUrl(archive.toUri().toString())
            .name("strowger").unpackDirectory(UNPACKED.getParent().toFile()).directoryNameFormat("'" + UNPACKED.getFileName() + "'"),
        configureConsole().ignoreLocalConsole(),
        doNotModifyLogConfiguration(),
        vmOption("-Dstrowger.home=" + HOME),
        editConfigurationFilePut("etc/org.ops4j.pax.logging.cfg", "log4j2.appender.rolling.fileName", HOME + "/log/strowger.log"),
        editConfigurationFileExtend("etc/org.ops4j.pax.url.mvn.cfg", "org.ops4j.pax.url.mvn.defaultRepositories",
            TARGET.resolve("repository").toUri() + "@id=exam.repository")));
    Path assembly = Path.of(System.getProperty("strowger.assembly"));
    options.addAll(moduleOptions(assembly.resolve("bin/karaf")));
    try (Stream<String> lines = Files.lines(assembly.resolve("etc/jvm.options"))) {
      lines.map(String::strip).filter(line -> line.startsWith("-")).forEach(line -> options.add(vmOption(line)));
    }
    // As the strowger script does.
    Stream.of(System.getenv().getOrDefault("STROWGER_JVM_OPTIONS", "").split(" ")).filter(word -> !word.isEmpty()).forEach(word -> options.add(vmOption(word)));
    List<Integer> ports = freePorts(4);
    for (String key : List.of("sip", "http", "ssh")) {
      options.add(editConfigurationFilePut("etc/strowger.properties", "strowger." + key + ".port", Integer.toString(ports.remove(0))));
    }
    options.add(editConfigurationFilePut("etc/org.strowger.jmx.cfg", "port", Integer.toString(ports.remove(0))));
    return options.toArray(Option[]::new);
  }

  /** What Karaf's own script says to Java 17 about modules. Its folder is the one the container is started in. */
  private static List<Option> moduleOptions(Path script) throws IOException {
    var found = new ArrayList<Option>();
    var option = Pattern.compile("^\\s*(--(?:add|patch)-\\S+?)[ =](\\S+) \\\\$", Pattern.MULTILINE).matcher(Files.readString(script));
    while (option.find()) {
      found.add(vmOption(option.group(1) + "=" + option.group(2).replace("\"", "").replace("${KARAF_HOME}", ".")));
    }
    if (found.isEmpty()) {
      throw new IllegalStateException(script + " names no module options");
    }
    return found;
  }

  /** Ports that are free for UDP and TCP now. */
  private static List<Integer> freePorts(int count) {
    var found = new ArrayList<Integer>();
    while (found.size() < count) {
      try (var tcp = new ServerSocket(0);
          var udp = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), tcp.getLocalPort()))) {
        if (!found.contains(udp.getLocalPort())) {
          found.add(udp.getLocalPort());
        }
      } catch (IOException taken) {
        // another process was faster: the next one
      }
    }
    return found;
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
