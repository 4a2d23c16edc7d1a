package org.strowger.soap.internal;

import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.strowger.accounts.api.Account;
import org.strowger.accounts.api.AccountChange;
import org.strowger.accounts.api.AccountInfo;
import org.strowger.accounts.api.AccountProfile;
import org.strowger.accounts.api.AccountQuery;
import org.strowger.accounts.api.AccountService;
import org.strowger.accounts.api.NewAccount;
import org.strowger.accounts.api.SettingsSchema;
import org.strowger.billing.api.Balance;
import org.strowger.billing.api.CallEnd;
import org.strowger.billing.api.CallFacts;
import org.strowger.billing.api.Cdr;
import org.strowger.billing.api.CdrQuery;
import org.strowger.billing.api.CdrService;
import org.strowger.billing.api.DurationRounding;
import org.strowger.billing.api.FundsService;
import org.strowger.billing.api.Payer;
import org.strowger.billing.api.Payment;
import org.strowger.billing.api.Plan;
import org.strowger.billing.api.PlanService;
import org.strowger.billing.api.PlanTerms;
import org.strowger.billing.api.RateSnapshot;
import org.strowger.calls.api.CallService;
import org.strowger.calls.api.CallTrace;
import org.strowger.calls.api.Simulation;
import org.strowger.calls.api.TranslationRule;
import org.strowger.kernel.AccountId;
import org.strowger.kernel.CallId;
import org.strowger.kernel.CdrId;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.Money;
import org.strowger.kernel.PaymentId;
import org.strowger.kernel.PlanId;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.data.Checked;
import org.strowger.kernel.data.Setting;
import org.strowger.kernel.data.Shape;

/** Accounts, funds and CDRs in memory, as far as the door needs them. */
final class FakeSwitch implements AccountService {

  /** Settings of a feature, of every kind. */
  record Forward(
      String to, @Setting(initial = "false") boolean always, @Setting(initial = "20") Duration after, @Setting(optional = true) BigDecimal factor,
      @Setting(optional = true) Money limit, @Setting(optional = true) Instant until, List<String> numbers, @Setting(optional = true, secret = true) String pin, @Setting(optional = true) String translation) implements Checked {

    @Override
    public void check() {
      TranslationRule.parse("translation", translation);
    }
  }

  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  static final Currency USD = Currency.getInstance("USD");
  private static final Shape<Forward> FORWARD = Shape.of(Forward.class, "forward");

  final Map<Integer, Account> accounts = new LinkedHashMap<>();
  final Map<Integer, Map<String, Object>> settings = new LinkedHashMap<>();
  final Map<String, Payment> payments = new LinkedHashMap<>();
  final Funds funds = new Funds();
  final Cdrs cdrs = new Cdrs();
  final FakeTariffs tariffs = new FakeTariffs();
  final List<Plan> made = new ArrayList<>();
  /** Makes plans of tariff 7, and no other. */
  final PlanService plans = fake(PlanService.class, (method, arguments) -> switch (method) {
    case "list" -> List.copyOf(made);
    case "create" -> {
      PlanTerms terms = (PlanTerms) arguments[1];
      if (tariffs.find(terms.tariff()).isEmpty()) {
        throw new InvalidInput("tariff", terms.tariff(), "is the id of a tariff");
      }
      made.add(new Plan(new PlanId(made.size() + 1), CustomerId.ROOT, terms, USD, 0));
      yield made.get(made.size() - 1);
    }
    default -> throw new AssertionError(method + " is not asked");
  });
  Simulation simulated;
  final CallService calls = fake(CallService.class, (method, arguments) -> {
    if (!method.equals("simulate")) {
      throw new AssertionError(method + " is not asked");
    }
    simulated = (Simulation) arguments[0];
    return new CallTrace(new CallId(1L << 40), List.of(new CallTrace.Step(NOW, 0, "IDENTIFY", "sip 1.0", "the caller is " + simulated.account(), 12),
        new CallTrace.Step(NOW.plusMillis(3), 3, "call", "", "ends with 404 Not Found: no route", 0)));
  });
  NewAccount asked;
  String askedBy;
  boolean broken;

  private interface Does {
    Object it(String method, Object[] arguments);
  }

  private static <S> S fake(Class<S> service, Does does) {
    return service.cast(Proxy.newProxyInstance(FakeSwitch.class.getClassLoader(), new Class<?>[] {service}, (proxy, method, arguments) -> does.it(method.getName(), arguments)));
  }

  @Override
  public NewAccount.Created create(CustomerId customer, NewAccount account, Map<String, Map<String, Object>> features, String by) {
    if (byName(customer, account.profile().name()).isPresent()) {
      throw StrowgerException.duplicate("name", account.profile().name(), "an account has a name of its own");
    }
    Map<String, Object> forward = features.containsKey("forward") ? FORWARD.encode(FORWARD.decode(features.get("forward"))) : null;
    asked = account;
    askedBy = by;
    var id = new AccountId(accounts.size() + 1);
    var created = new Account(id, customer, account.profile(), new AccountInfo(USD, null, null, NOW, by, NOW, by, null, null), Map.of(), 1);
    accounts.put(id.value(), created);
    if (forward != null) {
      settings.put(id.value(), forward);
    }
    funds.balances.put(id.value(), Money.of(account.balance(), USD));
    return new NewAccount.Created(created, account.voipPassword() == null ? "made-voip" : null, account.webPassword() == null ? "made-web" : null);
  }

