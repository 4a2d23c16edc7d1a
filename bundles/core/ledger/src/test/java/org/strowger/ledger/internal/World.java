package org.strowger.ledger.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.annotation.Annotation;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.strowger.billing.api.CallEnd;
import org.strowger.billing.api.CallFacts;
import org.strowger.billing.api.Cdr;
import org.strowger.billing.api.CdrQuery;
import org.strowger.billing.api.DurationRounding;
import org.strowger.billing.api.Payer;
import org.strowger.billing.api.RateSnapshot;
import org.strowger.billing.api.Reservation;
import org.strowger.billing.api.Settlement;
import org.strowger.billing.api.Share;
import org.strowger.kernel.AccountId;
import org.strowger.kernel.CallId;
import org.strowger.kernel.CarrierId;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.Daemons;
import org.strowger.kernel.Meter;
import org.strowger.kernel.Money;
import org.strowger.kernel.NodeId;
import org.strowger.kernel.TariffId;
import org.strowger.kernel.TimeOrderedIds;
import org.strowger.persistence.api.BatchWriter;
import org.strowger.testkit.MovedTime;
import org.strowger.testkit.postgres.TestDatabase;

/** A ledger on a database of its own and a clock that the test moves. */
final class World implements AutoCloseable {

  static final Currency USD = Currency.getInstance("USD");
  static final NodeId NODE = new NodeId(1);

  final TestDatabase database;
  /** Of the instance that was started last: what an earlier one, which is dead, does not get any more, this one gets. */
  LostDatabase lost;
  final Path local;
  final MovedTime time = new MovedTime();
  final TimeOrderedIds ids = new TimeOrderedIds(time, NODE);
  private final AtomicInteger accounts = new AtomicInteger();
  private final LedgerConfig config;
  OpenLedger open;

  World(TestDatabase database) {
    this(database, config());
  }

  World(TestDatabase database, LedgerConfig config) {
    this.database = database;
    this.config = config;
    this.local = folder();
    start("boot-1");
  }

  /** A further instance of the bundle: in the same process if the boot is the same. */
  void start(String boot) {
    lost = new LostDatabase(database);
    open = new OpenLedger(lost, time, NODE, boot, config, local, false);
  }

  /** A ledger without a database, which writes where the test looks. */
  static Ledger ledger(Purses purses, MovedTime time, BatchWriter<Write> writer, Duration answerPatience) {
    var outage = new Outage(time, Outage.NewCalls.REFUSE, BigDecimal.TEN);
    var notes = new LocalNotes(new LocalJournal(folder(), "boot"), Executors.newSingleThreadExecutor(Daemons.numbered("test-disk")), time, outage);
    return new Ledger(purses, new Holds(purses, time, Slices.INCREMENTAL, outage), writer, answerPatience, outage, notes, new Meter("test"), () -> { });
  }

  Payer account(String balance, String creditLimit) {
    Payer payer = Payer.of(new AccountId(accounts.incrementAndGet()));
    open.funds.open(payer, usd(balance), usd(creditLimit), "test");
    return payer;
  }

  Payer carrier() {
    Payer payer = Payer.of(new CarrierId(accounts.incrementAndGet()));
    open.funds.open(payer, usd("0"), usd("0"), "test");
    return payer;
  }

  static Money usd(String amount) {
    return Money.of(amount, "USD");
  }

  BigDecimal balance(Payer payer) {
    return open.funds.balance(payer).orElseThrow().balance().amount();
  }

  BigDecimal held(Payer payer) {
    return open.funds.balance(payer).orElseThrow().held().amount();
  }

  static RateSnapshot rate(String perMinute, int interval1, int intervalN) {
    return new RateSnapshot(new TariffId(1), "1", USD, new BigDecimal(perMinute), new BigDecimal(perMinute), interval1, intervalN, BigDecimal.ZERO, 0, 0,
        BigDecimal.ZERO, 20, false, DurationRounding.ROUND, 200);
  }

  static List<Share> pays(Payer payer, RateSnapshot rate) {
    return List.of(new Share(payer, rate, true));
  }

  CallFacts facts(CallId call) {
    return facts(call, time.now());
  }

  static CallFacts facts(CallId call, Instant setup) {
    return new CallFacts(call, "abc-" + call + "@test", CustomerId.ROOT, new AccountId(1), null, new CarrierId(7), "101", "14165551234", "101", "14165551234",
        setup, "192.0.2.1", "test");
  }

  /** The one there is of this call. */
  Cdr cdr(CallId call) {
    List<Cdr> cdrs = open.cdrs.find(CdrQuery.ofCall(call));
    assertThat(cdrs).hasSize(1);
    return cdrs.get(0);
  }

  CallEnd hungUp(Instant connected, Duration duration) {
    return new CallEnd(connected, connected.plus(duration), duration, 0, "hung up", CallEnd.ReleaseSource.CALLER, Duration.ofMillis(120));
  }

  CallEnd failed(int status) {
    return new CallEnd(null, time.now(), Duration.ZERO, status, status + " in the test", CallEnd.ReleaseSource.CALLEE, null);
  }

  Reservation reserve(CallId call, List<Share> shares) {
    return get(open.ledger.reserve(call, shares));
  }

  Reservation extend(CallId call) {
    return get(open.ledger.extend(call));
  }

  Settlement settle(CallFacts call, CallEnd end) {
    return get(open.ledger.settle(call, end, List.of()));
  }

  static <T> T get(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
    } catch (java.util.concurrent.ExecutionException e) {
      throw e.getCause() instanceof RuntimeException r ? r : new IllegalStateException(e.getCause());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** One number of a query. */
  BigDecimal number(String sql) {
    return database.tx().required(() -> {
      try (var statement = database.tx().connection().createStatement(); var rows = statement.executeQuery(sql)) {
        rows.next();
        BigDecimal number = rows.getBigDecimal(1);
        return number == null ? BigDecimal.ZERO : number;
      }
    });
  }

  static Path folder() {
    try {
      return Files.createTempDirectory("journal");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static LedgerConfig config() {
    return config(Outage.NewCalls.REFUSE, "25");
  }

  static LedgerConfig config(Outage.NewCalls outageCalls, String outageCeiling) {
    return new LedgerConfig() {
      @Override
      public int answerPatience() {
        return 3000;
      }

      @Override
      public int settlePatience() {
        return 5;
      }

      @Override
      public Slices slices() {
        return Slices.INCREMENTAL;
      }

      @Override
      public int answerGather() {
        return 0;
      }

      @Override
      public int settleGather() {
        return 0;
      }

      @Override
      public Outage.NewCalls outageCalls() {
        return outageCalls;
      }

      @Override
      public String outageCeiling() {
        return outageCeiling;
      }

      @Override
      public Class<? extends Annotation> annotationType() {
        return LedgerConfig.class;
      }
    };
  }

  @Override
  public void close() {
    lost.away = false;
    open.close();
    database.close();
  }
}
