package org.strowger.ledger.internal.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.karaf.shell.api.action.Action;
import org.junit.jupiter.api.Test;
import org.strowger.accounts.api.AccountService;
import org.strowger.billing.api.Balance;
import org.strowger.billing.api.CallEnd;
import org.strowger.billing.api.CallFacts;
import org.strowger.billing.api.CarrierDirectory;
import org.strowger.billing.api.Cdr;
import org.strowger.billing.api.CdrQuery;
import org.strowger.billing.api.CdrService;
import org.strowger.billing.api.DurationRounding;
import org.strowger.billing.api.FundsService;
import org.strowger.billing.api.Payer;
import org.strowger.billing.api.Payment;
import org.strowger.billing.api.RateSnapshot;
import org.strowger.kernel.AccountId;
import org.strowger.kernel.CallId;
import org.strowger.kernel.CarrierId;
import org.strowger.kernel.CdrId;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.ErrorCode;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.Money;
import org.strowger.kernel.PaymentId;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.Unavailable;
import org.strowger.testkit.Printed;

/** What the commands ask the services, and what they print. */
class CommandsTest {

  private static final Payer ANNA = Payer.of(new AccountId(12));
  private static final Payer ACME = Payer.of(new CarrierId(7));
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

  private final List<Object> asked = new ArrayList<>();

  private final FundsService funds = new FundsService() {
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
      return payer.equals(ANNA) ? Optional.of(new Balance(payer, usd("2.5"), usd("1"), usd("0.6"))) : Optional.empty();
    }

    @Override
    public List<Balance> balances(Payer payer) {
      return payer.equals(ACME) ? Stream.of("-2 EUR", "-1 USD").map(text -> text.split(" ")).map(text -> new Balance(payer, Money.of(text[0], text[1]),
          Money.of("0", text[1]), Money.of("0", text[1]))).toList() : balance(payer).stream().toList();
    }

    @Override
    public void close(Payer payer) {
      throw new AssertionError("not asked");
    }

    @Override
    public Payment book(Payer payer, Payment.Kind kind, Money amount, String notes, String by, String key) {
      asked.addAll(List.of(payer, kind, amount, notes, by));
      return new Payment(new PaymentId(1), payer, kind, amount, notes, NOON, by, usd("3"));
    }

