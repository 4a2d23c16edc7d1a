package org.strowger.ledger.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.strowger.ledger.internal.World.pays;
import static org.strowger.ledger.internal.World.rate;
import static org.strowger.ledger.internal.World.usd;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.strowger.billing.api.Cdr;
import org.strowger.billing.api.Payer;
import org.strowger.billing.api.Payment;
import org.strowger.kernel.CallId;
import org.strowger.testkit.postgres.TestDatabase;

/** Rows that were there before the tables refused NaN keep nobody from reading, changing or restoring the others. */
class RowsWithoutNumbersTest {

  private static final List<String> TABLES = List.of("balance", "payment", "entry", "cdr", "journal_share");

  private static void sql(World world, String... statements) {
    world.database.tx().run(() -> {
      for (String sql : statements) {
        try (Statement statement = world.database.tx().connection().createStatement()) {
          statement.execute("set local search_path to ledger");
          statement.execute(sql);
        }
      }
    });
  }

  private static String script(String name) throws IOException {
    try (InputStream in = RowsWithoutNumbersTest.class.getResourceAsStream("/db/ledger/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static CallId failedCall(World world, Payer payer) {
    CallId call = world.ids.nextCall();
    world.reserve(call, pays(payer, rate("0.6", 1, 1)));
    world.settle(world.facts(call), world.failed(487));
    return call;
  }

  /** To before the constraints, with these rows in, and through the migration. */
  private static void migrate(World world, String... rows) throws IOException {
    for (String table : TABLES) {
      sql(world, "alter table " + table + " drop constraint " + table + "_numbers");
    }
    sql(world, "drop table unreadable");
    sql(world, rows);
    sql(world, script("V6__numbers.sql"));
    sql(world, script("V7__rows_without_numbers.sql"));
  }

  private static String nan(int leg, String notes) {
    return "update entry set amount = 'NaN' where leg = " + leg + " and payment = (select id from payment where notes = '" + notes + "')";
  }

  @Test
  void areSetRightAndKeptAsTheyWere() throws Exception {
    try (var world = new World(TestDatabase.open())) {
      Payer sick = world.account("5", "3");
      Payer well = world.account("7", "2");
      world.open.funds.book(sick, Payment.Kind.FUNDS, usd("4"), "", "test", null);
      world.open.funds.book(sick, Payment.Kind.FUNDS, usd("2"), "unreadable", "test", null);
      CallId noCost = failedCall(world, sick);
      CallId noPrice = failedCall(world, sick);
      CallId good = failedCall(world, well);

      migrate(world, "update cdr set cost = 'NaN' where call = " + noCost.value(), "update cdr set price_n = 'Infinity' where call = " + noPrice.value(),
          nan(0, "unreadable"), nan(1, "unreadable"), "update payment set amount = 'NaN' where notes = 'unreadable'",
          "update balance set balance = 'NaN', credit_limit = 'NaN' where payer_id = " + sick.id());

      List<Cdr> cdrs = Sql.required(world.database.tx(), connection -> new CdrTable().after(connection, 0, 100)).cdrs();
      assertThat(cdrs).extracting(cdr -> cdr.call().call()).containsExactly(noCost, noPrice, good);
      assertThat(cdrs.get(0).cost()).isNull();
      assertThat(cdrs.get(0).rate()).isNotNull();
      assertThat(cdrs.get(1).cost()).as("what was booked").isEqualTo(usd("0"));
      assertThat(cdrs.get(1).rate()).isNull();
      assertThat(cdrs.get(2).cost()).isEqualTo(usd("0"));

      var balance = world.open.funds.balance(sick).orElseThrow();
      assertThat(balance.balance()).as("the sum of the entries that can be read").isEqualTo(usd("9"));
      assertThat(balance.creditLimit()).isEqualTo(usd("0"));
      assertThat(world.open.funds.balance(well).orElseThrow().balance()).isEqualTo(usd("7"));
      assertThat(world.open.funds.payments(sick, 0, 10)).extracting(payment -> payment.amount()).containsExactly(usd("4"), usd("5"));
      assertThat(world.open.funds.book(sick, Payment.Kind.FUNDS, usd("1"), "", "test", null).balanceAfter()).isEqualTo(usd("10"));
      assertThat(world.number("select sum(amount)::bigint from ledger.entry")).as("books").isZero();

      assertThat(TABLES).extracting(table -> kept(world, table)).containsExactly(1, 1, 2, 2, 0);
      assertThat(world.number("select count(*) from ledger.unreadable where source = 'cdr' and contents ->> 'cost' = 'NaN' and (contents ->> 'call')::bigint = " + noCost.value())).isOne();
    }
  }

  private static int kept(World world, String table) {
    return world.number("select count(*) from ledger.unreadable where source = '" + table + "'").intValue();
  }

  /** The other leg, and the other column, say what the amount was. */
  @Test
  void whatIsKnownElsewhereIsNotLost() throws Exception {
    try (var world = new World(TestDatabase.open())) {
      Payer payer = world.account("5", "3");
      world.open.funds.book(payer, Payment.Kind.FUNDS, usd("4"), "payer's leg", "test", null);
      world.open.funds.book(payer, Payment.Kind.FUNDS, usd("2"), "book's leg", "test", null);
      Payment asked = world.open.funds.book(payer, Payment.Kind.FUNDS, usd("1"), "balance after", "test", "once");
      world.open.funds.book(payer, Payment.Kind.FUNDS, usd("3"), "", "test", null);

      migrate(world, nan(0, "payer's leg".replace("'", "''")), nan(1, "book's leg".replace("'", "''")), "update payment set balance_after = 'NaN' where notes = 'balance after'");

      assertThat(world.number("select count(*) from ledger.entry")).as("legs").isEqualByComparingTo("10");
      assertThat(world.number("select max(abs(sum)) from (select sum(amount) from ledger.entry group by id) legs")).isZero();
      assertThat(world.number("select sum(amount) from ledger.entry where party = 'ACCOUNT'")).isEqualByComparingTo("15");
      assertThat(world.balance(payer)).isEqualByComparingTo("15");
      assertThat(world.open.funds.payments(payer, 0, 10).get(1).balanceAfter()).isEqualTo(asked.balanceAfter()).isEqualTo(usd("12"));
      assertThat(world.open.funds.book(payer, Payment.Kind.FUNDS, usd("1"), "balance after", "test", "once").id()).as("asked again").isEqualTo(asked.id());
      assertThat(world.balance(payer)).isEqualByComparingTo("15");
      assertThat(TABLES).extracting(table -> kept(world, table)).containsExactly(0, 1, 4, 0, 0);
    }
  }

  @Test
  void aBalanceThatCanBeReadIsTheSumOfItsEntriesToo() throws Exception {
    try (var world = new World(TestDatabase.open())) {
      Payer payer = world.account("5", "3");
      world.open.funds.book(payer, Payment.Kind.FUNDS, usd("4"), "both", "test", null);

      migrate(world, nan(0, "both"), nan(1, "both"));

      assertThat(world.number("select balance from ledger.balance")).isEqualByComparingTo("5");
      assertThat(world.number("select credit_limit from ledger.balance")).isEqualByComparingTo("3");
      assertThat(world.number("select (contents ->> 'balance')::numeric from ledger.unreadable where source = 'balance'")).isEqualByComparingTo("9");
    }
  }

  @Test
  void aPaymentWhoseEntryTellsItsAmountStaysWithItsKey() throws Exception {
    try (var world = new World(TestDatabase.open())) {
      Payer payer = world.account("5", "3");
      Payment debit = world.open.funds.book(payer, Payment.Kind.DEBIT, usd("2"), "debit", "test", "once");
      Payment funds = world.open.funds.book(payer, Payment.Kind.FUNDS, usd("4"), "funds", "test", "twice");

      migrate(world, "update payment set amount = 'NaN' where notes in ('debit', 'funds')", nan(0, "debit"), "update payment set balance_after = 'NaN' where notes = 'debit'");

      assertThat(world.open.funds.book(payer, Payment.Kind.DEBIT, usd("2"), "debit", "test", "once").id()).isEqualTo(debit.id());
      assertThat(world.open.funds.book(payer, Payment.Kind.FUNDS, usd("4"), "funds", "test", "twice").id()).isEqualTo(funds.id());
      assertThat(world.open.funds.payments(payer, 0, 10)).extracting(Payment::amount, Payment::balanceAfter)
          .containsExactly(tuple(usd("4"), usd("7")), tuple(usd("2"), usd("3")), tuple(usd("5"), usd("5")));
      assertThat(world.balance(payer)).isEqualByComparingTo("7");
      assertThat(TABLES).extracting(table -> kept(world, table)).containsExactly(0, 2, 2, 0, 0);
    }
  }
}
