package org.strowger.laws;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.w3c.dom.Element;

/** Rule 6 and the features file. */
final class FeatureLaws {

  private FeatureLaws() {}

  static List<String> base(House house) throws Exception {
    Map<String, List<String>> features = read(house);
    List<String> base = features.getOrDefault("strowger-base", List.of());
    var offences = new ArrayList<String>();
    for (Bundle bundle : house.bundles()) {
      if (bundle.isContract() && !base.contains(ours(bundle))) {
        offences.add("%s is not in the feature strowger-base: a contract must be there before any plugin comes, and stay".formatted(bundle.path()));
      }
    }
    features.forEach((feature, bundles) -> bundles.stream()
        .filter(bundle -> !bundle.startsWith("mvn:org.strowger/") && !feature.equals("strowger-base") && !feature.equals("strowger-cxf"))
        .forEach(bundle -> offences.add("the feature %s brings the library %s: choose it once in strowger-base, or embed it privately"
            .formatted(feature, bundle))));
    return offences;
  }

  static List<String> complete(House house) throws Exception {
    var all = new TreeSet<String>();
    read(house).values().forEach(all::addAll);
    String pom = Files.readString(house.root().resolve("features/pom.xml"));
    var offences = new ArrayList<String>();
    for (Bundle bundle : house.bundles()) {
      if (!all.contains(ours(bundle))) {
        offences.add("%s is in no feature: name it in features/src/main/features/features.xml".formatted(bundle.path()));
      } else if (!pom.contains("<artifactId>" + artifact(bundle) + "</artifactId>")) {
        offences.add("%s is no dependency of features/pom.xml: with an empty Maven repository the distribution may be assembled before it is built".formatted(bundle.path()));
      }
    }
    return offences;
  }

  private static String ours(Bundle bundle) {
    return "mvn:org.strowger/" + artifact(bundle) + "/${project.version}";
  }

  private static String artifact(Bundle bundle) {
    return bundle.floor().equals("api") ? bundle.path().substring(4) + "-api" : bundle.path().replaceFirst(".*/", "");
  }

  private static Map<String, List<String>> read(House house) throws Exception {
    Path file = house.root().resolve("features/src/main/features/features.xml");
    var features = new TreeMap<String, List<String>>();
    for (Element feature : Xml.elements(Xml.parse(file).getDocumentElement(), "feature")) {
      if (feature.hasAttribute("name")) {
        features.put(feature.getAttribute("name"), Xml.elements(feature, "bundle").stream().map(bundle -> bundle.getTextContent().strip()).toList());
      }
    }
    return features;
  }
}
