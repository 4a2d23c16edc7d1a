package org.strowger.postgres.internal.tx;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.Set;

/** A connection on which stores work but that only the transaction ends. */
final class GuardedConnection implements InvocationHandler {

  private static final Set<String> REFUSED = Set.of("commit", "close", "abort", "setAutoCommit", "setTransactionIsolation");

  private final Connection real;
  private final Connection guarded;
  private boolean ended;

  GuardedConnection(Connection real) {
    this.real = real;
    this.guarded = (Connection) Proxy.newProxyInstance(GuardedConnection.class.getClassLoader(), new Class<?>[] {Connection.class}, this);
  }

  Connection connection() {
    return guarded;
  }

  /** From now on nobody can use what a store may have kept. */
  void end() {
    ended = true;
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    String name = method.getName();
    if (method.getDeclaringClass() == Object.class) {
      return switch (name) {
        case "equals" -> proxy == arguments[0];
        case "hashCode" -> System.identityHashCode(proxy);
        default -> "connection of the transaction";
      };
    }
    if (ended) {
      throw new IllegalStateException("the transaction of this connection is over");
    }
    if (REFUSED.contains(name) || name.equals("rollback") && method.getParameterCount() == 0) {
      throw new IllegalStateException(name + " is not the store's: Tx ends the transaction");
    }
    try {
      return method.invoke(real, arguments);
    } catch (InvocationTargetException failure) {
      throw failure.getCause();
    }
  }
}
