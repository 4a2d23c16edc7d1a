package org.strowger.soap.internal;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.accounts.api.Account;
import org.strowger.accounts.api.AccountQuery;
import org.strowger.accounts.api.AccountService;
import org.strowger.accounts.api.NewAccount;
import org.strowger.accounts.api.SettingsSchema;
import org.strowger.billing.api.CdrQuery;
import org.strowger.billing.api.CdrService;
import org.strowger.billing.api.FundsService;
import org.strowger.billing.api.Payer;
import org.strowger.billing.api.Payment;
import org.strowger.billing.api.PlanService;
import org.strowger.billing.api.PlanTerms;
import org.strowger.billing.api.Rate;
import org.strowger.billing.api.TariffService;
import org.strowger.calls.api.CallService;
import org.strowger.calls.api.Simulation;
import org.strowger.kernel.AccountId;
import org.strowger.kernel.CallId;
import org.strowger.kernel.CarrierId;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.ErrorCode;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.Live;
import org.strowger.kernel.Money;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.TariffId;
import org.strowger.kernel.data.Shape;
import org.strowger.rest.api.Caller;
import org.strowger.rest.api.Role;
import org.strowger.soap.internal.xml.AccountXml;
import org.strowger.soap.internal.xml.Answers;
import org.strowger.soap.internal.xml.CdrXml;
import org.strowger.soap.internal.xml.PaymentXml;
import org.strowger.soap.internal.xml.PlanXml;
import org.strowger.soap.internal.xml.Problem;
import org.strowger.soap.internal.xml.RateXml;
import org.strowger.soap.internal.xml.Requests;
import org.strowger.soap.internal.xml.SettingValue;
import org.strowger.soap.internal.xml.StepXml;
import org.strowger.soap.internal.xml.TariffXml;

/** From XML to the domains' services and back. Roles are checked and faults made in one place, {@link #as}. */
final class Operations implements SwitchPort {

  private static final Logger LOG = LoggerFactory.getLogger(Operations.class);
  private static final int MOST = 1000;
  private static final Shape<PlanTerms> PLAN = Shape.of(PlanTerms.class);
  private static final Shape<Simulation> SIMULATION = Shape.of(Simulation.class);

  private final Supplier<Caller> caller;
  private final Live<AccountService> accounts;
  private final Live<FundsService> funds;
  private final Live<CdrService> cdrs;
  private final Live<TariffService> tariffs;
  private final Live<PlanService> plans;
  private final Live<CallService> calls;

  /** @param caller of the request this thread works for */
  Operations(
      Supplier<Caller> caller, Live<AccountService> accounts, Live<FundsService> funds, Live<CdrService> cdrs, Live<TariffService> tariffs, Live<PlanService> plans,
      Live<CallService> calls) {
    this.caller = caller;
    this.accounts = accounts;
    this.funds = funds;
    this.cdrs = cdrs;
    this.tariffs = tariffs;
    this.plans = plans;
    this.calls = calls;
  }

  @Override
  public Answers.OneAccount getAccount(Requests.GetAccount request) throws SwitchFault {
    return as(Role.READ_ONLY, by -> {
      if ((request.id == null) == (request.name == null)) {
        throw new InvalidInput("id", request.id, "is given, or else name");
      }
      Account account = request.id == null
          ? accounts.orThrow().byName(CustomerId.ROOT, request.name).orElseThrow(() -> StrowgerException.notFound("account", request.name))
          : account(request.id);
      var answer = new Answers.OneAccount();
      answer.account = xml(account);
      return answer;
    });
  }

  @Override
  public Answers.Accounts listAccounts(Requests.ListAccounts request) throws SwitchFault {
    return as(Role.READ_ONLY, by -> {
      var query = new AccountQuery(request.search, request.batchTag, request.blocked, offset(request.offset), limit(request.limit));
      var answer = new Answers.Accounts();
      answer.accounts = accounts.orThrow().list(CustomerId.ROOT, query).stream().map(this::xml).toList();
      return answer;
    });
  }

