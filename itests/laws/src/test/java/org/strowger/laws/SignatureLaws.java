package org.strowger.laws;

import aQute.bnd.service.diff.Delta;
import aQute.bnd.service.diff.Diff;
import aQute.bnd.service.diff.Type;
import aQute.bnd.version.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Whoever compiled a plugin against a contract must be able to tell from the package's version whether it still fits: what the
 * contracts show is compared with what was committed, by bnd's rules of semantic versions.
 */
final class SignatureLaws {

  static final String COMMAND = "./mvnw -q -pl itests/laws -am verify -Dtest=WriteSignatures -Dsurefire.failIfNoSpecifiedTests=false";
  private static final String FOLDER = "itests/laws/contracts";
  private static final int MOST_NAMED = 8;

  private SignatureLaws() {}

  static List<String> signatures(House house) throws IOException {
    Map<String, Path> files = files(house);
    var offences = new ArrayList<String>();
    for (Bundle bundle : contracts(house)) {
      for (Signature now : Signature.of(bundle)) {
        Path file = files.remove(now.name());
        if (file == null) {
          offences.add("%s: nobody has committed what %s shows: %s".formatted(bundle.path(), now.name(), COMMAND));
          continue;
        }
        Signature then = Signature.parse(file, Files.readAllLines(file));
        String unfit = unfit(bundle, then, now.plain());
        if (unfit != null) {
          offences.add(unfit);
        } else if (!Files.readString(file).equals(now.print())) {
          offences.add("%s: %s is %s now, and %s/%s still says %s: write what it shows with %s, and commit it".formatted(bundle.path(), now.name(), now.version(), FOLDER,
              file.getFileName(), then.version(), COMMAND));
        }
      }
    }
    files.forEach((name, file) -> offences.add("%s is shown by no contract any more: plugins that import it do not resolve. Bring it back, or delete %s/%s if no plugin can have it"
        .formatted(name, FOLDER, file.getFileName())));
    return offences;
  }

  /** Writes what the contracts show, but of packages whose version does not fit their changes. @return those */
  static List<String> write(House house) throws IOException {
    Map<String, Path> files = files(house);
    var offences = new ArrayList<String>();
    Path folder = Files.createDirectories(house.root().resolve(FOLDER));
    for (Bundle bundle : contracts(house)) {
      for (Signature now : Signature.of(bundle)) {
        Path file = files.get(now.name());
        String unfit = file == null ? null : unfit(bundle, Signature.parse(file, Files.readAllLines(file)), now.plain());
        if (unfit == null) {
          Files.writeString(folder.resolve(now.name() + ".txt"), now.print());
        } else {
          offences.add(unfit);
        }
      }
    }
    return offences;
  }

  private static List<Bundle> contracts(House house) {
    return house.bundles().stream().filter(bundle -> bundle.isContract() && !bundle.floor().equals("libs")).toList();
  }

  private static Map<String, Path> files(House house) throws IOException {
    var found = new TreeMap<String, Path>();
    Path folder = house.root().resolve(FOLDER);
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        files.forEach(file -> found.put(file.getFileName().toString().replaceFirst("\\.txt$", ""), file));
      }
    }
    return found;
  }

  /** What is wrong with the version of a package; null if nothing is. */
  private static String unfit(Bundle bundle, Signature then, Signature now) {
    Diff diff = now.tree().diff(then.tree());
    Version least = least(then.version(), diff.getDelta());
    if (now.version().compareTo(least) >= 0) {
      return null;
    }
    var changes = new ArrayList<String>();
    collect(diff, "", changes);
    String more = changes.size() > MOST_NAMED ? "; and " + (changes.size() - MOST_NAMED) + " more" : "";
    return "%s: %s has changed and is %s as before: %s%s. Set @Version(\"%s\") in its package-info.java (%s), or undo the change. Then write what it shows with %s, and commit it".formatted(
        bundle.path(), now.name(), now.version(), String.join("; ", changes.subList(0, Math.min(MOST_NAMED, changes.size()))), more, least, why(diff.getDelta()), COMMAND);
  }

  private static Version least(Version then, Delta delta) {
    return switch (delta) {
      case MAJOR, REMOVED -> new Version(then.getMajor() + 1, 0, 0);
      case MINOR, ADDED -> new Version(then.getMajor(), then.getMinor() + 1, 0);
      case MICRO, CHANGED -> new Version(then.getMajor(), then.getMinor(), then.getMicro() + 1);
      default -> then;
    };
  }

  private static String why(Delta delta) {
    return switch (delta) {
      case MAJOR, REMOVED -> "major: plugins that were compiled against the old one do not work with it";
      case MINOR, ADDED -> "minor: old plugins work with it, new ones may need it";
      default -> "micro: everybody works with both";
    };
  }

  /** The smallest things that differ, by the name of their type and member. */
  private static void collect(Diff diff, String inside, List<String> changes) {
    for (Diff child : diff.getChildren()) {
      if (child.getType() == Type.ANNOTATED && child.getName().equals("org.osgi.annotation.versioning.Version")) {
        continue; // it is what the rest decides
      }
      String name = switch (child.getType()) {
        case CLASS, INTERFACE, ENUM, ANNOTATION -> child.getName().substring(child.getName().lastIndexOf('.') + 1);
        case METHOD, FIELD -> inside + "." + child.getName();
        case PARAMETER -> inside + " generic signature " + child.getName();
        default -> inside + " " + child.getType().name().toLowerCase(java.util.Locale.ROOT) + " " + child.getName();
      };
      if (child.getDelta() == Delta.ADDED || child.getDelta() == Delta.REMOVED) {
        changes.add(name + (child.getDelta() == Delta.ADDED ? " is new" : " is gone"));
      } else if (child.getDelta().compareTo(Delta.UNCHANGED) > 0) {
        collect(child, child.getType() == Type.RETURN ? inside : name, changes);
      }
    }
  }
}
