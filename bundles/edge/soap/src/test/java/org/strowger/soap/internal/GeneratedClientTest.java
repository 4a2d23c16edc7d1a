package org.strowger.soap.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.net.URL;
import javax.xml.ws.BindingProvider;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.strowger.soap.client.Account;
import org.strowger.soap.client.AddFundsRequest;
import org.strowger.soap.client.CreateAccountRequest;
import org.strowger.soap.client.CreatePlanRequest;
import org.strowger.soap.client.CreateTariffRequest;
import org.strowger.soap.client.CreditRequest;
import org.strowger.soap.client.DebitRequest;
import org.strowger.soap.client.DeleteRatesRequest;
import org.strowger.soap.client.Filter;
import org.strowger.soap.client.FundsRequest;
import org.strowger.soap.client.GetAccountRequest;
import org.strowger.soap.client.Items;
import org.strowger.soap.client.ListAccountsRequest;
import org.strowger.soap.client.ListCdrsRequest;
import org.strowger.soap.client.ListPaymentsRequest;
import org.strowger.soap.client.ListPlansRequest;
import org.strowger.soap.client.ListRatesRequest;
import org.strowger.soap.client.ListTariffsRequest;
import org.strowger.soap.client.Money;
import org.strowger.soap.client.Payment;
import org.strowger.soap.client.Profile;
import org.strowger.soap.client.PutRatesRequest;
import org.strowger.soap.client.Rate;
import org.strowger.soap.client.ReplaceRatesRequest;
import org.strowger.soap.client.Setting;
import org.strowger.soap.client.SimulateCallRequest;
import org.strowger.soap.client.Switch;
import org.strowger.soap.client.SwitchFault;
import org.strowger.soap.client.SwitchService;
import org.strowger.soap.client.Value;

/** The switch called by a client that was generated from its WSDL. */
class GeneratedClientTest {

  private static RunningDoor door;

  private FakeSwitch world;
  private Switch admin;
  private Switch reader;

  @BeforeAll
  static void open() throws Exception {
    door = new RunningDoor();
  }

  @AfterAll
  static void close() throws Exception {
    door.close();
  }

  @BeforeEach
  void clients() throws Exception {
    world = door.world;
    world.accounts.clear();
    world.settings.clear();
    world.payments.clear();
    world.broken = false;
    world.tariffs.rates.clear();
    admin = client("admin", "ok");
    reader = client("reader", "ok");
  }

  @Test
  void makesAnAccountAndReadsItBack() throws Exception {
    CreateAccountRequest request = account("4711");
    request.setBalance(new BigDecimal("12.50"));
    request.setVoipPassword("geheimnis!");
    Setting to = setting("to");
    to.getValue().setText("+49 30 <1>");
    Setting factor = setting("factor");
    factor.getValue().setDecimal(new BigDecimal("0.10"));
    Setting limit = setting("limit");
    limit.getValue().setMoney(money("3.00", "USD"));
    Setting after = setting("after");
    after.getValue().setNumber(45L);
    Setting numbers = setting("numbers");
    numbers.getValue().setList(new Items());
    for (String number : new String[] {"1", "2"}) {
      var item = new Value();
      item.setText(number);
      numbers.getValue().getList().getValue().add(item);
    }
    Setting pin = setting("pin");
    pin.getValue().setText("1234");
    request.getSetting().addAll(java.util.List.of(to, factor, limit, after, numbers, pin));

    var created = admin.createAccount(request);
    assertThat(created.getVoipPassword()).isNull();
    assertThat(created.getWebPassword()).isEqualTo("made-web");
    assertThat(world.asked.voipPassword()).isEqualTo("geheimnis!");
    assertThat(world.askedBy).isEqualTo("admin");

    var byName = new GetAccountRequest();
    byName.setName("4711");
    Account account = reader.getAccount(byName).getAccount();
    assertThat(account.getProfile().getVoipLogin()).isEqualTo("4711");
    assertThat(account.getProfile().getTimeZone()).isEqualTo("UTC");
    assertThat(account.getCurrency()).isEqualTo("USD");
    assertThat(account.getBalance().getAmount()).isEqualByComparingTo("12.5");
    assertThat(account.getCreated().toXMLFormat()).isEqualTo("2026-11-21T12:00:00Z");
    assertThat(account.getSetting()).extracting(Setting::getFeature).containsOnly("forward");
    assertThat(account.getSetting()).extracting(Setting::getName).containsExactly("to", "always", "after", "factor", "limit", "until", "numbers", "translation");
    assertThat(value(account, "to").getText()).isEqualTo("+49 30 <1>");
    assertThat(value(account, "always").isFlag()).isFalse();
    assertThat(value(account, "after").getNumber()).isEqualTo(45);
    assertThat(value(account, "factor").getDecimal()).isEqualByComparingTo("0.1");
    assertThat(value(account, "limit").getMoney().getAmount()).isEqualByComparingTo("3");
    assertThat(value(account, "until").getTime()).isNull();
    assertThat(value(account, "numbers").getList().getValue()).extracting(Value::getText).containsExactly("1", "2");
  }