  @Override
  public Answers.Created createAccount(Requests.CreateAccount request) throws SwitchFault {
    return as(Role.ADMIN, by -> {
      BigDecimal balance = request.balance == null ? BigDecimal.ZERO : Money.parseAmount("balance", request.balance.toPlainString());
      var wanted = new NewAccount(request.profile.profile(), balance, request.voipPassword, request.webPassword);
      NewAccount.Created created = accounts.orThrow().create(CustomerId.ROOT, wanted, SettingValue.plain(request.settings), by.name());
      var answer = new Answers.Created();
      answer.account = xml(created.account());
      answer.voipPassword = created.voipPassword();
      answer.webPassword = created.webPassword();
      return answer;
    });
  }

  @Override
  public Answers.OnePayment addFunds(Requests.AddFunds request) throws SwitchFault {
    return book(Payment.Kind.FUNDS, request);
  }

  @Override
  public Answers.OnePayment debit(Requests.Debit request) throws SwitchFault {
    return book(Payment.Kind.DEBIT, request);
  }

  @Override
  public Answers.OnePayment credit(Requests.Credit request) throws SwitchFault {
    return book(Payment.Kind.CREDIT, request);
  }

  private Answers.OnePayment book(Payment.Kind kind, Requests.Funds request) throws SwitchFault {
    return as(Role.ADMIN, by -> {
      Payer payer = Payer.of(account(request.account).id());
      String notes = request.notes == null ? "" : request.notes;
      var answer = new Answers.OnePayment();
      answer.payment = PaymentXml.of(funds.orThrow().book(payer, kind, request.amount.money("amount"), notes, by.name(), request.idempotencyKey));
      return answer;
    });
  }

  @Override
  public Answers.Payments listPayments(Requests.ListPayments request) throws SwitchFault {
    return as(Role.READ_ONLY, by -> {
      // The payments of an account that was deleted stay readable: it is not looked up.
      var answer = new Answers.Payments();
      answer.payments = funds.orThrow().payments(Payer.of(id(request.account)), offset(request.offset), limit(request.limit)).stream().map(PaymentXml::of).toList();
      return answer;
    });
  }

  @Override
  public Answers.Cdrs listCdrs(Requests.ListCdrs request) throws SwitchFault {
    return as(Role.READ_ONLY, by -> {
      var query = new CdrQuery(request.account == null ? null : id(request.account), request.carrier == null ? null : carrier(request.carrier),
          request.call == null ? null : CallId.parse(request.call), request.cli, request.cld, request.from, request.until,
          request.type == null ? CdrQuery.Filter.ALL : request.type, offset(request.offset), limit(request.limit));
      var answer = new Answers.Cdrs();
      answer.cdrs = cdrs.orThrow().find(query).stream().map(CdrXml::of).toList();
      return answer;
    });
  }

  @Override
  public Answers.Tariffs listTariffs(Requests.ListTariffs request) throws SwitchFault {
    return as(Role.READ_ONLY, by -> {
      var answer = new Answers.Tariffs();
      answer.tariffs = tariffs.orThrow().list(CustomerId.ROOT).stream().map(TariffXml::of).toList();
      return answer;
    });
  }

  @Override
  public Answers.OneTariff createTariff(Requests.CreateTariff request) throws SwitchFault {
    return as(Role.ADMIN, by -> {
      var answer = new Answers.OneTariff();
      answer.tariff = TariffXml.of(tariffs.orThrow().create(CustomerId.ROOT, TariffXml.terms(request)));
      return answer;
    });
  }

  @Override
  public Answers.Plans listPlans(Requests.ListPlans request) throws SwitchFault {
    return as(Role.READ_ONLY, by -> {
      var answer = new Answers.Plans();
      answer.plans = plans.orThrow().list(CustomerId.ROOT).stream().map(PlanXml::of).toList();
      return answer;
    });
  }

  @Override
  public Answers.OnePlan createPlan(Requests.CreatePlan request) throws SwitchFault {
    return as(Role.ADMIN, by -> {
      var terms = new LinkedHashMap<String, Object>(Map.of("name", request.name, "tariff", (long) request.tariff));
      if (request.rounding != null) {
        terms.put("rounding", request.rounding);
      }
      var answer = new Answers.OnePlan();
      answer.plan = PlanXml.of(plans.orThrow().create(CustomerId.ROOT, PLAN.decode(terms)));
      return answer;
    });
  }

