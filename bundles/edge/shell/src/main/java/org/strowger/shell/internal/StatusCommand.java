package org.strowger.shell.internal;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.osgi.framework.BundleContext;
import org.strowger.shell.api.Details;
import org.strowger.sip.api.Flow;
import org.strowger.sip.api.SipStack;

@Service
@Command(scope = "switch", name = "status", description = "The switch at a glance")
public final class StatusCommand implements Action {

  @Reference BundleContext context;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() {
    var services = new Services(context);
    Parts parts = Parts.of(services);
    var runtime = ManagementFactory.getRuntimeMXBean();
    var status = new LinkedHashMap<String, Object>();
    status.put("state", parts.worst().name());
    status.put("version", context.getBundle().getVersion().toString());
    status.put("home", System.getProperty("strowger.home", System.getProperty("karaf.base")));
    status.put("pid", runtime.getPid());
    status.put("started", Instant.ofEpochMilli(runtime.getStartTime()).truncatedTo(ChronoUnit.SECONDS).toString());
    status.put("uptime", json ? (Object) (runtime.getUptime() / 1000) : words(Duration.ofMillis(runtime.getUptime())));
    List<String> sip = services.each(SipStack.class, SipStack::listening).stream().flatMap(List::stream).map(StatusCommand::words).toList();
    status.put("sip", json ? (Object) sip : sip.isEmpty() ? "closed" : String.join(", ", sip));
    Map<String, Object> states = new LinkedHashMap<>();
    parts.list().forEach(part -> states.put(part.name(), json ? Map.of("state", part.health().state().name(), "detail", String.valueOf(part.health().detail()))
        : part.health().state() + "  " + part.health().detail()));
    status.put("parts", states);
    Details.of(status).print(System.out, json);
    return null;
  }

  private static String words(Flow flow) {
    return flow.transport().name().toLowerCase(java.util.Locale.ROOT) + " " + flow.local();
  }

  static String words(Duration time) {
    String clock = String.format("%d:%02d:%02d", time.toHoursPart(), time.toMinutesPart(), time.toSecondsPart());
    return time.toDays() == 0 ? clock : time.toDays() + " days " + clock;
  }
}
