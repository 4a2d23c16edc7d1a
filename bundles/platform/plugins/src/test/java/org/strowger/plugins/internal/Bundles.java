package org.strowger.plugins.internal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.osgi.framework.Bundle;
import org.osgi.framework.launch.Framework;

/** Bundles with a name and a version, and nothing else. */
final class Bundles {

  private Bundles() {}

  static Bundle install(Framework framework, String name, String version) throws Exception {
    Bundle installed = framework.getBundleContext().installBundle("test:" + name, jar(name, version));
    installed.start();
    return installed;
  }

  /** As {@code bundle:update} does. */
  static void update(Bundle bundle, String name, String version) throws Exception {
    bundle.update(jar(name, version));
  }

  static ByteArrayInputStream jar(String name, String version) throws Exception {
    var manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().putValue("Bundle-ManifestVersion", "2");
    manifest.getMainAttributes().putValue("Bundle-SymbolicName", name);
    manifest.getMainAttributes().putValue("Bundle-Version", version);
    var bytes = new ByteArrayOutputStream();
    new JarOutputStream(bytes, manifest).close();
    return new ByteArrayInputStream(bytes.toByteArray());
  }
}