  @Test
  void listsAccounts() throws Exception {
    admin.createAccount(account("one"));
    admin.createAccount(account("two"));
    admin.createAccount(account("other"));
    var request = new ListAccountsRequest();
    request.setSearch("o");
    request.setOffset(1);
    request.setLimit(1);
    assertThat(reader.listAccounts(request).getAccount()).extracting(account -> account.getProfile().getName()).containsExactly("two");
  }

  @Test
  void movesMoneyExactly() throws Exception {
    admin.createAccount(account("4711"));
    Payment paid = admin.addFunds(funds(new AddFundsRequest(), "10.00000000000000000001", "USD")).getPayment();
    assertThat(paid.getBalanceAfter().getAmount()).isEqualTo("10.00000000000000000001");
    assertThat(paid.getBy()).isEqualTo("admin");
    admin.credit(funds(new CreditRequest(), "1", "USD"));
    admin.debit(funds(new DebitRequest(), "0.5", "USD"));
    var request = new ListPaymentsRequest();
    request.setAccount(1);
    assertThat(reader.listPayments(request).getPayment()).extracting(payment -> payment.getKind().name()).containsExactly("DEBIT", "CREDIT", "FUNDS");
  }

  @Test
  void booksAKeyOnce() throws Exception {
    admin.createAccount(account("4711"));
    var request = funds(new AddFundsRequest(), "10", "USD");
    request.setIdempotencyKey("abc");
    assertThat(admin.addFunds(request).getPayment().getId()).isEqualTo(admin.addFunds(request).getPayment().getId());
    assertThat(world.payments).hasSize(1);
  }

  @Test
  void readsCdrs() throws Exception {
    var request = new ListCdrsRequest();
    request.setAccount(1);
    request.setType(Filter.NON_ZERO);
    request.setFrom(javax.xml.datatype.DatatypeFactory.newInstance().newXMLGregorianCalendar("2026-11-21T13:00:00+01:00"));
    var cdr = reader.listCdrs(request).getCdr().get(0);
    assertThat(cdr.getCost().getAmount()).isEqualByComparingTo("0.60");
    assertThat(cdr.getBilledSeconds()).isEqualTo(60);
    assertThat(cdr.getProtocol()).isEqualTo("sip/udp");
    assertThat(cdr.getPAssertedId()).isEqualTo("<sip:+4930123@example>");
    assertThat(cdr.getRemotePartyId()).isEqualTo("\"A\" <sip:1@example>;party=calling");
    assertThat(cdr.getPayer()).isEqualTo("account:1");
    assertThat(cdr.getConnectTime().toXMLFormat()).isEqualTo("2026-11-21T12:00:03Z");
    assertThat(world.cdrs.asked.from()).isEqualTo("2026-11-21T12:00:00Z");
  }

