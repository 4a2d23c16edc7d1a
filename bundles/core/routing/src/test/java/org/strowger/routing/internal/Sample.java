package org.strowger.routing.internal;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.strowger.accounts.api.Account;
import org.strowger.accounts.api.AccountDirectory;
import org.strowger.accounts.api.AccountInfo;
import org.strowger.accounts.api.AccountProfile;
import org.strowger.calls.api.CallView;
import org.strowger.kernel.AccountId;
import org.strowger.kernel.CallId;
import org.strowger.kernel.CarrierId;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.HostPort;
import org.strowger.kernel.PlanId;
import org.strowger.kernel.RoutingGroupId;
import org.strowger.routing.internal.model.CarrierTerms;
import org.strowger.routing.internal.model.Entry;
import org.strowger.routing.internal.model.EntryTerms;
import org.strowger.routing.internal.model.GroupTerms;
import org.strowger.routing.internal.model.RoutingGroup;
import org.strowger.sip.api.Flow;
import org.strowger.sip.api.NameAddr;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipUri;
import org.strowger.sip.api.Transport;

/** What tests of routing are made of. */
public final class Sample {

  public static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  private Sample() {}

  /** Terms of a carrier at 192.0.2.1, some of them otherwise. */
  public static CarrierTerms carrier(String name, Map<String, ?> otherwise) {
    var data = new HashMap<String, Object>(Map.of("name", name, "address", "192.0.2.1:5060"));
    data.putAll(otherwise);
    return CarrierTerms.SHAPE.decode(data);
  }

  public static EntryTerms entry(CarrierId carrier, int preference, String... prefixes) {
    return new EntryTerms(carrier, List.of(prefixes), preference, 0, false);
  }

  static Entry entry(int id, int carrier, int preference, int order, String... prefixes) {
    return new Entry(id, new EntryTerms(new CarrierId(carrier), List.of(prefixes), preference, order, false));
  }

  static RoutingGroup group(int id, GroupTerms.Policy policy, Entry... entries) {
    return new RoutingGroup(new RoutingGroupId(id), CustomerId.ROOT, new GroupTerms("group " + id, policy), List.of(entries), 0);
  }

  public static Account account(int id, String name, Integer routingGroup, boolean blocked, Instant expiration) {
    var profile = new AccountProfile(name, name, new PlanId(1), BigDecimal.ZERO, routingGroup == null ? null : new RoutingGroupId(routingGroup), ZoneOffset.UTC,
        "en", null, null, -1, blocked);
    var info = new AccountInfo(Currency.getInstance("USD"), expiration, null, NOW, "test", NOW, "test", null, null);
    return new Account(new AccountId(id), CustomerId.ROOT, profile, info, Map.of(), 0);
  }

  static CallView call(Account caller, String cli, String cld) {
    var from = NameAddr.of(SipUri.of(cli, new HostPort("switch.example", 5060)));
    var flow = new Flow(Transport.UDP, new HostPort("192.0.2.10", 5060), new HostPort("192.0.2.20", 5060));
    return new CallView(new CallId(1), NOW, flow, cli, cld, cli, cld, "", from, SipHeaders.NONE, Optional.ofNullable(caller), Optional.empty(), Optional.empty(),
        Optional.empty(), Optional.empty(), List.of(), Set.of(), false);
  }

  static AccountDirectory directory(Account... accounts) {
    return new AccountDirectory() {
      @Override
      public Optional<Account> find(AccountId id) {
        return List.of(accounts).stream().filter(account -> account.id().equals(id)).findFirst();
      }

      @Override
      public Optional<Account> byName(String name) {
        return List.of(accounts).stream().filter(account -> account.name().equals(name)).findFirst();
      }

      @Override
      public Optional<VoipCredential> byVoipLogin(String login, String realm) {
        return Optional.empty();
      }

      @Override
      public void askForNobody() {
        throw new AssertionError("routing judges no password");
      }
    };
  }
}
