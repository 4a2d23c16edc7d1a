package org.strowger.accounts.internal.features;

import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.accounts.api.SettingsDocument;
import org.strowger.accounts.api.SettingsSchema;
import org.strowger.accounts.spi.AccountFeature;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.Unavailable;
import org.strowger.kernel.Violation;
import org.strowger.kernel.data.FieldSchema;
import org.strowger.kernel.data.FieldType;

/**
 * The features installed now, and what they make of stored documents. Plugins' code runs here and
 * nowhere else in this bundle; what it answers is copied. Threads: any.
 */
@Component(service = Features.class)
public final class Features {

  private static final Logger LOG = LoggerFactory.getLogger(Features.class);

  private final Map<ServiceReference<AccountFeature>, Bound> services = new ConcurrentHashMap<>();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final Limited limited;
  private volatile Map<String, Installed> installed = Map.of();

  private record Installed(SettingsSchema schema, AccountFeature feature) {}

  /** A service, and what it is asked once: what its settings are. */
  private static final class Bound {
    private final AccountFeature feature;
    /** Null until it has said. */
    private volatile Installed installed;
    /** Set by the first of two: it has said, or nobody waits any more. The second has to arrange. */
    private final AtomicBoolean first = new AtomicBoolean();

    Bound(AccountFeature feature) {
      this.feature = feature;
    }
  }

  public Features() {
    this(Limited.REST);
  }

