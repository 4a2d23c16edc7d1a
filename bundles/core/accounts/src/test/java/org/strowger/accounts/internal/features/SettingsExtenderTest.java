package org.strowger.accounts.internal.features;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.apache.felix.framework.FrameworkFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.util.tracker.ServiceTracker;
import org.osgi.util.tracker.ServiceTrackerCustomizer;
import org.strowger.accounts.api.SettingsDocument;
import org.strowger.accounts.spi.AccountFeature;
import org.strowger.accounts.spi.AccountSettings;
import org.strowger.kernel.data.Setting;
import org.strowger.testkit.Waiting;

/** A real framework and a bundle made here, whose record is loaded by the bundle alone. */
class SettingsExtenderTest {

  @AccountSettings(feature = "synthetic", section = "Tests")
  record Synthetic(@Setting(initial = "7") int number) {}

  @TempDir
  Path cache;

  private Framework framework;
  private SettingsExtender extender;
  private final Features features = new Features();
  private ServiceTracker<AccountFeature, AccountFeature> tracker;

  @BeforeEach
  void start() throws Exception {
    framework = new FrameworkFactory().newFramework(Map.of(
        Constants.FRAMEWORK_STORAGE, cache.toString(),
        Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, "org.strowger.accounts.api,org.strowger.accounts.spi,org.strowger.kernel,org.strowger.kernel.data"));
    framework.start();
    var context = framework.getBundleContext();
    extender = new SettingsExtender(context);
    tracker = new ServiceTracker<>(context, AccountFeature.class, new ServiceTrackerCustomizer<>() {
      @Override
      public AccountFeature addingService(ServiceReference<AccountFeature> reference) {
        AccountFeature feature = context.getService(reference);
        features.bindFeature(feature, reference);
        return feature;
      }

      @Override
      public void modifiedService(ServiceReference<AccountFeature> reference, AccountFeature service) {}

      @Override
      public void removedService(ServiceReference<AccountFeature> reference, AccountFeature service) {
        features.unbindFeature(reference);
        context.ungetService(reference);
      }
    });
    tracker.open();
  }

  @AfterEach
  void stop() throws Exception {
    tracker.close();
    extender.close();
    framework.stop();
    framework.waitForStop(10_000);
  }

  private Bundle install(String records) throws Exception {
    var manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    for (String[] header : new String[][] {{Constants.BUNDLE_MANIFESTVERSION, "2"}, {Constants.BUNDLE_SYMBOLICNAME, "synthetic"},
        {Constants.IMPORT_PACKAGE, "org.strowger.accounts.spi,org.strowger.accounts.api,org.strowger.kernel.data"}, {AccountSettings.HEADER, records}}) {
      manifest.getMainAttributes().putValue(header[0], header[1]);
    }
    var bytes = new ByteArrayOutputStream();
    try (var jar = new JarOutputStream(bytes, manifest)) {
      String path = Synthetic.class.getName().replace('.', '/') + ".class";
      String outer = SettingsExtenderTest.class.getName().replace('.', '/') + ".class";
      for (String entry : new String[] {path, outer}) {
        jar.putNextEntry(new JarEntry(entry));
        try (InputStream in = Synthetic.class.getClassLoader().getResourceAsStream(entry)) {
          in.transferTo(jar);
        }
      }
    }
    return framework.getBundleContext().installBundle("synthetic", new ByteArrayInputStream(bytes.toByteArray()));
  }

  @Test
  void settingsComeAndGoWithTheirBundle() throws Exception {
    Bundle bundle = install(Synthetic.class.getName());
    assertThat(features.schemas()).isEmpty();
    bundle.start();
    assertThat(features.schemas()).extracting("feature").containsExactly("synthetic");
    assertThat(bundle.getRegisteredServices()).hasSize(1);
    assertThat(features.acting("synthetic", null).orElseThrow()).isEqualTo(Map.of("number", 7L));
    bundle.stop();
    assertThat(features.schemas()).isEmpty();
    bundle.start();
    assertThat(features.schemas()).hasSize(1);
    extender.close();
    assertThat(features.schemas()).isEmpty();
    assertThat(bundle.getRegisteredServices()).isNullOrEmpty();
  }

  @Test
  void aRecordThatIsNotThereHarmsNobodyElse() throws Exception {
    Bundle bundle = install("no.such.Record, " + Synthetic.class.getName());
    bundle.start();
    assertThat(features.schemas()).extracting("feature").containsExactly("synthetic");
  }

  @Test
  void nothingOfAnUninstalledBundleStays() throws Exception {
    WeakReference<Class<?>> record = useAndUninstall();
    Waiting.until("its class is collected", () -> {
      System.gc();
      // Soft references to classes (reflection, class values) go only when memory is asked for.
      byte[][] pressure = new byte[8][];
      Arrays.setAll(pressure, i -> new byte[1 << 20]);
      return record.get() == null;
    });
  }

  private WeakReference<Class<?>> useAndUninstall() throws Exception {
    Bundle bundle = install(Synthetic.class.getName());
    bundle.start();
    Class<?> loaded = bundle.loadClass(Synthetic.class.getName());
    assertThat(loaded).isNotSameAs(Synthetic.class);
    SettingsDocument stored = features.changed("synthetic", null, Map.of("number", "12"));
    assertThat(features.acting("synthetic", stored).orElseThrow()).isEqualTo(Map.of("number", 12L));
    var record = new WeakReference<Class<?>>(loaded);
    loaded = null;
    bundle.uninstall();
    var refreshed = new java.util.concurrent.CountDownLatch(1);
    framework.adapt(FrameworkWiring.class).refreshBundles(null, event -> refreshed.countDown());
    assertThat(refreshed.await(10, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
    assertThat(stored.values()).isEqualTo(Map.of("number", 12L));
    return record;
  }
}
