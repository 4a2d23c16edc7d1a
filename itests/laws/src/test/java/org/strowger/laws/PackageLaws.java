package org.strowger.laws;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Rules 1, 2 and 3: who may see whose packages. */
final class PackageLaws {

  private static final Pattern OURS_OR_JAVA = Pattern.compile(
      "(java|org\\.strowger|org\\.osgi\\.annotation|javax\\.(sql|net|crypto|security))\\..*|org\\.slf4j\\.[A-Z].*|[^.]*");

  private PackageLaws() {}

  static List<String> imports(House house) {
    Map<String, Bundle> exporters = new TreeMap<>();
    house.bundles().stream().filter(Bundle::isContract).forEach(bundle -> bundle.exports().forEach(name -> exporters.put(name, bundle)));
    var offences = new ArrayList<String>();
    for (Bundle bundle : house.bundles()) {
      for (Clause imported : bundle.header("Import-Package")) {
        if (imported.name().startsWith("org.strowger.") && !exporters.containsKey(imported.name()) && !bundle.exports().contains(imported.name())) {
          offences.add("%s imports %s, which no contract exports: move what it needs into an api bundle and get the rest as a service"
              .formatted(bundle.path(), imported.name()));
        }
      }
    }
    return offences;
  }

  /** Java passes over an annotation whose class it does not find, so a missing import may go unseen until a rule is not kept. */
  static List<String> mentioned(House house) {
    var offences = new ArrayList<String>();
    for (Bundle bundle : house.bundles()) {
      Set<String> known = bundle.classes().stream().map(ClassFacts::packageName).collect(Collectors.toCollection(TreeSet::new));
      bundle.header("Import-Package").forEach(imported -> known.add(imported.name()));
      Map<String, String> missing = new TreeMap<>();
      for (ClassFacts type : bundle.classes()) {
        for (String name : type.mentions()) {
          String from = name.substring(0, Math.max(0, name.lastIndexOf('.')));
          if (from.startsWith("org.strowger.") && !known.contains(from)) {
            missing.putIfAbsent(from, type.name() + " mentions " + name);
          }
        }
      }
      missing.forEach((from, where) -> offences.add("%s: %s, and the manifest does not import %s: add 'Import-Package: %s, *' to its bnd.bnd"
          .formatted(bundle.path(), where, from, from)));
    }
    return offences;
  }

  static List<String> exports(House house) {
    var offences = new ArrayList<String>();
    for (Bundle bundle : house.bundles()) {
      for (Clause exported : bundle.header("Export-Package")) {
        if (!bundle.isContract()) {
          offences.add("%s exports %s: remove @Export, or move the package to an api bundle".formatted(bundle.path(), exported.name()));
        } else if (exported.attributes().getOrDefault("version", "0.0.0").matches("0(\\.0)*")) {
          offences.add("%s exports %s without a version: add @Version to its package-info.java".formatted(bundle.path(), exported.name()));
        }
      }
    }
    return offences;
  }

  static List<String> providers(House house) {
    var offences = new ArrayList<String>();
    for (Bundle bundle : house.bundles()) {
      Set<String> exports = Set.copyOf(bundle.exports());
      for (ClassFacts type : bundle.classes()) {
        boolean marked = type.annotations().stream().anyMatch(name -> name.matches("org\\.osgi\\.annotation\\.versioning\\.(Provider|Consumer)Type"));
        // Nobody outside can implement a sealed interface; a nested one belongs to its outer type.
        if (type.isInterface() && type.isPublic() && !type.isSealed() && !type.isNested() && exports.contains(type.packageName()) && !marked) {
          offences.add("%s: %s is exported and says not who implements it: add @ProviderType (we do) or @ConsumerType (plugins do)"
              .formatted(bundle.path(), type.name()));
        }
      }
    }
    return offences;
  }

  static List<String> libraries(House house) {
    var offences = new ArrayList<String>();
    for (Bundle bundle : house.bundles()) {
      if (bundle.floor().equals("kernel") || bundle.floor().equals("api")) {
        for (ClassFacts type : bundle.classes()) {
          type.mentions().stream().filter(name -> !OURS_OR_JAVA.matcher(name).matches()).forEach(name -> offences.add(
              "%s: %s mentions %s: say it in types of our own, the library stays in an implementation".formatted(bundle.path(), type.name(), name)));
        }
      }
    }
    return offences;
  }

  /** Tarjan would be shorter to run, this is shorter to read: what reaches itself is in a cycle. */
  static List<String> cycles(House house) {
    Map<String, Set<String>> uses = new TreeMap<>();
    house.classes().forEach(type -> uses.computeIfAbsent(type.packageName(), name -> new TreeSet<>()).addAll(type.mentions().stream()
        .filter(name -> name.startsWith("org.strowger.") && name.contains("."))
        .map(name -> name.substring(0, name.lastIndexOf('.')))
        .filter(name -> !name.equals(type.packageName()))
        .collect(Collectors.toSet())));
    var offences = new ArrayList<String>();
    for (String start : uses.keySet()) {
      Set<String> reached = reach(start, uses);
      if (reached.contains(start)) {
        Set<String> ring = reached.stream().filter(other -> reach(other, uses).contains(start)).collect(Collectors.toCollection(TreeSet::new));
        if (start.equals(ring.iterator().next())) {
          offences.add("the packages %s use one another in a ring: move what both need down, or turn one arrow round with an interface"
              .formatted(ring));
        }
      }
    }
    return offences;
  }

  private static Set<String> reach(String start, Map<String, Set<String>> uses) {
    var reached = new TreeSet<String>();
    var open = new ArrayList<>(uses.getOrDefault(start, Set.of()));
    while (!open.isEmpty()) {
      String next = open.remove(open.size() - 1);
      if (reached.add(next)) {
        open.addAll(uses.getOrDefault(next, Set.of()));
      }
    }
    return reached;
  }
}
