package org.strowger.instance.internal.shell;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.osgi.framework.FrameworkUtil;
import org.strowger.shell.api.Details;

/** What runs here, and from where. */
@Service
@Command(scope = "switch", name = "about", description = "The program, the instance and how long it has been up")
public final class AboutCommand implements Action {

  @Option(name = "--json", description = "Print one JSON object")
  private boolean json;

  @Reference private Session session;

  @Override
  public Object execute() throws Exception {
    var about = new LinkedHashMap<String, Object>();
    about.put("program", "Strowger " + FrameworkUtil.getBundle(getClass()).getVersion());
    about.put("programFolder", System.getProperty("karaf.home"));
    about.put("instance", System.getProperty("strowger.home"));
    about.put("process", ProcessHandle.current().pid());
    about.put("java", Runtime.version().toString());
    about.put("up", Duration.ofMillis(ManagementFactory.getRuntimeMXBean().getUptime()).truncatedTo(java.time.temporal.ChronoUnit.SECONDS).toString());
    Path ready = Path.of(System.getProperty("karaf.data"), "ready");
    about.put("state", Files.exists(ready) ? Files.readString(ready).strip() : "starting");
    Details.of(about).print(session.getConsole(), json);
    return null;
  }
}
