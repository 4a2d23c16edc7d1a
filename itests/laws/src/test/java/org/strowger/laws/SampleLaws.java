package org.strowger.laws;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Whoever wants to implement an SPI finds a contract test to extend and a sample to begin with. */
final class SampleLaws {

  static final String CONTRACTS = "itests/testkit-plugin/src/main/java/org/strowger/testkit/plugin";
  static final String TEMPLATES = "itests/samples/archetype/src/main/resources/archetype-resources";
  /** What no vendor's plugin is for, and why. */
  private static final Map<String, String> NO_KINDS = Map.of(
      "org.strowger.sip.spi.SipUser", "for call control and the registrar, which are not replaced with calls up",
      "org.strowger.sip.api.SipClient", "a callback of those two",
      "org.strowger.plugins.api.Asker", "whoever asks plugins is no plugin",
      "org.strowger.persistence.api.Participant", "joins sessions of our own mapper to a transaction",
      "org.strowger.kernel.data.Checked", "a rule on a record, shown with AccountFeature's settings",
      "org.strowger.kernel.Health$Check", "one line beside a service of another kind");

  private SampleLaws() {}

  static List<String> samples(House house) throws IOException {
    var offences = new ArrayList<String>();
    for (Bundle bundle : house.bundles()) {
      for (ClassFacts type : bundle.classes()) {
        if (List.of("kernel", "api").contains(bundle.floor()) && type.annotations().contains("org.osgi.annotation.versioning.ConsumerType") && !NO_KINDS.containsKey(type.name())) {
          String name = type.name().substring(type.name().lastIndexOf('.') + 1).replaceFirst(".*\\$", "");
          String template = TEMPLATES + "/" + name.replaceAll("(?<=.)([A-Z])", "-$1").toLowerCase(Locale.ROOT);
          need(house, bundle, type, CONTRACTS + "/" + name + "Contract.java", "@Test", offences);
          need(house, bundle, type, template + "/README.md", "./mvnw verify", offences);
          need(house, bundle, type, template + "/src/test/java", "extends " + name + "Contract", offences);
        }
      }
    }
    return offences;
  }

  /** @param place a file, or a folder one of whose files will do */
  private static void need(House house, Bundle bundle, ClassFacts type, String place, String text, List<String> offences) throws IOException {
    Path path = house.root().resolve(Path.of(place));
    if (!Files.exists(path)) {
      offences.add("%s: plugins implement %s, and there is no %s: write it, see CONTRIBUTING.md, Plugins of others".formatted(bundle.path(), type.name(), place));
      return;
    }
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (Files.readString(file).contains(text)) {
          return;
        }
      }
    }
    offences.add("%s: plugins implement %s, and nothing in %s says '%s'".formatted(bundle.path(), type.name(), place, text));
  }
}
