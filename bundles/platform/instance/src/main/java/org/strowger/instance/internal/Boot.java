package org.strowger.instance.internal;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.karaf.bundle.core.BundleService;
import org.apache.karaf.features.BootFinished;
import org.apache.karaf.features.DeploymentEvent;
import org.apache.karaf.features.DeploymentListener;
import org.apache.karaf.features.Feature;
import org.apache.karaf.features.FeaturesService;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.kernel.Daemons;
import org.strowger.kernel.Health;

/**
 * Finishes a start: brings back the optional features, then tells the {@code strowger} script so by the file
 * {@code karaf/ready}. From then on it keeps {@code etc/strowger.features} what the operator made of it.
 *
 * <p>It waits for Karaf's {@link BootFinished}, so all that the program ships is installed and started when it begins.
 */
@Component(immediate = true, service = Health.Check.class)
public final class Boot implements Health.Check {

  private static final Logger LOG = LoggerFactory.getLogger(Boot.class);

  /** How long the bundles may take to find one another; the script waits longer. */
  private static final Duration START_LIMIT = Duration.ofSeconds(90);

  private final FeaturesService features;
  private final Path list;
  private final Path ready;
  private final Path featuresCfg;
  private final StartedBundles started;
  private final DeploymentListener listener = this::deployed;
  private final ExecutorService worker = Executors.newSingleThreadExecutor(Daemons.named("strowger-instance"));
  private OptionalFeatures missing = OptionalFeatures.none();
  private volatile Health health = Health.degraded("the start is not finished");
  private volatile boolean ended;
  private volatile boolean stopped;

  @Activate
  public Boot(BundleContext context, @Reference FeaturesService features, @Reference BundleService bundles, @Reference BootFinished booted) {
    this(features, new StartedBundles(context, bundles), Path.of(System.getProperty("strowger.home", System.getProperty("karaf.base", "."))),
        Path.of(System.getProperty("karaf.data", "karaf")));
    worker.execute(this::restore);
  }

  Boot(FeaturesService features, StartedBundles started, Path home, Path cache) {
    this.features = features;
    this.started = started;
    this.list = home.resolve("etc/strowger.features");
    this.featuresCfg = home.resolve("etc/org.apache.karaf.features.cfg");
    this.ready = cache.resolve("ready");
  }

  @Deactivate
  void stop() {
    stopped = true;
    worker.shutdownNow();
    features.unregisterListener(listener);
  }

  @Override
  public String name() {
    return "instance";
  }

  /** How the start went, and which bundles are silent now: their own checks are gone with them. */
  @Override
  public Health health() {
    Health start = health;
    if (!ended) {
      return start;
    }
    StartedBundles.Silent silent = started.silent();
    if (silent.bundles().isEmpty()) {
      return start;
    }
    String named = "these bundles do not work, see the log: " + String.join(", ", silent.bundles());
    return silent.vital() ? Health.down(named) : Health.degraded(named);
  }

  /** Installs what the list names and is not there. A feature that cannot be installed keeps its line and is reported. */
  void restore() {
    try {
      OptionalFeatures wanted = OptionalFeatures.read(list);
      for (String repository : wanted.repositories()) {
        tried("repository " + repository, () -> {
          if (features.getRepository(URI.create(repository)) == null) {
            features.addRepository(URI.create(repository));
          }
        }, () -> missing.repositories().add(repository));
      }
      for (String name : wanted.names()) {
        tried("feature " + name, () -> {
          Feature feature = features.getFeature(name);
          if (feature == null) {
            throw new IllegalStateException("no repository of this program or of " + list + " has it");
          }
          if (!features.isRequired(feature)) {
            features.installFeatures(Set.of(name), EnumSet.of(FeaturesService.Option.NoAutoRefreshBundles));
            LOG.info("Installed the optional feature {} again", name);
          }
        }, () -> missing.names().add(name));
      }
      // Registered only now: the deployments above, and those of the boot, change nothing in the list.
      features.registerListener(listener);
    } catch (IOException e) {
      LOG.error("The optional features were not installed: {}", e.getMessage());
    }
    Set<String> waiting = started.await(START_LIMIT);
    if (stopped) {
      // A service of Karaf's was replaced meanwhile, as its configuration came: this component's successor says when the start is over.
      features.unregisterListener(listener);
      return;
    }
    if (!waiting.isEmpty()) {
      LOG.warn("After {} s these bundles still wait for services they need: {}", START_LIMIT.toSeconds(), waiting);
    }
    health = ended(waiting);
    ended = true;
    try {
      Files.writeString(ready, missing.names().isEmpty() ? "ready\n" : "ready without " + missing.names() + "\n");
    } catch (IOException e) {
      LOG.error("Can't write {}: whoever waits for the start to finish will wait in vain ({})", ready, e.toString());
    }
  }

  private Health ended(Set<String> waiting) {
    if (!missing.names().isEmpty() || !missing.repositories().isEmpty()) {
      return Health.degraded("of " + list.getFileName() + " these can't be had: " + Stream.of(missing.repositories(), missing.names()).flatMap(Set::stream).toList());
    }
    return Health.ok(waiting.isEmpty() ? "the start brought everything back" : "after the start these bundles were late: " + waiting);
  }

  private void tried(String what, Attempt attempt, Runnable otherwise) {
    try {
      attempt.run();
    } catch (Exception e) {
      LOG.warn("The optional {} of {} can't be had: {}", what, list, e.getMessage());
      otherwise.run();
    }
  }

  private void deployed(DeploymentEvent event) {
    if (event == DeploymentEvent.DEPLOYMENT_FINISHED && !stopped) {
      // Not here: Karaf holds its own lock while it calls.
      worker.execute(this::record);
    }
  }

  /** Writes the list of what is required now and is not a boot feature. */
  void record() {
    try {
      Set<String> shipped = shipped("featuresBoot").map(id -> id.replaceFirst("/.*", "")).collect(Collectors.toSet());
      Set<String> sources = shipped("featuresRepositories").collect(Collectors.toSet());
      var now = new OptionalFeatures(new TreeSet<>(missing.repositories()), new TreeSet<>(missing.names()));
      for (Feature feature : features.listRequiredFeatures()) {
        if (!shipped.contains(feature.getName())) {
          now.names().add(feature.getName());
          if (feature.getRepositoryUrl() != null && !sources.contains(feature.getRepositoryUrl())) {
            now.repositories().add(feature.getRepositoryUrl());
          }
        }
      }
      if (!now.equals(OptionalFeatures.read(list))) {
        now.write(list);
      }
    } catch (Exception e) {
      LOG.error("{} is not up to date: {}", list, e.toString());
    }
  }

  private Stream<String> shipped(String key) throws IOException {
    var cfg = new Properties();
    try (InputStream in = Files.newInputStream(featuresCfg)) {
      cfg.load(in);
    }
    return Stream.of(cfg.getProperty(key, "").split("[,()\\s]+")).filter(id -> !id.isBlank());
  }

  @FunctionalInterface
  private interface Attempt {
    void run() throws Exception;
  }
}
