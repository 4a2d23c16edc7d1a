package org.strowger.inside;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.slf4j.LoggerFactory;
import org.strowger.inside.fault.FaultyPolicy;
import org.strowger.inside.fault.FaultyStart;

/** A plugin as it should not be, made on the spot. @param word what its fault says */
record FaultyBundle(String word, String header, String value, Class<?> code) {

  private static final String COMPONENT = """
      <?xml version="1.0" encoding="UTF-8"?>
      <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.4.0" name="faulty" immediate="true" activate="activate">
        <property name="plugin.id" value="%s"/>
        <property name="call.phase" value="SCREEN"/>
        <service><provide interface="org.strowger.calls.spi.CallPolicy"/></service>
        <implementation class="%s"/>
      </scr:component>
      """.formatted(FaultyPolicy.ID, FaultyPolicy.class.getName());

  static FaultyBundle withComponent() {
    return new FaultyBundle(FaultyPolicy.FAULT, "Service-Component", "OSGI-INF/faulty.xml", FaultyPolicy.class);
  }

  static FaultyBundle withActivator() {
    return new FaultyBundle(FaultyStart.FAULT, "Bundle-Activator", FaultyStart.class.getName(), FaultyStart.class);
  }

  /** A start that fails is noted in the log; the bundle is then there and does not run. */
  Bundle start(BundleContext context) throws IOException, BundleException {
    Bundle bundle = context.installBundle("inside:" + code.getSimpleName(), new ByteArrayInputStream(jar()));
    try {
      bundle.start();
    } catch (BundleException e) {
      LoggerFactory.getLogger(FaultyBundle.class).info("{} did not start", bundle, e);
    }
    return bundle;
  }

  private byte[] jar() throws IOException {
    var manifest = new Manifest();
    Attributes main = manifest.getMainAttributes();
    main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    main.putValue("Bundle-ManifestVersion", "2");
    main.putValue("Bundle-SymbolicName", "com.example." + code.getSimpleName());
    main.putValue("Import-Package", "org.osgi.framework,org.strowger.calls.api,org.strowger.calls.spi");
    main.putValue(header, value);
    var bytes = new ByteArrayOutputStream();
    try (var jar = new JarOutputStream(bytes, manifest)) {
      for (Class<?> each : new Class<?>[] {FaultyPolicy.class, FaultyStart.class}) {
        String entry = each.getName().replace('.', '/') + ".class";
        jar.putNextEntry(new JarEntry(entry));
        try (InputStream code = each.getResourceAsStream("/" + entry)) {
          code.transferTo(jar);
        }
      }
      jar.putNextEntry(new JarEntry("OSGI-INF/faulty.xml"));
      jar.write(COMPONENT.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }
}
