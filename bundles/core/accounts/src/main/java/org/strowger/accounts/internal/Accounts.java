package org.strowger.accounts.internal;

import java.time.Instant;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.strowger.accounts.api.Account;
import org.strowger.accounts.api.AccountChange;
import org.strowger.accounts.api.AccountProfile;
import org.strowger.accounts.api.AccountQuery;
import org.strowger.accounts.api.AccountService;
import org.strowger.accounts.api.NewAccount;
import org.strowger.accounts.api.SettingsDocument;
import org.strowger.accounts.api.SettingsSchema;
import org.strowger.accounts.internal.features.Features;
import org.strowger.accounts.internal.secrets.GeneratedSecret;
import org.strowger.accounts.internal.secrets.PasswordRule;
import org.strowger.accounts.internal.store.AccountStore;
import org.strowger.accounts.internal.store.AccountStore.Locked;
import org.strowger.accounts.internal.store.AccountStore.Making;
import org.strowger.accounts.internal.store.AccountStore.Stored;
import org.strowger.billing.api.Balance;
import org.strowger.billing.api.FundsService;
import org.strowger.billing.api.Payer;
import org.strowger.billing.api.Plan;
import org.strowger.billing.api.PlanService;
import org.strowger.calls.api.CallService;
import org.strowger.calls.api.RoutingGroupService;
import org.strowger.kernel.AccountId;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.ErrorCode;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.Live;
import org.strowger.kernel.Money;
import org.strowger.kernel.PlanId;
import org.strowger.kernel.RoutingGroupId;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.Time;
import org.strowger.passwords.Passwords;

/** Administration of accounts. Passwords are hashed and plugins asked before a transaction begins, never inside one. */
@Component
public final class Accounts implements AccountService {

  private final AccountStore store;
  private final AccountCache cache;
  private final Features features;
  private final VoipSecrets secrets;
  private final Time time;
  private final Passwords passwords;
  private final Live<PlanService> plans = new Live<>("rating");
  private final Live<FundsService> funds = new Live<>("the ledger");
  private final Live<CallService> calls = new Live<>("calls");
  private final Live<RoutingGroupService> routing = new Live<>("routing");

  @Activate
  public Accounts(@Reference AccountStore store, @Reference AccountCache cache, @Reference Features features, @Reference VoipSecrets secrets, @Reference Passwords passwords,
      @Reference Time time) {
    this.store = store;
    this.cache = cache;
    this.features = features;
    this.secrets = secrets;
    this.passwords = passwords;
    this.time = time;
  }

  @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
  void bindPlans(PlanService service) {
    plans.bind(service);
  }

  void unbindPlans(PlanService service) {
    plans.unbind(service);
  }

  @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
  void bindFunds(FundsService service) {
    funds.bind(service);
  }

  void unbindFunds(FundsService service) {
    funds.unbind(service);
  }

  @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
  void bindRouting(RoutingGroupService service) {
    routing.bind(service);
  }

  void unbindRouting(RoutingGroupService service) {
    routing.unbind(service);
  }

  @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
  void bindCalls(CallService service) {
    calls.bind(service);
  }

  void unbindCalls(CallService service) {
    calls.unbind(service);
  }