  @Override
  public Answers.Simulated simulateCall(Requests.SimulateCall request) throws SwitchFault {
    return as(Role.READ_ONLY, by -> {
      var wanted = new Simulation(request.account, request.cld, request.cli, request.at);
      var answer = new Answers.Simulated();
      answer.steps = calls.orThrow().simulate(SIMULATION.decode(SIMULATION.encode(wanted))).steps().stream().map(StepXml::of).toList();
      return answer;
    });
  }

  @Override
  public Answers.Rates listRates(Requests.ListRates request) throws SwitchFault {
    return as(Role.READ_ONLY, by -> {
      var answer = new Answers.Rates();
      answer.rates = tariffs.orThrow().rates(tariff(request.tariff), request.prefix == null ? "" : request.prefix, offset(request.offset), limit(request.limit)).stream()
          .map(RateXml::of).toList();
      return answer;
    });
  }

  @Override
  public Answers.RatesChanged putRates(Requests.PutRates request) throws SwitchFault {
    return write(request, (id, rates) -> tariffs.orThrow().putRates(id, rates));
  }

  @Override
  public Answers.RatesChanged replaceRates(Requests.ReplaceRates request) throws SwitchFault {
    return write(request, (id, rates) -> tariffs.orThrow().replaceRates(id, rates));
  }

  @Override
  public Answers.RatesChanged deleteRates(Requests.DeleteRates request) throws SwitchFault {
    return as(Role.ADMIN, by -> changed(tariffs.orThrow().deleteRates(tariff(request.tariff), request.prefix)));
  }

  private Answers.RatesChanged write(Requests.SomeRates request, BiConsumer<TariffId, List<Rate>> into) throws SwitchFault {
    return as(Role.ADMIN, by -> {
      List<Rate> rates = RateXml.rates(request.rates);
      into.accept(tariff(request.tariff), rates);
      return changed(rates.size());
    });
  }

  private static Answers.RatesChanged changed(int rates) {
    var answer = new Answers.RatesChanged();
    answer.rates = rates;
    return answer;
  }

  private <R> R as(Role needed, Function<Caller, R> work) throws SwitchFault {
    try {
      Caller by = caller.get();
      if (!by.role().covers(needed)) {
        throw new StrowgerException(ErrorCode.FORBIDDEN, "needs the role " + needed + "; " + by.name() + " has " + by.role());
      }
      return work.apply(by);
    } catch (StrowgerException e) {
      throw new SwitchFault(Problem.of(e));
    } catch (RuntimeException | LinkageError e) {
      String incident = UUID.randomUUID().toString().substring(0, 8);
      LOG.error("Incident {}: a SOAP operation failed", incident, e);
      throw new SwitchFault(Problem.unexpected(incident));
    }
  }

  private AccountXml xml(Account account) {
    AccountXml xml = AccountXml.of(account, funds.now().flatMap(now -> now.balance(Payer.of(account.id()))).orElse(null));
    AccountService service = accounts.orThrow();
    List<SettingsSchema> features = service.features();
    for (SettingsSchema feature : features) {
      service.settings(account, feature.feature()).ifPresent(settings -> xml.settings.addAll(SettingValue.of(feature, settings)));
    }
    return xml;
  }

  private Account account(int id) {
    return accounts.orThrow().find(id(id)).orElseThrow(() -> StrowgerException.notFound("account", id));
  }

  private static AccountId id(int id) {
    requirePositive("account", id);
    return new AccountId(id);
  }

  private static CarrierId carrier(int id) {
    requirePositive("carrier", id);
    return new CarrierId(id);
  }

  private static TariffId tariff(int id) {
    requirePositive("tariff", id);
    return new TariffId(id);
  }

  private static void requirePositive(String field, int id) {
    if (id < 1) {
      throw new InvalidInput(field, id, "is a positive number");
    }
  }

  private static int offset(Integer given) {
    int offset = given == null ? 0 : given;
    if (offset < 0) {
      throw new InvalidInput("offset", offset, "is 0 or more");
    }
    return offset;
  }

  private static int limit(Integer given) {
    int limit = given == null ? 50 : given;
    if (limit < 1 || limit > MOST) {
      throw new InvalidInput("limit", limit, "is 1 to " + MOST);
    }
    return limit;
  }
}
