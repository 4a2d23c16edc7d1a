package org.strowger.shell.internal;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.strowger.kernel.Unavailable;

/**
 * Services at the moment a command runs. Karaf would hold back every command of a bundle until the services
 * of all of them are there; the commands that say what is missing must work just then.
 */
final class Services {

  private final BundleContext context;

  Services(BundleContext context) {
    this.context = context;
  }

  /** What {@code use} makes of each service there is now; those that go meanwhile are left out. */
  <S, R> List<R> each(Class<S> type, Function<S, R> use) {
    try {
      ServiceReference<?>[] references = context.getServiceReferences(type.getName(), null);
      return references == null ? List.of()
          : Arrays.stream(references).sorted().map(reference -> use(reference, type, use)).filter(Objects::nonNull).toList();
    } catch (InvalidSyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** @throws Unavailable naming {@code what} if there is none */
  <S, R> R one(Class<S> type, String what, Function<S, R> use) {
    ServiceReference<S> reference = context.getServiceReference(type);
    S service = reference == null ? null : context.getService(reference);
    if (service == null) {
      throw new Unavailable(what);
    }
    try {
      return use.apply(service);
    } finally {
      context.ungetService(reference);
    }
  }

  private <S, R> R use(ServiceReference<?> reference, Class<S> type, Function<S, R> use) {
    Object service = context.getService(reference);
    try {
      return service == null ? null : use.apply(type.cast(service));
    } finally {
      context.ungetService(reference);
    }
  }
}
