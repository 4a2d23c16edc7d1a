package org.strowger.calls.internal.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.strowger.testkit.Prompt.offered;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.strowger.accounts.api.AccountService;
import org.strowger.calls.api.ActiveCall;
import org.strowger.calls.api.CallService;
import org.strowger.kernel.CallId;
import org.strowger.testkit.Prompt;

/** What the prompt offers after a Tab. */
class CompletionTest {

  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
  private static final ActiveCall ACTIVE = new ActiveCall(new CallId(1L << 40), "Talking", "1001", "1002", null, null, null, NOON, null, null);

  @Test
  void offersCallsThatAreUp() {
    var ids = new CallIds();
    ids.calls = (CallService) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {CallService.class}, (proxy, method, arguments) -> List.of(ACTIVE));
    String id = ACTIVE.call().toString();
    assertThat(offered(ids, "")).containsExactly(id);
    assertThat(offered(ids, id.substring(0, 2))).containsExactly(id);
    assertThat(offered(ids, "no such call")).isEmpty();
    for (Class<?> command : List.of(CallShow.class, CallExplain.class, CallDisconnect.class)) {
      assertThat(Prompt.of(command, "id")).as(command.getSimpleName()).isEqualTo(CallIds.class);
    }
  }

  @Test
  void offersAccountsToSimulateACallOf() {
    var names = new AccountNames();
    assertThat(offered(names, "")).as("while the accounts are away").isEmpty();
    names.accounts = (AccountService) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {AccountService.class}, (proxy, method, arguments) -> method.getName().equals("names") && "an".equals(arguments[1]) ? List.of("anna") : null);
    assertThat(offered(names, "an")).containsExactly("anna");
    assertThat(Prompt.of(CallSimulate.class, "account")).isEqualTo(AccountNames.class);
  }
}
