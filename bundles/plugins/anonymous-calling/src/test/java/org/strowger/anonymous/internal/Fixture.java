package org.strowger.anonymous.internal;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.strowger.accounts.api.Account;
import org.strowger.accounts.api.AccountInfo;
import org.strowger.accounts.api.AccountProfile;
import org.strowger.accounts.api.SettingsDocument;
import org.strowger.anonymous.internal.AnonymousConfig.OffNetBlock;
import org.strowger.billing.api.DurationRounding;
import org.strowger.calls.api.CallView;
import org.strowger.calls.api.Leg;
import org.strowger.kernel.AccountId;
import org.strowger.kernel.CallId;
import org.strowger.kernel.CarrierId;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.HostPort;
import org.strowger.kernel.PlanId;
import org.strowger.sip.api.Flow;
import org.strowger.sip.api.NameAddr;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipUri;
import org.strowger.sip.api.Transport;
import org.strowger.testkit.LeavingBundle;

/** A call of alice as the policy sees it; each method changes one thing of it. */
record Fixture(String fromUser, String fromHost, SipHeaders headers, Account caller, Account callee, Leg leg, Optional<String> digest) {

  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final HostPort HERE = new HostPort("192.0.2.1", 5060);

  static Fixture call() {
    return new Fixture("alice", "example.org", SipHeaders.NONE, account(1, "alice", Map.of()), null, null, Optional.of("alice"));
  }

  static Account account(int id, String name, Map<String, Object> settings) {
    var profile = new AccountProfile(name, null, new PlanId(1), BigDecimal.ZERO, null, ZoneId.of("UTC"), "en", null, null, -1, false);
    var info = new AccountInfo(Currency.getInstance("USD"), null, NOW, NOW, "test", NOW, "test", null, null);
    return new Account(new AccountId(id), CustomerId.ROOT, profile, info, Map.of("anonymous-calling", new SettingsDocument("anonymous-calling", 1, settings)), 1);
  }

  Fixture from(String user, String host) {
    return new Fixture(user, host, headers, caller, callee, leg, digest);
  }

  Fixture header(String name, String value) {
    return new Fixture(fromUser, fromHost, headers.with(name, value), caller, callee, leg, digest);
  }

  Fixture callerHas(String setting, Object value) {
    return new Fixture(fromUser, fromHost, headers, account(1, "alice", Map.of(setting, value)), callee, leg, digest);
  }

  /** To bob's phones, bob having these settings. */
  Fixture toBob(Map<String, Object> settings) {
    return new Fixture(fromUser, fromHost, headers, caller, account(2, "bob", settings), new Leg.OnNet(new AccountId(2), "bob", "alice", "bob", Leg.Timers.DEFAULT), digest);
  }

  Fixture byCarrier() {
    var carrier = new Leg.Carrier(new CarrierId(1), "acme", "14165550100", "442071838750", SipUri.parse("sip:203.0.113.1"), Transport.UDP, Optional.empty(), Optional.empty(),
        DurationRounding.ROUND, 0, List.of(), Leg.Timers.DEFAULT);
    return new Fixture(fromUser, fromHost, headers, caller, callee, carrier, digest);
  }

  /** By its DID or trunk, without the digest of the account it is for. */
  Fixture cameIn() {
    return new Fixture(fromUser, fromHost, headers, caller, callee, leg, Optional.empty());
  }

  CallView view() {
    NameAddr from = NameAddr.of("Alice", SipUri.of(fromUser, new HostPort(fromHost, 0)));
    return new CallView(new CallId(7), NOW, new Flow(Transport.UDP, HERE, HERE), fromUser, "bob", leg == null ? "alice" : leg.cli(), "bob", "Alice", from, headers, Optional.of(caller),
        Optional.ofNullable(callee), digest, Optional.ofNullable(leg), Optional.empty(), List.of(), Set.of(), false);
  }

  static AnonymousPolicy policy(String users, String carriers, OffNetBlock offNet) {
    return new AnonymousPolicy(new AnonymousMeter(new LeavingBundle().context()), new AnonymousConfig() {
      @Override
      public String anonymous_users() {
        return users;
      }

      @Override
      public String identity_carriers() {
        return carriers;
      }

      @Override
      public OffNetBlock offnet_block() {
        return offNet;
      }

      @Override
      public Class<AnonymousConfig> annotationType() {
        return AnonymousConfig.class;
      }
    });
  }
}