  @Override
  public NewAccount.Created create(CustomerId customer, NewAccount asked, Map<String, Map<String, Object>> settings, String by) {
    var checks = new Validation();
    AccountProfile profile = checks.collect(() -> Validation.profile(asked.profile()));
    var documents = new LinkedHashMap<String, SettingsDocument>();
    settings.forEach((feature, values) -> checks.collect(() -> documents.put(feature, features.changed(feature, null, values))));
    PlanService planning = plans.orThrow();
    if (profile != null) {
      checks.collect(() -> route(customer, profile.routingGroup()));
      checks.collect(() -> known(planning, customer, profile.plan()));
    }
    String chosenVoip = asked.voipPassword() == null ? null : checks.collect(() -> PasswordRule.checked("voipPassword", asked.voipPassword()));
    String chosenWeb = asked.webPassword() == null ? null : checks.collect(() -> PasswordRule.checked("webPassword", asked.webPassword()));
    checks.end();

    String madeVoip = chosenVoip == null ? GeneratedSecret.next() : null;
    String madeWeb = chosenWeb == null ? GeneratedSecret.next() : null;
    FundsService money = funds.orThrow();
    String webHash = chosenWeb == null ? Passwords.hashGenerated(madeWeb) : passwords.hashChosen(chosenWeb);

    Account made = Refusals.translated(profile, () -> store.tx().required(() -> {
      Plan plan = assign(planning, customer, profile.plan());
      // Once more: it may have gone since, and now it stays until this is stored.
      route(customer, profile.routingGroup());
      Money opening = Validation.money("balance", asked.balance(), plan.currency());
      Money limit = Validation.money("creditLimit", profile.creditLimit(), plan.currency());
      AccountId id = store.nextId();
      byte[] sealed = secrets.seal(id, profile.voipLogin(), chosenVoip == null ? madeVoip : chosenVoip);
      Account account = store.insert(new Making(id, customer, profile, plan.currency().getCurrencyCode(), webHash, sealed, time.now(), by), documents);
      money.open(Payer.of(id), opening, limit, by);
      store.tx().afterCommit(() -> cache.changed(id));
      return account;
    }));
    return new NewAccount.Created(made, madeVoip, madeWeb);
  }

  /** The same group, if it is none or the customer has it. */
  private RoutingGroupId route(CustomerId customer, RoutingGroupId group) {
    if (group != null && !routing.orThrow().exists(customer, group)) {
      throw new InvalidInput("routingGroup", group, "is the id of a routing group, and there is none with it; see route:group-list or GET /routing-groups");
    }
    return group;
  }

  private static Plan known(PlanService planning, CustomerId customer, PlanId id) {
    return planning.find(id).filter(plan -> plan.customer().equals(customer)).orElseThrow(() -> noPlan(id));
  }

  private static InvalidInput noPlan(PlanId id) {
    return new InvalidInput("plan", id, "is the id of a service plan, and there is none with it; see plan:list or GET /plans");
  }

  /** It may have gone since it was looked for. */
  private static Plan assign(PlanService planning, CustomerId customer, PlanId id) {
    known(planning, customer, id);
    try {
      return planning.assign(id);
    } catch (StrowgerException e) {
      throw e.code() == ErrorCode.NOT_FOUND ? noPlan(id) : e;
    }
  }

  @Override
  public Account update(AccountId id, int version, AccountProfile profile, String by) {
    return change(id, new AccountChange(version, Validation.data(profile), Map.of(), null, null), by);
  }

  @Override
  public Account changeSettings(AccountId id, String feature, Map<String, Object> changes, String by) {
    return change(id, AccountChange.ofFeatures(Map.of(feature, changes)), by);
  }