  @Test
  void listsAddsChangesAndRemovesRates() throws Exception {
    var tariff = reader.listTariffs(new ListTariffsRequest()).getTariff().get(0);
    assertThat(tariff.getName()).isEqualTo("retail");
    assertThat(tariff.getConnectFee()).isEqualByComparingTo("0.05");

    var put = new PutRatesRequest();
    put.setTariff(tariff.getId());
    Rate plain = rate("44", "0.60");
    Rate full = rate("4420", "0.00000000000000000001");
    full.setPriceN(new BigDecimal("0.5"));
    full.setInterval1(30);
    full.setForbidden(true);
    full.setActivation(javax.xml.datatype.DatatypeFactory.newInstance().newXMLGregorianCalendar("2026-12-01T01:00:00+01:00"));
    full.setPeriod("mon-fri 08:00-18:00");
    put.getRate().addAll(java.util.List.of(plain, full));
    assertThat(admin.putRates(put).getRates()).isEqualTo(2);

    var list = new ListRatesRequest();
    list.setTariff(7);
    assertThat(reader.listRates(list).getRate()).extracting(Rate::getPrefix).containsExactly("44", "4420");
    assertThat(reader.listRates(list).getRate().get(0).getIntervalN()).isEqualTo(1);
    list.setPrefix("442");
    Rate read = reader.listRates(list).getRate().get(0);
    assertThat(read.getPrice1()).isEqualTo("0.00000000000000000001");
    assertThat(read.getInterval1()).isEqualTo(30);
    assertThat(read.isForbidden()).isTrue();
    assertThat(read.getActivation().toXMLFormat()).isEqualTo("2026-12-01T00:00:00Z");
    assertThat(read.getPeriod()).isEqualTo("mon+tue+wed+thu+fri 08:00-18:00");

    put.getRate().clear();
    put.getRate().add(rate("44", "0.70"));
    admin.putRates(put);
    assertThat(world.tariffs.rates).hasSize(2).anySatisfy(rate -> assertThat(rate.price1()).isEqualByComparingTo("0.7"));

    var delete = new DeleteRatesRequest();
    delete.setTariff(7);
    delete.setPrefix("44");
    assertThat(admin.deleteRates(delete).getRates()).isEqualTo(1);
    var all = new ReplaceRatesRequest();
    all.setTariff(7);
    all.getRate().add(rate("1", "0.01"));
    assertThat(admin.replaceRates(all).getRates()).isEqualTo(1);
    assertThat(world.tariffs.rates).extracting(org.strowger.billing.api.Rate::prefix).containsExactly("1");
  }

  @Test
  void refusesBadRates() throws Exception {
    var put = new PutRatesRequest();
    put.setTariff(7);
    put.getRate().addAll(java.util.List.of(rate("44", "0.60"), rate("4 4", "-1")));
    assertThatThrownBy(() -> admin.putRates(put)).isInstanceOfSatisfying(SwitchFault.class, fault -> {
      assertThat(fault.getFaultInfo().getCode()).isEqualTo("INVALID");
      assertThat(fault.getFaultInfo().getViolation()).extracting(violation -> violation.getField() + "=" + violation.getValue())
          .containsExactlyInAnyOrder("rates[1].prefix=4 4", "rates[1].price1=-1");
    });
    assertThat(world.tariffs.rates).isEmpty();
    put.getRate().remove(1);
    assertFault(() -> reader.putRates(put), "FORBIDDEN", "ADMIN");
    put.setTariff(999);
    assertFault(() -> admin.putRates(put), "NOT_FOUND", "999");
    door.door().unbindTariffs(world.tariffs);
    try {
      assertFault(() -> admin.putRates(put), "UNAVAILABLE", "rating");
    } finally {
      door.door().bindTariffs(world.tariffs);
    }
  }

  @Test
  void aRateNeedsAPrice() throws Exception {
    var unpriced = new Rate();
    unpriced.setPrefix("44");
    unpriced.setPriceN(new BigDecimal("0.5"));
    var put = new PutRatesRequest();
    put.setTariff(7);
    put.getRate().addAll(java.util.List.of(rate("1", "0.01"), unpriced));
    var replace = new ReplaceRatesRequest();
    replace.setTariff(7);
    replace.getRate().addAll(put.getRate());
    for (ThrowingCallable change : java.util.List.<ThrowingCallable>of(() -> admin.putRates(put), () -> admin.replaceRates(replace))) {
      assertThatThrownBy(change).isInstanceOfSatisfying(SwitchFault.class, fault -> {
        assertThat(fault.getFaultInfo().getCode()).isEqualTo("INVALID");
        assertThat(fault.getFaultInfo().getViolation()).singleElement().satisfies(violation -> {
          assertThat(violation.getField()).isEqualTo("rates[1].price1");
          assertThat(violation.getValue()).isNull();
          assertThat(violation.getRule()).contains("is the price a minute", "0 where calls are free", "only a forbidden rate has none");
        });
      });
      assertThat(world.tariffs.rates).as("nothing half done").isEmpty();
    }

    unpriced.setForbidden(true);
    assertThat(admin.putRates(put).getRates()).isEqualTo(2);
  }

