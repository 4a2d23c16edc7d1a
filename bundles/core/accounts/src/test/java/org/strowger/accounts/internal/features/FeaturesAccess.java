package org.strowger.accounts.internal.features;

import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;
import org.osgi.framework.ServiceReference;
import org.strowger.accounts.spi.AccountFeature;

/** Binds features as SCR would. */
public final class FeaturesAccess {

  private static final AtomicInteger NUMBER = new AtomicInteger();

  private FeaturesAccess() {}

  @SuppressWarnings("unchecked")
  public static ServiceReference<AccountFeature> bind(Features features, AccountFeature feature) {
    int number = NUMBER.incrementAndGet();
    var reference = (ServiceReference<AccountFeature>) Proxy.newProxyInstance(FeaturesAccess.class.getClassLoader(), new Class<?>[] {ServiceReference.class},
        (proxy, method, arguments) -> switch (method.getName()) {
          case "compareTo" -> Integer.compare(number, arguments[0].hashCode());
          case "hashCode" -> number;
          case "equals" -> proxy == arguments[0];
          case "toString" -> "service " + number;
          default -> null;
        });
    features.bindFeature(feature, reference);
    return reference;
  }

  public static void unbind(Features features, ServiceReference<AccountFeature> reference) {
    features.unbindFeature(reference);
  }
}
