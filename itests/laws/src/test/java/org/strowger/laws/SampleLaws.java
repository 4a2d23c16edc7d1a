package org.strowger.laws;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Whoever wants to implement an SPI finds a contract test to extend and a sample to begin with. */
final class SampleLaws {

  static final String CONTRACTS = "itests/testkit-plugin/src/main/java/org/strowger/testkit/plugin";
  static final String TEMPLATES = "itests/samples/archetype/src/main/resources/archetype-resources";
  /** For call control and the registrar, which are not replaced with calls up. */
  private static final Set<String> OURS = Set.of("org.strowger.sip.spi.SipUser");

  private SampleLaws() {}

  static List<String> samples(House house) {
    var offences = new ArrayList<String>();
    for (Bundle bundle : house.bundles()) {
      for (ClassFacts type : bundle.classes()) {
        boolean ours = OURS.contains(type.name()) || !bundle.floor().equals("api");
        if (!ours && type.isInterface() && !type.isAnnotation() && !type.isNested() && type.packageName().endsWith(".spi")
            && type.annotations().contains("org.osgi.annotation.versioning.ConsumerType")) {
          String name = type.name().substring(type.packageName().length() + 1);
          need(house, bundle, type, CONTRACTS + "/" + name + "Contract.java", offences);
          need(house, bundle, type, TEMPLATES + "/" + name.replaceAll("(?<=.)([A-Z])", "-$1").toLowerCase(Locale.ROOT) + "/README.md", offences);
        }
      }
    }
    return offences;
  }

  private static void need(House house, Bundle bundle, ClassFacts type, String file, List<String> offences) {
    if (!Files.exists(house.root().resolve(Path.of(file)))) {
      offences.add("%s: plugins implement %s, and there is no %s: write it, see CONTRIBUTING.md, Plugins of others".formatted(bundle.path(), type.name(), file));
    }
  }
}