  @Test
  void makesATariffAndAPlanOfIt() throws Exception {
    var tariff = new CreateTariffRequest();
    tariff.setName("evening");
    tariff.setCurrency("EUR");
    tariff.setConnectFee(new BigDecimal("0.05000000000000000001"));
    tariff.setFreeSeconds(30);
    tariff.setOnNet("REFUSE");
    tariff.setTimeZone("Europe/Berlin");
    var made = admin.createTariff(tariff).getTariff();
    assertThat(made.getConnectFee()).isEqualTo("0.05000000000000000001");
    assertThat(made.getFreeSeconds()).isEqualTo(30);
    assertThat(made.getOnNet()).isEqualTo("REFUSE");
    assertThat(made.getTimeZone()).isEqualTo("Europe/Berlin");
    assertThat(made.getDecimalPrecision()).as("what is absent gets its initial value").isEqualTo(20);
    assertThat(reader.listTariffs(new ListTariffsRequest()).getTariff()).extracting(each -> each.getName()).contains("evening");

    var plan = new CreatePlanRequest();
    plan.setName("standard");
    plan.setTariff(made.getId());
    plan.setRounding("ROUND_UP");
    var planned = admin.createPlan(plan).getPlan();
    assertThat(planned.getName()).isEqualTo("standard");
    assertThat(planned.getTariff()).isEqualTo(made.getId());
    assertThat(planned.getRounding()).isEqualTo("ROUND_UP");
    assertThat(reader.listPlans(new ListPlansRequest()).getPlan()).extracting(each -> each.getName()).containsExactly("standard");
  }

  @Test
  void refusesBadTariffsAndPlans() throws Exception {
    var tariff = new CreateTariffRequest();
    tariff.setName("bad");
    tariff.setCurrency("XXQ");
    tariff.setDecimalPrecision(21);
    int before = world.tariffs.list(null).size();
    assertThatThrownBy(() -> admin.createTariff(tariff)).isInstanceOfSatisfying(SwitchFault.class, fault -> {
      assertThat(fault.getFaultInfo().getCode()).isEqualTo("INVALID");
      assertThat(fault.getFaultInfo().getViolation()).extracting(violation -> violation.getField() + "=" + violation.getValue()).containsExactlyInAnyOrder("currency=XXQ", "decimalPrecision=21");
    });
    assertFault(() -> reader.createTariff(tariff), "FORBIDDEN", "ADMIN");
    assertThat(world.tariffs.list(null)).hasSize(before);
    var plan = new CreatePlanRequest();
    plan.setName("bad");
    plan.setTariff(999);
    assertFault(() -> admin.createPlan(plan), "INVALID", "tariff '999'");
    plan.setRounding("UP");
    assertFault(() -> admin.createPlan(plan), "INVALID", "rounding 'UP'");
    assertFault(() -> reader.createPlan(plan), "FORBIDDEN", "ADMIN");
  }

  @Test
  void simulatesACallForReadersToo() throws Exception {
    var call = new SimulateCallRequest();
    call.setAccount("4711");
    call.setCld("442071234567");
    call.setAt(javax.xml.datatype.DatatypeFactory.newInstance().newXMLGregorianCalendar("2026-12-24T19:00:00+01:00"));
    var steps = reader.simulateCall(call).getStep();
    assertThat(steps).extracting(step -> step.getStage() + ": " + step.getWhat()).containsExactly("IDENTIFY: the caller is 4711", "call: ends with 404 Not Found: no route");
    assertThat(steps.get(0).getBy()).isEqualTo("sip 1.0");
    assertThat(steps.get(1).getOffsetMillis()).isEqualTo(3);
    assertThat(world.simulated).isEqualTo(new org.strowger.calls.api.Simulation("4711", "442071234567", null, java.time.Instant.parse("2026-12-24T18:00:00Z")));
    door.door().unbindCalls(world.calls);
    try {
      assertFault(() -> reader.simulateCall(call), "UNAVAILABLE", "calls");
    } finally {
      door.door().bindCalls(world.calls);
    }
  }

  private static Rate rate(String prefix, String price) {
    var rate = new Rate();
    rate.setPrefix(prefix);
    rate.setPrice1(new BigDecimal(price));
    return rate;
  }

  @Test
  void namesFieldValueAndRule() throws Exception {
    CreateAccountRequest request = account("not a name");
    request.getProfile().setLanguage("english");
    assertThatThrownBy(() -> admin.createAccount(request)).isInstanceOfSatisfying(SwitchFault.class, fault -> {
      assertThat(fault.getFaultInfo().getCode()).isEqualTo("INVALID");
      assertThat(fault.getFaultInfo().getViolation()).extracting(violation -> violation.getField() + "=" + violation.getValue())
          .containsExactly("name=not a name", "language=english");
      assertThat(fault.getFaultInfo().getViolation().get(0).getRule()).isNotBlank();
    });
    assertThat(world.accounts).isEmpty();
  }

