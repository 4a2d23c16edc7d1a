package org.strowger.ledger.internal.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.strowger.testkit.Prompt.offered;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.strowger.accounts.api.AccountService;
import org.strowger.billing.api.CallEnd;
import org.strowger.billing.api.CallFacts;
import org.strowger.billing.api.CarrierDirectory;
import org.strowger.billing.api.Cdr;
import org.strowger.billing.api.CdrQuery;
import org.strowger.billing.api.CdrService;
import org.strowger.kernel.CallId;
import org.strowger.kernel.CdrId;
import org.strowger.kernel.CustomerId;
import org.strowger.testkit.Prompt;

/** What the prompt offers after a Tab. */
class CompletionTest {

  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

  @Test
  void offersAccountsThatBeginAsTyped() {
    var names = new AccountNames();
    names.accounts = (AccountService) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {AccountService.class}, (proxy, method, arguments) -> {
      assertThat(method.getName()).isEqualTo("names");
      assertThat((Integer) arguments[2]).isLessThanOrEqualTo(50);
      return List.of(arguments[1] + "a");
    });
    assertThat(offered(names, "ann")).containsExactly("anna");
    assertThat(offered(names, "")).containsExactly("a");
    assertThat(Prompt.of(CdrList.class, "account")).isEqualTo(AccountNames.class);
  }

  @Test
  void offersCarriersWhereTheyPayOrArePaid() {
    var names = new PayerNames();
    names.accounts = (AccountService) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {AccountService.class}, (proxy, method, arguments) ->
        Stream.of("acme", "anna").filter(name -> name.startsWith((String) arguments[1])).toList());
    assertThat(offered(names, "a")).as("while routing is away").containsExactlyInAnyOrder("acme", "anna");
    names.carriers = (CarrierDirectory) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {CarrierDirectory.class}, (proxy, method, arguments) -> {
      assertThat(method.getName()).isEqualTo("names");
      assertThat((Integer) arguments[2]).isLessThanOrEqualTo(50);
      return Stream.of("acme", "alpha").filter(name -> name.startsWith((String) arguments[1])).toList();
    });
    assertThat(offered(names, "a")).containsExactlyInAnyOrder("acme", "anna", "alpha");
    assertThat(offered(names, "carrier:")).containsExactlyInAnyOrder("carrier:acme", "carrier:alpha");
    assertThat(offered(names, "carrier:al")).containsExactly("carrier:alpha");
    for (Class<?> command : List.of(AccountBalance.class, AccountPayments.class, AccountAddFunds.class, AccountCredit.class, AccountDebit.class)) {
      assertThat(Prompt.of(command, "account")).as(command.getSimpleName()).isEqualTo(PayerNames.class);
    }
    assertThat(Prompt.of(PaymentList.class, "payer")).isEqualTo(PayerNames.class);
  }

  @Test
  void offersTheNewestCallsAndTheKindsOfThem() {
    CallId first = new CallId(1L << 40);
    CallId second = new CallId(1L << 41);
    var calls = new RecentCalls();
    calls.cdrs = (CdrService) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {CdrService.class}, (proxy, method, arguments) -> {
      assertThat(((CdrQuery) arguments[0]).limit()).isLessThanOrEqualTo(50);
      return List.of(cdr(second, 3), cdr(first, 2), cdr(first, 1));
    });
    assertThat(offered(calls, "")).containsExactlyInAnyOrder(first.toString(), second.toString());
    assertThat(offered(calls, second.toString().substring(0, second.toString().length() - 1))).contains(second.toString());
    assertThat(offered(calls, "no such call")).isEmpty();
    assertThat(Prompt.of(CdrShow.class, "call")).isEqualTo(RecentCalls.class);
    assertThat(Prompt.of(CdrList.class, "call")).isEqualTo(RecentCalls.class);
    assertThat(offered(new CdrList.Types(), "NON_ZERO_")).containsExactly("NON_ZERO_AND_ERRORS");
    assertThat(Prompt.of(CdrList.class, "type")).isEqualTo(CdrList.Types.class);
  }

  private static Cdr cdr(CallId call, int id) {
    var facts = new CallFacts(call, "abc", CustomerId.ROOT, null, null, null, "1", "2", "1", "2", NOON, "192.0.2.1", "test");
    return new Cdr(new CdrId(id), facts, new CallEnd(null, NOON, Duration.ZERO, 486, "busy", CallEnd.ReleaseSource.CALLEE, null), null, null, 0, null, false);
  }
}
