package org.strowger.shell.internal;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.ToIntFunction;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.strowger.calls.api.CallService;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.StrowgerException;
import org.strowger.plugins.api.PluginInfo;
import org.strowger.plugins.api.PluginRegistry;

@Service
@Command(scope = "switch", name = "drain", description = "Stops offering a plugin and waits for its leases; without PLUGIN: refuses new calls, waits for those that are up, then stops the switch")
public final class DrainCommand implements Action {

  private static final int LOOK_MILLIS = 100;
  private static final int LONGEST_WAIT = 86_400;

  @Reference BundleContext context;

  @Argument(name = "PLUGIN", description = "Its id, as switch:plugins shows it")
  String plugin;

  @Option(name = "--wait", description = "Seconds to wait for leases or calls")
  int wait = 300;

  @Option(name = "--stay", description = "Do not stop the switch")
  boolean stay;

  @Option(name = "--resume", description = "Take it back")
  boolean resume;

  @Override
  public Object execute() throws InterruptedException, BundleException {
    if (wait < 0 || wait > LONGEST_WAIT) {
      throw new InvalidInput("--wait", wait, "is 0 to " + LONGEST_WAIT + " seconds");
    }
    if (plugin != null) {
      drainPlugin(System.out);
    } else {
      drainSwitch(System.out);
    }
    return null;
  }

  private void drainPlugin(PrintStream out) throws InterruptedException {
    boolean done = plugins(registry -> resume ? registry.resume(plugin) : registry.drain(plugin));
    if (!done && !resume && offersMoments(plugin)) {
      out.println(plugin + " offers nothing that is used for longer than a moment: it can go as it is");
      return;
    }
    if (!done) {
      throw StrowgerException.notFound(resume ? "drained plugin" : "plugin", plugin);
    }
    if (resume) {
      out.println(plugin + " takes new uses again");
      return;
    }
    out.println(plugin + " takes no new uses");
    int left = await(out, () -> leases(plugin), " leases are open");
    out.println(left == 0 ? plugin + " has no leases: it can go" : plugin + " still has " + left + " leases; if it goes now they end 2 s later");
  }

  /** Whether it is a plugin of which nobody holds anything: settings of accounts, lists, resources. */
  private boolean offersMoments(String id) {
    try {
      ServiceReference<?>[] services = context.getAllServiceReferences(null, "(plugin.id=*)");
      return services != null && Arrays.stream(services).anyMatch(one -> id.equals(String.valueOf(one.getProperty("plugin.id"))));
    } catch (InvalidSyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private int leases(String id) {
    return plugins(registry -> registry.list().stream().filter(one -> one.id().equals(id)).mapToInt(PluginInfo::leases).sum());
  }

  private void drainSwitch(PrintStream out) throws InterruptedException, BundleException {
    if (resume) {
      calls(service -> {
        service.resume();
        return 0;
      });
      out.println("The switch takes new calls again");
      return;
    }
    calls(service -> {
      service.drain();
      return 0;
    });
    out.println("New calls get 503; switch:drain --resume takes it back");
    int left = await(out, () -> calls(service -> service.active().size()), " calls are up");
    if (stay) {
      out.println(left == 0 ? "No call is up" : left + " calls are still up after " + wait + " s");
      return;
    }
    out.println(left == 0 ? "No call is up: the switch stops" : left + " calls are still up after " + wait + " s: they are ended, and the switch stops");
    // Returns at once; the framework stops on a thread of its own.
    context.getBundle(0).stop();
  }

  /** Shows how many there are whenever that changes, until there are none. @return how many are left */
  private int await(PrintStream out, IntSupplier open, String what) throws InterruptedException {
    var pause = new CountDownLatch(1);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(wait);
    int shown = -1;
    while (true) {
      int now = open.getAsInt();
      if (now != shown && now > 0) {
        out.println(now + what);
        out.flush();
        shown = now;
      }
      if (now == 0 || System.nanoTime() - end >= 0) {
        return now;
      }
      pause.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private <R> R plugins(Function<PluginRegistry, R> use) {
    return new Services(context).one(PluginRegistry.class, "the plugin registry", use);
  }

  private int calls(ToIntFunction<CallService> use) {
    return new Services(context).one(CallService.class, "call control", use::applyAsInt);
  }
}
