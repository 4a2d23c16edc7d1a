package org.strowger.routing.internal.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.strowger.testkit.Prompt.offered;

import java.lang.reflect.Proxy;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.strowger.accounts.api.AccountService;
import org.strowger.testkit.Prompt;

class FieldCompletionTest {

  @Test
  void offersTheFieldsOfCarriersAndGroups() {
    assertThat(offered(new CarrierFields(), "cap")).containsExactly("capacity=");
    assertThat(offered(new CarrierFields(), "")).contains("address=", "username=");
    assertThat(offered(new GroupFields(), "policy=P")).contains("policy=PREFIX_LENGTH");
    assertThat(offered(new GroupFields(), "x")).isEmpty();
  }

  @Test
  void offersAccountsThatBeginAsTyped() {
    var names = new AccountNames();
    names.accounts = (AccountService) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {AccountService.class},
        (proxy, method, arguments) -> method.getName().equals("names") && (Integer) arguments[2] <= 50 ? List.of(arguments[1] + "a") : null);
    assertThat(offered(names, "ann")).containsExactly("anna");
    assertThat(Prompt.of(RouteTest.class, "name")).isEqualTo(AccountNames.class);
  }
}
