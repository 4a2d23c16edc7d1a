package org.strowger.testkit.plugin;

import java.lang.annotation.Annotation;
import java.lang.reflect.Proxy;
import java.util.Map;

/** A configuration annotation as Declarative Services would fill it: what is given, and the defaults of the rest. */
public final class Config {

  private Config() {}

  /**
   * @param values by the name of the annotation's method: {@code dnc_list}
   * @throws IllegalArgumentException for a name that the annotation has not
   */
  public static <C extends Annotation> C of(Class<C> type, Map<String, Object> values) {
    for (String name : values.keySet()) {
      try {
        type.getDeclaredMethod(name);
      } catch (NoSuchMethodException e) {
        throw new IllegalArgumentException(type.getName() + " has no " + name + "()", e);
      }
    }
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
      if (method.getName().equals("annotationType")) {
        return type;
      }
      Object value = values.getOrDefault(method.getName(), method.getDefaultValue());
      return value == null ? absent(method.getReturnType()) : value;
    }));
  }

  /** What a component gets for a key that nobody has set and that has no default. */
  private static Object absent(Class<?> type) {
    if (type == boolean.class) {
      return false;
    }
    if (type == long.class) {
      return 0L;
    }
    return type.isPrimitive() ? (Object) 0 : null;
  }
}