  @Test
  void refusesBadMoney() throws Exception {
    admin.createAccount(account("4711"));
    assertFault(() -> admin.addFunds(funds(new AddFundsRequest(), "0.000000000000000000001", "USD")), "INVALID", "amount.amount");
    assertFault(() -> admin.addFunds(funds(new AddFundsRequest(), "1", "XXQ")), "INVALID", "amount.currency");
    assertFault(() -> admin.debit(funds(new DebitRequest(), "1", "USD")), "CONFLICT", "available");
    assertThat(world.payments).isEmpty();
  }

  @Test
  void saysWhatThereIsNot() throws Exception {
    var request = new GetAccountRequest();
    request.setId(99);
    assertFault(() -> reader.getAccount(request), "NOT_FOUND", "99");
    request.setId(-1);
    assertFault(() -> reader.getAccount(request), "INVALID", "account");
    request.setName("x");
    assertFault(() -> reader.getAccount(request), "INVALID", "id");
    admin.createAccount(account("4711"));
    assertFault(() -> admin.createAccount(account("4711")), "DUPLICATE", "4711");
  }

  @Test
  void letsReadersReadOnly() throws Exception {
    assertFault(() -> reader.createAccount(account("4711")), "FORBIDDEN", "ADMIN");
    assertFault(() -> reader.addFunds(funds(new AddFundsRequest(), "1", "USD")), "FORBIDDEN", "reader has READ_ONLY");
    assertThat(world.accounts).isEmpty();
  }

  @Test
  void tellsNobodyWhatBroke() throws Exception {
    world.broken = true;
    var request = new GetAccountRequest();
    request.setId(1);
    assertThatThrownBy(() -> reader.getAccount(request)).isInstanceOfSatisfying(SwitchFault.class, fault -> {
      assertThat(fault.getFaultInfo().getCode()).isEqualTo("UNEXPECTED");
      assertThat(fault.getFaultInfo().getIncident()).hasSize(8);
      assertThat(fault.getFaultInfo().getDetail() + fault.getMessage()).doesNotContain("secret");
    });
  }

  @Test
  void saysWhenADomainIsAway() throws Exception {
    door.door().unbindAccounts(world);
    try {
      var request = new GetAccountRequest();
      request.setId(1);
      assertFault(() -> reader.getAccount(request), "UNAVAILABLE", "accounts");
    } finally {
      door.door().bindAccounts(world);
    }
  }

  @Test
  void asksForCredentials() throws Exception {
    var request = new GetAccountRequest();
    request.setId(1);
    assertThatThrownBy(() -> client("admin", "wrong").getAccount(request)).isInstanceOf(javax.xml.ws.WebServiceException.class).hasStackTraceContaining("401");
  }

  private static void assertFault(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String code, String detail) {
    assertThatThrownBy(call).isInstanceOfSatisfying(SwitchFault.class, fault -> {
      assertThat(fault.getFaultInfo().getCode()).isEqualTo(code);
      assertThat(fault.getFaultInfo().getDetail()).contains(detail);
    });
  }

  private static CreateAccountRequest account(String name) {
    var request = new CreateAccountRequest();
    request.setProfile(new Profile());
    request.getProfile().setName(name);
    request.getProfile().setPlan(1);
    return request;
  }

  private static <F extends FundsRequest> F funds(F request, String amount, String currency) {
    request.setAccount(1);
    request.setAmount(money(amount, currency));
    return request;
  }

  private static Money money(String amount, String currency) {
    var money = new Money();
    money.setAmount(new BigDecimal(amount));
    money.setCurrency(currency);
    return money;
  }

  private static Setting setting(String name) {
    var setting = new Setting();
    setting.setFeature("forward");
    setting.setName(name);
    setting.setValue(new Value());
    return setting;
  }

  private static Value value(Account account, String name) {
    return account.getSetting().stream().filter(setting -> setting.getName().equals(name)).findFirst().orElseThrow().getValue();
  }

  private static Switch client(String name, String password) throws Exception {
    Switch port = new SwitchService(new URL(door.address() + "?wsdl")).getSwitchPort();
    var context = ((BindingProvider) port).getRequestContext();
    context.put(BindingProvider.USERNAME_PROPERTY, name);
    context.put(BindingProvider.PASSWORD_PROPERTY, password);
    return port;
  }
}
