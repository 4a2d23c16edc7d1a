package org.strowger.shell.internal;

import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.strowger.shell.api.Details;

@Service
@Command(scope = "switch", name = "version", description = "Versions of the switch, its bundles and what it stands on")
public final class VersionCommand implements Action {

  @Reference BundleContext context;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() {
    var bundles = new LinkedHashMap<String, Object>();
    Arrays.stream(context.getBundles())
        .filter(bundle -> String.valueOf(bundle.getSymbolicName()).startsWith("org.strowger."))
        .sorted(Comparator.comparing(Bundle::getSymbolicName).thenComparing(Bundle::getVersion))
        .forEach(bundle -> bundles.merge(bundle.getSymbolicName(), bundle.getVersion().toString(), (one, other) -> one + " and " + other));
    var versions = new LinkedHashMap<String, Object>();
    versions.put("strowger", context.getBundle().getVersion().toString());
    versions.put("karaf", System.getProperty("karaf.version"));
    versions.put("java", System.getProperty("java.runtime.version"));
    versions.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version") + " " + System.getProperty("os.arch"));
    versions.put("bundles", bundles);
    Details.of(versions).print(System.out, json);
    return null;
  }
}
