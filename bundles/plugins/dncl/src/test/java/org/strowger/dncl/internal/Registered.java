package org.strowger.dncl.internal;

import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.Dictionary;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/** A framework that knows of the last registration what its properties are. */
final class Registered {

  private volatile Map<String, Object> properties = Map.of();

  BundleContext context() {
    return proxy(BundleContext.class, values -> {
      properties = copy((Dictionary<?, ?>) values[2]);
      return proxy(ServiceRegistration.class, changed -> {
        if (changed != null) {
          properties = copy((Dictionary<?, ?>) changed[0]);
        }
        return null;
      });
    });
  }

  Map<String, Object> properties() {
    return properties;
  }

  Object get(String property) {
    return properties.get(property);
  }

  private interface Answer {
    Object to(Object[] values);
  }

  private static <T> T proxy(Class<T> type, Answer answer) {
    return type.cast(Proxy.newProxyInstance(Registered.class.getClassLoader(), new Class<?>[] {type}, (self, method, values) -> answer.to(values)));
  }

  private static Map<String, Object> copy(Dictionary<?, ?> from) {
    var copy = new ConcurrentHashMap<String, Object>();
    Collections.list(from.keys()).forEach(key -> copy.put(key.toString(), from.get(key)));
    return copy;
  }
}
