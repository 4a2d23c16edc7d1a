package org.strowger.testkit.plugin;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.strowger.accounts.api.Account;
import org.strowger.accounts.api.AccountInfo;
import org.strowger.accounts.api.AccountProfile;
import org.strowger.accounts.api.SettingsDocument;
import org.strowger.calls.api.CallView;
import org.strowger.calls.api.CallView.LegFailure;
import org.strowger.calls.api.Leg;
import org.strowger.calls.api.Phase;
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

/**
 * A call to ask a policy about. By itself: account 1001 calls 14165550100. Immutable: each method answers another one.
 *
 * <pre>{@code
 * SampleCall.standard().to("1002").callee("1002", "acme", Map.of("doNotDisturb", true)).view(Phase.SCREEN)
 * }</pre>
 */
public record SampleCall(String cli, String cld, String displayName, SipHeaders headers, Optional<Account> caller, Optional<Account> callee) {

  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final HostPort HERE = new HostPort("192.0.2.1", 5060);

  public static SampleCall standard() {
    return new SampleCall("1001", "14165550100", "", SipHeaders.NONE, Optional.of(account(1, "1001", Map.of())), Optional.empty());
  }

  /** Ordinary and odd ones: whatever a policy is registered for, it has an answer to each of them. */
  public static List<SampleCall> ofManyKinds() {
    return List.of(standard(), standard().from("anonymous"), standard().to("1002").callee("1002"), standard().to("alice.b+c*1"), standard().to("0".repeat(64)), standard().to(""),
        standard().unknownCaller(), standard().named("Zoë \"Z\" O'Neill").header("Privacy", "id"));
  }

  /** An account as a policy sees it. @param features settings by feature */
  public static Account account(int id, String name, Map<String, Map<String, Object>> features) {
    var profile = new AccountProfile(name, null, new PlanId(1), BigDecimal.ZERO, null, ZoneId.of("UTC"), "en", null, null, -1, false);
    var info = new AccountInfo(Currency.getInstance("USD"), null, NOW, NOW, "test", NOW, "test", null, null);
    var documents = new LinkedHashMap<String, SettingsDocument>();
    features.forEach((feature, values) -> documents.put(feature, new SettingsDocument(feature, 1, values)));
    return new Account(new AccountId(id), CustomerId.ROOT, profile, info, documents, 1);
  }

  public SampleCall from(String number) {
    return new SampleCall(number, cld, displayName, headers, caller, callee);
  }

  public SampleCall to(String number) {
    return new SampleCall(cli, number, displayName, headers, caller, callee);
  }

  /** The same call between numbers that no other one has: what a policy knows already answers nothing. */
  SampleCall fresh(int which) {
    return from("1212555%05d".formatted(which)).to("1647555%05d".formatted(which));
  }

  public SampleCall named(String name) {
    return new SampleCall(cli, cld, name, headers, caller, callee);
  }

  public SampleCall header(String name, String value) {
    return new SampleCall(cli, cld, displayName, headers.with(name, value), caller, callee);
  }

  /** From outside, or nobody knows yet. */
  public SampleCall unknownCaller() {
    return new SampleCall(cli, cld, displayName, headers, Optional.empty(), callee);
  }

  public SampleCall caller(String name, String feature, Map<String, Object> settings) {
    return new SampleCall(cli, cld, displayName, headers, Optional.of(account(1, name, Map.of(feature, settings))), callee);
  }

  public SampleCall callee(String name) {
    return new SampleCall(cli, cld, displayName, headers, caller, Optional.of(account(2, name, Map.of())));
  }

  public SampleCall callee(String name, String feature, Map<String, Object> settings) {
    return new SampleCall(cli, cld, displayName, headers, caller, Optional.of(account(2, name, Map.of(feature, settings))));
  }

  /** As a policy sees it in a phase: with a leg where there is one, and its failure in RECOVER. */
  public CallView view(Phase phase) {
    boolean hasLeg = phase == Phase.PRESENT || phase == Phase.RECOVER;
    Optional<Leg> leg = hasLeg ? Optional.of(new Leg.OnNet(new AccountId(2), "1002", cli, cld, Leg.Timers.DEFAULT)) : Optional.empty();
    Optional<LegFailure> failure = phase == Phase.RECOVER ? Optional.of(new LegFailure(486, "Busy Here")) : Optional.empty();
    SipUri uri = SipUri.of(cli, HERE);
    return new CallView(new CallId(7), NOW, new Flow(Transport.UDP, HERE, HERE), cli, cld, cli, cld, displayName, NameAddr.of(displayName, uri), headers,
        phase == Phase.IDENTIFY ? Optional.empty() : caller, callee, caller.map(Account::name), leg, failure, List.of(), Set.of(), false);
  }
}