  @Override
  public Account change(AccountId id, AccountChange change, String by) {
    var checks = new Validation();
    if (change.voipPassword() != null) {
      checks.collect(() -> PasswordRule.checked("voipPassword", change.voipPassword()));
    }
    if (change.webPassword() != null) {
      checks.collect(() -> PasswordRule.checked("webPassword", change.webPassword()));
    }
    // A first look tells what the change makes of the account; the transaction does it only if nobody was quicker.
    Account before = existing(id).account();
    requireVersion(before, change.version());
    AccountProfile profile = checks.collect(() -> changed(before.profile(), change.profile()));
    // Only a group that is newly named: who changes something else is not stopped by one that was deleted since.
    if (profile != null && !Objects.equals(profile.routingGroup(), before.profile().routingGroup())) {
      checks.collect(() -> route(before.customer(), profile.routingGroup()));
    }
    if (profile != null && profile.plan() != null && !profile.plan().equals(before.profile().plan())) {
      checks.collect(() -> known(plans.orThrow(), before.customer(), profile.plan()));
    }
    var documents = new LinkedHashMap<String, SettingsDocument>();
    change.features().forEach((feature, values) ->
        checks.collect(() -> documents.put(feature, features.changed(feature, before.features().get(feature), values))));
    checks.end();
    documents.values().removeIf(document -> document.equals(before.features().get(document.feature())));
    String webHash = change.webPassword() == null ? null : passwords.hashChosen(change.webPassword());
    boolean moneyKnown = before.info().currency() != null;
    if (moneyKnown && profile.equals(before.profile()) && documents.isEmpty() && webHash == null && change.voipPassword() == null) {
      return before;
    }
    return changing(id, profile, by, locked -> {
      requireVersion(locked.read().account(), before.version());
      if (!moneyKnown) {
        // It was its plan's when it was made, and no change of plan may change it.
        plans.orThrow().find(profile.plan()).map(Plan::currency).ifPresent(locked::currency);
      }
      if (!profile.equals(before.profile())) {
        replace(locked, before, profile, change.voipPassword() != null);
      }
      documents.values().forEach(locked::settings);
      if (webHash != null) {
        locked.webPassword(webHash, time.now());
      }
      if (change.voipPassword() != null) {
        locked.voipSealed(secrets.seal(id, profile.voipLogin(), change.voipPassword()));
      }
    });
  }

  /** A VoIP login that was the account's name follows it when the name changes and nothing is said of the login. */
  private static AccountProfile changed(AccountProfile before, Map<String, Object> fields) {
    var asked = new LinkedHashMap<>(fields);
    if (fields.containsKey("name") && !fields.containsKey("voipLogin") && before.voipLogin().equals(before.name())) {
      asked.put("voipLogin", null);
    }
    return Validation.PROFILE.with(before, asked);
  }

  private void replace(Locked locked, Account before, AccountProfile profile, boolean newVoipPassword) {
    if (!profile.plan().equals(before.profile().plan())) {
      Plan plan = assign(plans.orThrow(), before.customer(), profile.plan());
      if (before.info().currency() != null && !plan.currency().equals(before.info().currency())) {
        throw StrowgerException.conflict("plan '" + profile.plan() + "': is in " + plan.currency() + ", the account's money is in "
            + before.info().currency() + "; choose a plan in " + before.info().currency());
      }
    }
    if (!Objects.equals(profile.routingGroup(), before.profile().routingGroup())) {
      route(before.customer(), profile.routingGroup());
    }
    if (!profile.creditLimit().equals(before.profile().creditLimit())) {
      Currency currency = locked.read().account().info().currency();
      if (currency == null) {
        throw new InvalidInput("plan", profile.plan(), "has no currency that can be read, nor has the account: name a plan of plan:list or GET /plans first");
      }
      funds.orThrow().limit(Payer.of(before.id()), Validation.money("creditLimit", profile.creditLimit(), currency));
    }
    if (!newVoipPassword && !profile.voipLogin().equals(before.profile().voipLogin())) {
      locked.voipSealed(secrets.reseal(before.id(), profile.voipLogin(), locked.read().voipSealed()));
    }
    locked.profile(profile);
  }

  @Override
  public String setVoipPassword(AccountId id, String secret, String by) {
    String made = secret == null ? GeneratedSecret.next() : null;
    String password = secret == null ? made : PasswordRule.checked("voipPassword", secret);
    changing(id, null, by, locked -> locked.voipSealed(secrets.seal(id, locked.read().account().profile().voipLogin(), password)));
    return made;
  }

  @Override
  public String setWebPassword(AccountId id, String secret, String by) {
    String made = secret == null ? GeneratedSecret.next() : null;
    String hash = secret == null ? Passwords.hashGenerated(made) : passwords.hashChosen(PasswordRule.checked("webPassword", secret));
    changing(id, null, by, locked -> locked.webPassword(hash, time.now()));
    return made;
  }

