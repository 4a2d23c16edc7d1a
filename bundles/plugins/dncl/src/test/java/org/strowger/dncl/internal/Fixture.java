package org.strowger.dncl.internal;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.strowger.accounts.api.Account;
import org.strowger.accounts.api.AccountInfo;
import org.strowger.accounts.api.AccountProfile;
import org.strowger.accounts.api.SettingsDocument;
import org.strowger.calls.api.CallView;
import org.strowger.dnc.spi.DncSource;
import org.strowger.dnc.spi.DncStatus;
import org.strowger.kernel.AccountId;
import org.strowger.kernel.CallId;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.HostPort;
import org.strowger.kernel.PlanId;
import org.strowger.sip.api.Flow;
import org.strowger.sip.api.NameAddr;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipUri;
import org.strowger.sip.api.Transport;

/** Calls and lists as tests need them. */
final class Fixture {

  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final HostPort HERE = new HostPort("192.0.2.1", 5060);

  private Fixture() {}

  /** @param cldIn as it came in @param cld as earlier policies left it */
  static CallView call(boolean lookup, String cli, String cldIn, String cld) {
    var profile = new AccountProfile("alice", null, new PlanId(1), BigDecimal.ZERO, null, ZoneId.of("UTC"), "en", null, null, -1, false);
    var info = new AccountInfo(Currency.getInstance("USD"), null, NOW, NOW, "test", NOW, "test", null, null);
    var alice = new Account(new AccountId(1), CustomerId.ROOT, profile, info, Map.of("dncl", new SettingsDocument("dncl", 1, Map.of("lookup", lookup))), 1);
    return new CallView(new CallId(7), NOW, new Flow(Transport.UDP, HERE, HERE), cli, cldIn, cli, cld, "", NameAddr.of(SipUri.of(cli, HERE)), SipHeaders.NONE,
        Optional.of(alice), Optional.empty(), Optional.of("alice"), Optional.empty(), Optional.empty(), List.of(), Set.of(), false);
  }

  static CallView call(String cld) {
    return call(true, "alice", cld, cld);
  }

  /** Answers as it is told. */
  static DncSource source(Function<String, CompletionStage<Boolean>> answers) {
    return new DncSource() {
      @Override
      public CompletionStage<Boolean> lists(String number) {
        return answers.apply(number);
      }

      @Override
      public DncStatus status() {
        return new DncStatus(DncStatus.State.READY, -1, null, "a test's");
      }
    };
  }

  static DncSource with(String... numbers) {
    return source(number -> CompletableFuture.completedFuture(List.of(numbers).contains(number)));
  }

  /** Lanes for whose lists no answer is too late. */
  static Lanes timeless() {
    return new Lanes() {
      @Override
      Future<?> after(int millis, Runnable brief) {
        return new CompletableFuture<>();
      }
    };
  }

  static Map<String, Object> properties(String name, String... more) {
    var all = new HashMap<String, Object>(Map.of(DncSource.LIST, name));
    for (int i = 0; i < more.length; i += 2) {
      all.put(more[i], more[i + 1]);
    }
    return all;
  }
}