  /** @param rest of a feature that hangs */
  Features(Duration rest) {
    this.limited = new Limited(Limited.LIMIT, rest, this::changed);
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
  void bindFeature(AccountFeature feature, ServiceReference<AccountFeature> reference) {
    var bound = new Bound(feature);
    services.put(reference, bound);
    String whose = "of " + reference.getBundle() + ", service " + reference.getProperty(Constants.SERVICE_ID) + ",";
    try {
      limited.ask(whose, feature.getClass().getClassLoader(), () -> {
        learn(bound);
        return null;
      });
      arrange();
    } catch (Unavailable late) {
      // It is taken up when it answers after all.
      if (!bound.first.compareAndSet(false, true)) {
        arrange();
      }
    } catch (Throwable e) {
      LOG.warn("settings of {} are left out: {}", reference.getBundle(), e.toString());
    }
  }

  /** The feature's code, on its own thread. */
  private void learn(Bound bound) {
    SettingsSchema schema = Objects.requireNonNull(bound.feature.schema(), "no schema");
    Objects.requireNonNull(schema.feature(), "a schema without a feature");
    Objects.requireNonNull(schema.section(), "a schema without a section");
    Objects.requireNonNull(schema.schema(), "a schema without its fields");
    bound.installed = new Installed(schema, bound.feature);
    if (!bound.first.compareAndSet(false, true)) {
      arrange();
    }
  }

  void unbindFeature(ServiceReference<AccountFeature> reference) {
    services.remove(reference);
    arrange();
  }

  /** Of two services for one feature the higher ranked counts, as everywhere in OSGi. */
  private void arrange() {
    synchronized (services) {
      var now = new TreeMap<String, Installed>();
      services.entrySet().stream().sorted(Map.Entry.comparingByKey()).map(entry -> entry.getValue().installed).filter(Objects::nonNull)
          .forEach(one -> now.put(one.schema.feature(), one));
      installed = Map.copyOf(now);
    }
    changed();
  }

  private void changed() {
    listeners.forEach(Runnable::run);
  }

  @Deactivate
  void close() {
    limited.close();
  }

  /** Plugins' code, with a limit. @throws Unavailable if it hangs */
  private <R> R ask(Installed of, Supplier<R> question) {
    return limited.ask(of.schema.feature(), of.feature.getClass().getClassLoader(), question);
  }

  /** The features that hang. */
  public Set<String> hanging() {
    return limited.hanging();
  }

  /** @param listener runs after a feature came, went, or answers again after it hung */
  public void whenChanged(Runnable listener) {
    listeners.add(listener);
  }

  public void forget(Runnable listener) {
    listeners.remove(listener);
  }

  /** In order of section and id. */
  public List<SettingsSchema> schemas() {
    return installed.values().stream().map(Installed::schema)
        .sorted(Comparator.comparing(SettingsSchema::section).thenComparing(SettingsSchema::feature)).toList();
  }

  /** A stored document as the installed version of its feature has it; as it is if the feature is away or hangs, or the document is newer. */
  public SettingsDocument upgraded(SettingsDocument stored) {
    Installed now = installed.get(stored.feature());
    if (now == null || stored.schemaVersion() >= now.schema.version()) {
      return stored;
    }
    try {
      Map<String, Object> values = ask(now, () -> PlainData.copy(now.feature.upgrade(stored.values(), stored.schemaVersion())));
      return new SettingsDocument(stored.feature(), now.schema.version(), values, SecretNames.of(now.schema.schema(), stored, values.keySet()));
    } catch (Unavailable hangs) {
      return stored;
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      LOG.warn("feature {} cannot upgrade settings of version {}: {}", stored.feature(), stored.schemaVersion(), e.toString());
      return stored;
    }
  }

  /** Every setting of a feature as it acts: the stored values and initial ones. Empty if the feature is away, or hangs. */
  public Optional<Map<String, Object>> acting(String feature, SettingsDocument stored) {
    Installed now = installed.get(feature);
    if (now == null) {
      return Optional.empty();
    }
    Map<String, Object> known = stored == null ? Map.of() : known(now.schema, upgraded(stored).values());
    try {
      return Optional.of(ask(now, () -> PlainData.copy(lenient(now.feature, known))));
    } catch (Unavailable hangs) {
      return Optional.empty();
    }
  }

  /** Values that this version does not allow act as if nobody had set them. */
  private static Map<String, Object> lenient(AccountFeature feature, Map<String, Object> known) {
    try {
      return feature.complete(known);
    } catch (InvalidInput e) {
      var allowed = new LinkedHashMap<>(known);
      e.violations().forEach(v -> allowed.remove(topLevel(v.field())));
      return feature.complete(allowed.size() < known.size() ? allowed : Map.of());
    }
  }

  /**
   * The document that results from a change. Fields the installed version does not know stay as they are; a null makes a
   * setting act at its initial value again.
   *
   * @param stored null if there is none yet
   * @throws InvalidInput naming each unknown or broken field as {@code features.<id>.<field>}
   * @throws StrowgerException CONFLICT if the feature is known from {@code stored} but not installed, UNAVAILABLE if it hangs
   */
  public SettingsDocument changed(String feature, SettingsDocument stored, Map<String, Object> changes) {
    Installed now = installed.get(feature);
    if (now == null && stored != null) {
      throw away(feature);
    }
    if (now == null) {
      throw new InvalidInput("features." + feature, null, "is no feature that is installed; installed are " + names());
    }
    SettingsDocument before = stored == null ? new SettingsDocument(feature, now.schema.version(), Map.of(), Set.of()) : upgraded(stored);
    var asked = new LinkedHashMap<>(known(now.schema, before.values()));
    changes.forEach((name, value) -> asked.put(name, now.schema.schema().field(name).map(field -> merged(field, asked.get(name), value)).orElse(value)));
    Map<String, Object> complete = complete(now, feature, asked);
    var after = new LinkedHashMap<>(before.values());
    asked.forEach((name, value) -> {
      if (value == null) {
        after.remove(name);
      } else {
        after.put(name, complete.get(name));
      }
    });
    Set<String> secrets = SecretNames.of(now.schema.schema(), before, after.keySet());
    return new SettingsDocument(feature, Math.max(before.schemaVersion(), now.schema.version()), after, secrets);
  }

  /** As RFC 7396 has it: of an object the fields that are named are changed, anything else is replaced. Nested fields that this version does not know go. */
  private static Object merged(FieldSchema field, Object before, Object change) {
    if (field.type() != FieldType.OBJECT || !(before instanceof Map<?, ?> old) || !(change instanceof Map<?, ?> named)) {
      return change;
    }
    var merged = new LinkedHashMap<Object, Object>(named);
    field.fields().stream().filter(part -> old.containsKey(part.name())).forEach(part ->
        merged.put(part.name(), named.containsKey(part.name()) ? merged(part, old.get(part.name()), named.get(part.name())) : old.get(part.name())));
    return merged;
  }

  public static StrowgerException away(String feature) {
    return StrowgerException.conflict("feature " + feature + " is not installed now: its settings are kept and cannot be changed until it is back");
  }

  private Map<String, Object> complete(Installed now, String feature, Map<String, Object> asked) {
    try {
      return ask(now, () -> PlainData.copy(now.feature.complete(asked)));
    } catch (InvalidInput e) {
      throw new InvalidInput(e.violations().stream().map(v -> new Violation("features." + feature + "." + v.field(), v.value(), v.rule())).toList());
    }
  }

  private static Map<String, Object> known(SettingsSchema schema, Map<String, Object> values) {
    var known = new LinkedHashMap<>(values);
    known.keySet().removeIf(name -> schema.schema().field(name).isEmpty());
    return known;
  }

  private static String topLevel(String field) {
    return field.split("[.\\[]", 2)[0];
  }

  private String names() {
    return installed.isEmpty() ? "none" : String.join(", ", installed.keySet().stream().sorted().toList());
  }
}
