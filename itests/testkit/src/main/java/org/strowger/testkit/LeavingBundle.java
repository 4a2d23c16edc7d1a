package org.strowger.testkit;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/** A bundle that is active until it is told to stop, and the services it has registered. */
public final class LeavingBundle {

  private final List<Object> services = new CopyOnWriteArrayList<>();
  private volatile int state = Bundle.ACTIVE;

  /** From now on it is on its way out. */
  public void stop() {
    state = Bundle.STOPPING;
  }

  public boolean isLeaving() {
    return state == Bundle.STOPPING;
  }

  /** What is registered now, in the order in which it was. */
  public List<Object> services() {
    return List.copyOf(services);
  }

  /** Knows the bundle and registers services; nothing else. */
  public BundleContext context() {
    return fake(BundleContext.class, (method, values) -> switch (method) {
      case "getBundle" -> fake(Bundle.class, (asked, none) -> asked.equals("getState") ? state : unasked(asked));
      case "registerService" -> registered(values[1]);
      default -> unasked(method);
    });
  }

  private ServiceRegistration<?> registered(Object service) {
    services.add(service);
    return fake(ServiceRegistration.class, (method, values) -> method.equals("unregister") ? services.remove(service) : unasked(method));
  }

  private static Object unasked(String method) {
    throw new AssertionError(method + " was not expected to be asked");
  }

  private interface Answers {
    Object to(String method, Object[] values);
  }

  private static <T> T fake(Class<T> type, Answers answers) {
    return type.cast(Proxy.newProxyInstance(LeavingBundle.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, values) -> {
      Object answer = answers.to(method.getName(), values);
      return method.getReturnType() == void.class ? null : answer;
    }));
  }
}
