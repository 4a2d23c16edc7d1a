package org.strowger.inside;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.karaf.features.BundleInfo;
import org.apache.karaf.features.Feature;
import org.apache.karaf.features.FeaturesService;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

/** The switch as it is seen from inside its own framework. */
final class Switch {

  static final String OURS = "mvn:org.strowger/";

  private static final Duration SOON = Duration.ofSeconds(60);

  private final BundleContext context;

  Switch(BundleContext context) {
    this.context = context;
  }

  BundleContext context() {
    return context;
  }

  /** Our bundles, those of the program and none of the test. */
  List<Bundle> bundles() {
    return Arrays.stream(context.getBundles()).filter(bundle -> bundle.getLocation().startsWith(OURS)).toList();
  }

  <S> S service(Class<S> type) {
    ServiceReference<S> reference = context.getServiceReference(type);
    assertNotNull("no service " + type.getName() + "; components that wait: " + waiting(), reference);
    S service = context.getService(reference);
    assertNotNull(type.getName() + " is registered and its component cannot be made", service);
    return service;
  }

  FeaturesService features() {
    return service(FeaturesService.class);
  }

  /** The features of our own repository, all of them. */
  List<Feature> ourFeatures() throws Exception {
    return Arrays.stream(features().listRepositories())
        .filter(repository -> repository.getURI().toString().startsWith(OURS))
        .flatMap(repository -> {
          try {
            return Arrays.stream(repository.getFeatures());
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        })
        .toList();
  }

  static Set<String> bundlesOf(Feature feature) {
    return feature.getBundles().stream().map(BundleInfo::getLocation).collect(Collectors.toCollection(TreeSet::new));
  }

  /** Our components that lack something or failed, each with what it lacks. Empty when all is well. */
  List<String> waiting() {
    var found = new ArrayList<String>();
    var runtime = context.getService(context.getServiceReference(ServiceComponentRuntime.class));
    for (ComponentDescriptionDTO component : runtime.getComponentDescriptionDTOs(bundles().toArray(Bundle[]::new))) {
      var configurations = runtime.getComponentConfigurationDTOs(component);
      if (configurations.isEmpty() && !"require".equals(component.configurationPolicy)) {
        found.add(component.name + " has no configuration");
      }
      for (ComponentConfigurationDTO configuration : configurations) {
        if (configuration.state != ComponentConfigurationDTO.SATISFIED && configuration.state != ComponentConfigurationDTO.ACTIVE) {
          String lacks = Arrays.stream(configuration.unsatisfiedReferences).map(reference -> reference.name).collect(Collectors.joining(", "));
          found.add(component.name + " state " + configuration.state + " lacks [" + lacks + "]"
              + (configuration.failure == null ? "" : " failed: " + configuration.failure.lines().findFirst().orElse("")));
        }
      }
    }
    return found;
  }

  /** Our component configurations, each by its id: one that is made anew has another. */
  Set<String> components() {
    var found = new TreeSet<String>();
    var runtime = context.getService(context.getServiceReference(ServiceComponentRuntime.class));
    for (ComponentDescriptionDTO component : runtime.getComponentDescriptionDTOs(bundles().toArray(Bundle[]::new))) {
      runtime.getComponentConfigurationDTOs(component).forEach(configuration -> found.add(component.name + " " + configuration.id));
    }
    return found;
  }

  /** Waits until every component of ours has what it needs. */
  void awaitSatisfied(String when) {
    assertEquals(when, List.of(), await(this::waiting, List.of()));
  }

  /** The value once it is the wanted one, or what it is when the time is over. */
  static <T> T await(Supplier<T> value, T wanted) {
    long end = System.nanoTime() + SOON.toNanos();
    T found = value.get();
    while (!found.equals(wanted) && System.nanoTime() < end) {
      LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
      found = value.get();
    }
    return found;
  }

  /** Lines of the log from the start on. */
  static List<String> log() {
    try (Stream<String> lines = Files.lines(Path.of(System.getProperty("strowger.home"), "log/strowger.log"))) {
      return lines.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static boolean logged(String word) {
    return log().stream().anyMatch(line -> line.contains(word));
  }
}