  @Override
  public Account update(AccountId id, int version, AccountProfile profile, String by) {
    throw new AssertionError("not asked");
  }

  @Override
  public Account change(AccountId id, AccountChange change, String by) {
    throw new AssertionError("not asked");
  }

  @Override
  public Account changeSettings(AccountId id, String feature, Map<String, Object> changes, String by) {
    throw new AssertionError("not asked");
  }

  @Override
  public String setVoipPassword(AccountId id, String secret, String by) {
    throw new AssertionError("not asked");
  }

  @Override
  public String setWebPassword(AccountId id, String secret, String by) {
    throw new AssertionError("not asked");
  }

  @Override
  public void delete(AccountId id, String by) {
    throw new AssertionError("not asked");
  }

  @Override
  public Optional<Account> find(AccountId id) {
    if (broken) {
      throw new IllegalStateException("secret of the database");
    }
    return Optional.ofNullable(accounts.get(id.value()));
  }

  @Override
  public Optional<Account> byName(CustomerId customer, String name) {
    return accounts.values().stream().filter(account -> account.name().equals(name)).findFirst();
  }

  @Override
  public long count(CustomerId customer, AccountQuery query) {
    throw new AssertionError("not asked");
  }

  @Override
  public List<Account> list(CustomerId customer, AccountQuery query) {
    return accounts.values().stream().filter(account -> query.search() == null || account.name().contains(query.search())).skip(query.offset()).limit(query.limit()).toList();
  }

  @Override
  public List<String> names(CustomerId customer, String prefix, int limit) {
    throw new AssertionError("not asked");
  }

  @Override
  public Optional<Map<String, Object>> settings(Account account, String feature) {
    return Optional.ofNullable(settings.get(account.id().value()));
  }

  @Override
  public List<SettingsSchema> features() {
    return List.of(new SettingsSchema("forward", "Forwarding", 1, FORWARD.schema()));
  }

  @Override
  public void used(AccountId id, Instant when) {
    throw new AssertionError("not asked");
  }

  /** One balance an account. */
  final class Funds implements FundsService {
    final Map<Integer, Money> balances = new LinkedHashMap<>();

    @Override
    public void open(Payer payer, Money opening, Money creditLimit, String by) {
      throw new AssertionError("not asked");
    }

    @Override
    public void limit(Payer payer, Money limit) {
      throw new AssertionError("not asked");
    }

    @Override
    public Optional<Balance> balance(Payer payer) {
      return Optional.ofNullable(balances.get(payer.id())).map(balance -> new Balance(payer, balance, Money.zero(USD), Money.zero(USD)));
    }

    @Override
    public void close(Payer payer) {
      throw new AssertionError("not asked");
    }

    @Override
    public Payment book(Payer payer, Payment.Kind kind, Money amount, String notes, String by, String idempotencyKey) {
      if (idempotencyKey != null && payments.containsKey(idempotencyKey)) {
        return payments.get(idempotencyKey);
      }
      Money before = balances.get(payer.id());
      Money after = kind == Payment.Kind.DEBIT ? before.minus(amount) : before.plus(amount);
      if (after.isNegative()) {
        throw StrowgerException.conflict("only " + before + " is available");
      }
      balances.put(payer.id(), after);
      var payment = new Payment(new PaymentId(payments.size() + 1), payer, kind, amount, notes, NOW, by, after);
      payments.put(idempotencyKey == null ? "#" + payments.size() : idempotencyKey, payment);
      return payment;
    }

    @Override
    public List<Payment> payments(Payer payer, int offset, int limit) {
      var newest = new ArrayList<>(payments.values().stream().filter(payment -> payment.payer().equals(payer)).toList());
      java.util.Collections.reverse(newest);
      return newest.stream().skip(offset).limit(limit).toList();
    }
  }

  /** One call, answered. */
  static final class Cdrs implements CdrService {
    CdrQuery asked;

    @Override
    public long count(CdrQuery query) {
      return 1;
    }

    @Override
    public List<Cdr> find(CdrQuery query) {
      asked = query;
      var call = new CallFacts(new CallId(77), "abc@phone", CustomerId.ROOT, new AccountId(1), null, null, "1", "2", "11", "22", NOW, "192.0.2.1", null, "sip/udp",
          "<sip:+4930123@example>", "\"A\" <sip:1@example>;party=calling");
      var end = new CallEnd(NOW.plusSeconds(3), NOW.plusSeconds(63), Duration.ofSeconds(60), 0, "", CallEnd.ReleaseSource.CALLER, null);
      var rate = new RateSnapshot(null, "22", USD, new BigDecimal("0.60"), new BigDecimal("0.60"), 1, 1, BigDecimal.ZERO, 0, 0, BigDecimal.ZERO, 20, false,
          DurationRounding.values()[0], 200);
      return List.of(new Cdr(new CdrId(78), call, end, Payer.of(new AccountId(1)), rate, 60, rate.cost(60), false));
    }
  }
}
