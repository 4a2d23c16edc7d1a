package org.strowger.hibernate;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.Set;

/** A connection on which Hibernate's own begin, commit and rollback do nothing: the transaction, not the session, ends it. */
final class Detached {

  private static final Set<String> ENDINGS = Set.of("commit", "rollback", "close", "setAutoCommit");

  private Detached() {}

  static Connection of(Connection shared) {
    return (Connection) Proxy.newProxyInstance(Detached.class.getClassLoader(), new Class<?>[] {Connection.class},
        (proxy, method, arguments) -> {
          boolean toSavepoint = method.getParameterCount() > 0 && method.getName().equals("rollback");
          if (ENDINGS.contains(method.getName()) && !toSavepoint) {
            return null;
          }
          try {
            return method.invoke(shared, arguments);
          } catch (InvocationTargetException failure) {
            throw failure.getCause();
          }
        });
  }
}
