package org.strowger.laws;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What may not be said in code: a feature's name in a door, the clock outside the kernel, floating point near money. */
final class WordLaws {

  private static final Set<String> CLOCKS = Set.of("java.time.Instant.now", "java.time.LocalDate.now", "java.time.LocalDateTime.now",
      "java.time.ZonedDateTime.now", "java.time.OffsetDateTime.now", "java.time.Clock.systemUTC", "java.time.Clock.systemDefaultZone",
      "java.lang.System.currentTimeMillis");
  private static final Set<String> NEAR_MONEY = Set.of("api/billing", "core/rating", "core/ledger", "core/accounts", "core/calls", "edge/rest", "edge/soap");

  private WordLaws() {}

  static List<String> features(House house) {
    Map<String, Bundle> owners = new TreeMap<>();
    house.bundles().forEach(bundle -> bundle.classes().forEach(type -> type.featureIds().forEach(id -> owners.put(id, bundle))));
    Map<String, Bundle> settings = new TreeMap<>();
    house.bundles().forEach(bundle -> bundle.classes().forEach(type -> type.settings().forEach(name -> settings.put(name, bundle))));
    var offences = new ArrayList<String>();
    for (Bundle bundle : house.bundles()) {
      if (bundle.floor().equals("edge") || bundle.floor().equals("core")) {
        for (ClassFacts type : bundle.classes()) {
          owners.forEach((id, owner) -> {
            if (!owner.path().equals(bundle.path()) && (type.words().contains(id) || type.words().contains("features." + id))) {
              offences.add("%s: %s knows the feature '%s' of %s by name: take what every AccountFeature declares, or move the code to its bundle"
                  .formatted(bundle.path(), type.name(), id, owner.path()));
            }
          });
          settings.forEach((name, owner) -> {
            if (!owner.path().equals(bundle.path()) && type.words().stream().anyMatch(word -> word.equals(name) || word.endsWith("." + name))) {
              offences.add("%s: %s knows the setting '%s' of %s by name: take what every AccountFeature declares, or move the code to its bundle"
                  .formatted(bundle.path(), type.name(), name, owner.path()));
            }
          });
        }
      }
    }
    return offences;
  }

  static List<String> time(House house) {
    var offences = new ArrayList<String>();
    for (Bundle bundle : house.bundles()) {
      for (ClassFacts type : bundle.classes()) {
        for (String call : type.calls()) {
          String method = call.replace("(…)", "");
          if (CLOCKS.contains(method) && !bundle.floor().equals("kernel")) {
            offences.add("%s: %s calls %s: inject org.strowger.kernel.Time, which tests can move".formatted(bundle.path(), type.name(), method));
          }
          if (method.equals("java.lang.Thread.sleep") || method.equals("java.util.concurrent.TimeUnit.sleep")) {
            offences.add("%s: %s sleeps: wait for the thing itself, with a time limit".formatted(bundle.path(), type.name()));
          }
        }
      }
    }
    return offences;
  }

  static List<String> money(House house) {
    var offences = new ArrayList<String>();
    for (Bundle bundle : house.bundles()) {
      for (ClassFacts type : bundle.classes()) {
        if ((NEAR_MONEY.contains(bundle.path()) || type.name().startsWith("org.strowger.kernel.Money")) && type.floating()) {
          offences.add("%s: %s uses double or float: count in BigDecimal, BigInteger or long".formatted(bundle.path(), type.name()));
        }
      }
    }
    return offences;
  }
}
