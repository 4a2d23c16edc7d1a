package org.strowger.routing.internal;

import java.lang.reflect.Proxy;
import java.util.Map;
import org.strowger.accounts.api.AccountQuery;
import org.strowger.accounts.api.AccountService;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.RoutingGroupId;

/** Accounts that know of each routing group how many have it, and nothing else. */
public final class Users {

  private Users() {}

  public static AccountService of(Map<RoutingGroupId, Long> counts) {
    return (AccountService) Proxy.newProxyInstance(Users.class.getClassLoader(), new Class<?>[] {AccountService.class}, (proxy, method, arguments) -> {
      if (!method.getName().equals("count") || !arguments[0].equals(CustomerId.ROOT)) {
        throw new UnsupportedOperationException(method.getName());
      }
      return counts.getOrDefault(((AccountQuery) arguments[1]).routingGroup(), 0L);
    });
  }

  /** Groups that nobody has can be deleted. */
  public static RoutingGroups none(RoutingGroups groups) {
    groups.bindAccounts(of(Map.of()));
    return groups;
  }
}