    @Override
    public List<Payment> payments(Payer payer, int offset, int limit) {
      if (payer.id() > 12 || payer.id() == 8) {
        return List.of();
      }
      return List.of(new Payment(new PaymentId(1), payer, Payment.Kind.FUNDS, usd("0.5"), "cheque", NOON, "bob", usd("3")));
    }
  };

  private final CarrierDirectory carriers = new CarrierDirectory() {
    @Override
    public Optional<CarrierId> byName(CustomerId customer, String name) {
      return name.equals("acme") ? Optional.of(new CarrierId(7)) : Optional.empty();
    }

    @Override
    public boolean exists(CustomerId customer, CarrierId carrier) {
      return carrier.value() == 8;
    }

    @Override
    public List<String> names(CustomerId customer, String prefix, int limit) {
      throw new AssertionError("not asked");
    }
  };

  /** Knows nobody by name. */
  private final AccountService accounts = (AccountService) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {AccountService.class},
      (proxy, method, arguments) -> method.getName().equals("byName") ? Optional.empty() : null);

  private static Money usd(String amount) {
    return Money.of(amount, "USD");
  }

  private static String output(Action command) throws Exception {
    return Printed.by(command::execute);
  }

  @Test
  void addsFundsInTheAccountsCurrency() throws Exception {
    var command = new AccountAddFunds();
    command.funds = funds;
    command.accounts = accounts;
    command.account = "id:12";
    command.amount = "0.50";
    command.notes = "cheque";

    assertThat(output(command)).isEqualTo("payment 1 is booked: funds 0.5 USD, balance 3 USD" + System.lineSeparator());
    assertThat(asked).containsExactly(ANNA, Payment.Kind.FUNDS, usd("0.5"), "cheque", "shell");

    command.json = true;
    assertThat(output(command).strip()).isEqualTo("{\"id\":1,\"time\":\"2026-11-21T12:00:00Z\",\"payer\":\"account:12\",\"kind\":\"FUNDS\",\"amount\":{\"amount\":\"0.5\",\"currency\":\"USD\"},"
        + "\"balanceAfter\":{\"amount\":\"3\",\"currency\":\"USD\"},\"by\":\"shell\",\"notes\":\"cheque\"}");

    command.amount = "1e3";
    assertThatThrownBy(command::execute).isInstanceOf(InvalidInput.class).hasMessageContaining("amount '1e3'");
    command.account = "nobody";
    assertThatThrownBy(command::execute).isInstanceOf(StrowgerException.class).hasMessageContaining("nobody");
  }

  @Test
  void whatACarrierIsOwedIsReadAndSettled() throws Exception {
    var balance = new AccountBalance();
    balance.funds = funds;
    balance.accounts = accounts;
    balance.account = "carrier:7";
    assertThat(output(balance)).containsSubsequence("EUR", "-2", "USD", "-1");

    var pay = new AccountAddFunds();
    pay.funds = funds;
    pay.accounts = accounts;
    pay.carriers = carriers;
    pay.account = "acme";
    pay.amount = "0.50";
    assertThatThrownBy(pay::execute).isInstanceOf(InvalidInput.class).hasMessageContaining("currency").hasMessageContaining("EUR, USD");
    pay.currency = "EUR";
    output(pay);
    assertThat(asked).containsExactly(ACME, Payment.Kind.FUNDS, Money.of("0.5", "EUR"), "", "shell");
    asked.clear();
    pay.account = "carrier:acme";
    output(pay);
    assertThat(asked).startsWith(ACME);
    pay.account = "carrier:nobody";
    assertThatThrownBy(pay::execute).isInstanceOf(StrowgerException.class).hasMessageContaining("no carrier 'nobody'");
    pay.carriers = null;
    assertThatThrownBy(pay::execute).isInstanceOf(Unavailable.class).hasMessageContaining("routing");
  }

  @Test
  void showsBalanceAndPayments() throws Exception {
    var balance = new AccountBalance();
    balance.funds = funds;
    balance.accounts = accounts;
    balance.account = "account:12";
    balance.json = true;
    assertThat(output(balance)).contains("\"available\":{\"amount\":\"2.9\",\"currency\":\"USD\"}", "\"held\":{\"amount\":\"0.6\",\"currency\":\"USD\"}");

    var payments = new PaymentList();
    payments.funds = funds;
    payments.accounts = accounts;
    payments.payer = "carrier:7";
    assertThat(output(payments)).contains("carrier:7", "FUNDS", "0.5", "cheque", "bob");
  }

  @Test
  void whoIsNotThereIsAnErrorAndWhoOwesNothingIsNot() throws Exception {
    var balance = new AccountBalance();
    balance.funds = funds;
    balance.accounts = accounts;
    balance.carriers = carriers;
    balance.account = "carrier:999999";
    assertThatThrownBy(balance::execute).isInstanceOfSatisfying(StrowgerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND)).hasMessage("there is no carrier 999999");
    balance.account = "carrier:8";
    balance.json = true;
    assertThat(output(balance)).as("a carrier that was never owed anything").isEqualToIgnoringNewLines("[]");
    balance.carriers = null;
    assertThatThrownBy(balance::execute).isInstanceOf(Unavailable.class).hasMessageContaining("routing");

    var payments = new PaymentList();
    payments.funds = funds;
    payments.accounts = accounts;
    payments.carriers = carriers;
    for (String missing : List.of("carrier 999999", "account 999999")) {
      payments.payer = missing.replace(' ', ':');
      assertThatThrownBy(payments::execute).isInstanceOfSatisfying(StrowgerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND)).hasMessage("there is no " + missing);
    }
    payments.payer = "carrier:8";
    payments.json = true;
    assertThat(output(payments)).isEqualToIgnoringNewLines("[]");
  }

  @Test
  void listsAndShowsCdrs() throws Exception {
    var rate = new RateSnapshot(null, "1416", Currency.getInstance("USD"), new BigDecimal("0.6"), new BigDecimal("0.6"), 1, 1, BigDecimal.ZERO, 0, 0,
        BigDecimal.ZERO, 20, false, DurationRounding.ROUND, 200);
    var facts = new CallFacts(new CallId(99), "x@y", null, new AccountId(12), null, null, "101", "1416", "101", "1416", NOON, "192.0.2.1", null);
    var end = new CallEnd(NOON, NOON.plusSeconds(7), Duration.ofMillis(7_250), 0, "hung up", CallEnd.ReleaseSource.CALLER, null);
    var cdr = new Cdr(new CdrId(5), facts, end, ANNA, rate, 7, usd("0.07"), true);

    var list = new CdrList();
    list.accounts = accounts;
    list.cdrs = new Found(cdr);
    list.account = "id:12";
    list.type = "COMPLETE";
    assertThat(output(list)).contains("7.25", "0.07", "account:12", "hung up (crashed)");
    assertThat(asked).containsExactly(new CdrQuery(new AccountId(12), null, null, null, null, null, null, CdrQuery.Filter.COMPLETE, 0, 50));
    list.count = true;
    assertThat(output(list).strip()).isEqualTo("3");
    list.from = "yesterday";
    assertThatThrownBy(list::execute).isInstanceOf(InvalidInput.class).hasMessageContaining("from 'yesterday'");

    var show = new CdrShow();
    show.cdrs = new Found(cdr);
    show.call = new CallId(99).toString();
    assertThat(output(show)).contains("billedSeconds", "price1", "x@y");
    show.call = "zz";
    assertThatThrownBy(show::execute).isInstanceOf(StrowgerException.class).hasMessageContaining("zz");
  }

  /** One CDR of one call; what was asked for is noted. */
  private final class Found implements CdrService {
    private final Cdr cdr;

    Found(Cdr cdr) {
      this.cdr = cdr;
    }

    @Override
    public List<Cdr> find(CdrQuery query) {
      asked.add(query);
      return query.call() == null || query.call().equals(cdr.call().call()) ? List.of(cdr) : List.of();
    }

    @Override
    public long count(CdrQuery query) {
      return 3;
    }
  }
}