  private interface Work {
    void on(Locked account);
  }

  private Account changing(AccountId id, AccountProfile profile, String by, Work work) {
    return Refusals.translated(profile, () -> store.tx().required(() -> {
      Locked locked = store.lock(id).orElseThrow(() -> StrowgerException.notFound("account", id));
      work.on(locked);
      store.tx().afterCommit(() -> cache.changed(id));
      return locked.changed(time.now(), by);
    }));
  }

  private static void requireVersion(Account account, Integer version) {
    if (version != null && version != account.version()) {
      throw StrowgerException.conflict("account " + account.name() + " was changed by " + account.info().updatedBy() + " at " + account.info().updated()
          + " and has version " + account.version() + ", not " + version + "; read it again");
    }
  }

  @Override
  public void delete(AccountId id, String by) {
    FundsService money = funds.orThrow();
    Refusals.translated(null, () -> store.tx().required(() -> {
      Locked locked = store.lock(id).orElseThrow(() -> StrowgerException.notFound("account", id));
      Account account = locked.read().account();
      money.balance(Payer.of(id)).ifPresent(balance -> requireSettled(account, balance));
      money.close(Payer.of(id));
      // After that: a call that begins now gets no money, and one that began before is seen here.
      requireNoCall(account);
      locked.delete();
      store.tx().afterCommit(() -> cache.changed(id));
      return null;
    }));
  }

  /** A call that costs nothing holds no money. */
  private void requireNoCall(Account account) {
    boolean up = calls.now().map(CallService::active).orElse(List.of()).stream()
        .anyMatch(call -> account.id().equals(call.caller()) || account.id().equals(call.callee()));
    if (up) {
      throw hasCallUp(account);
    }
  }

  private static StrowgerException hasCallUp(Account account) {
    return StrowgerException.conflict("account " + account.name() + " has a call up; end it first");
  }

  private static void requireSettled(Account account, Balance balance) {
    if (!balance.held().isZero()) {
      throw hasCallUp(account);
    }
    if (!balance.balance().isZero()) {
      throw StrowgerException.conflict("account " + account.name() + " has a balance of " + balance.balance() + "; book it to zero first");
    }
  }

  private Stored existing(AccountId id) {
    return Refusals.translated(null, () -> store.find(id)).orElseThrow(() -> StrowgerException.notFound("account", id));
  }

  @Override
  public Optional<Account> find(AccountId id) {
    return Refusals.translated(null, () -> store.find(id)).map(Stored::account);
  }

  @Override
  public Optional<Account> byName(CustomerId customer, String name) {
    return Refusals.translated(null, () -> store.byName(name)).map(Stored::account).filter(account -> account.customer().equals(customer));
  }

  @Override
  public List<Account> list(CustomerId customer, AccountQuery query) {
    requirePage(query.limit());
    if (query.offset() < 0) {
      throw new InvalidInput("offset", query.offset(), "is not negative");
    }
    return Refusals.translated(null, () -> store.list(customer, query));
  }

  @Override
  public long count(CustomerId customer, AccountQuery query) {
    return Refusals.translated(null, () -> store.count(customer, query));
  }

  @Override
  public List<String> names(CustomerId customer, String prefix, int limit) {
    requirePage(limit);
    return Refusals.translated(null, () -> store.names(customer, prefix, limit));
  }

  private static void requirePage(int limit) {
    if (limit < 1 || limit > 1000) {
      throw new InvalidInput("limit", limit, "is 1 to 1000");
    }
  }

  @Override
  public Optional<Map<String, Object>> settings(Account account, String feature) {
    return features.acting(feature, account.features().get(feature));
  }

  @Override
  public List<SettingsSchema> features() {
    return features.schemas();
  }

  @Override
  public void used(AccountId id, Instant when) {
    boolean used = cache.peek(id).map(account -> account.info().firstUse() != null).orElse(false);
    if (!used) {
      store.used(id, when, cache);
    }
  }
}
