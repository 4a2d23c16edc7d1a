package org.strowger.ledger.internal;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.kernel.Daemons;
import org.strowger.kernel.Health;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.Meter;
import org.strowger.kernel.NodeId;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.Time;
import org.strowger.kernel.TimeOrderedIds;
import org.strowger.persistence.api.BatchSpec;
import org.strowger.persistence.api.BatchWriter;
import org.strowger.persistence.api.Database;
import org.strowger.persistence.api.Domain;
import org.strowger.persistence.api.DomainSpec;
import org.strowger.persistence.api.Tx;

/** The ledger at work: opened when its schema is there and crashed calls are closed, closed when the bundle goes. */
final class OpenLedger implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(OpenLedger.class);
  private static final int LOADERS = 2;
  private static final int LOADS_WAITING = 10_000;
  private static final long IDLE_NANOS = TimeUnit.MINUTES.toNanos(10);
  private static final int CEILING_DIGITS = 15;
  private static final long CLOSING_SECONDS = 10;
  private static final Duration LIFELESS = Duration.ofSeconds(10);
  private static final Duration MONTHS_CHECK = Duration.ofHours(6);

  final Meter meter = new Meter("ledger");
  final Ledger ledger;
  final Funds funds;
  final Cdrs cdrs;
  final CdrDelivery delivery;

  /** Package-private for tests that let a process die. */
  final LedgerLock lock;
  /** Likewise. */
  final ExecutorService disk;
  private final Tx tx;
  private final Time time;
  private final JournalTable journal;
  private final Purses purses;
  private final BatchWriter<Write> writer;
  private final ThreadPoolExecutor loaders;
  private final Outage outage;
  private final Path local;
  private volatile long lastHeartbeat;
  private volatile long lastMonths;
  private volatile boolean olderSharesKnown;
  private long lastSweep;
  private boolean sinksClosed;

  /**
   * Blocks: migrates, closes the calls of crashed starts, takes over the calls of this process.
   *
   * <p>Fails while another process that is alive has this database, see {@link LedgerLock}.
   *
   * @param boot the same for every instance of the bundle in one process, another one after a crash
   * @param local folder of what the database could not be told
   * @param contested whether another process had the database a moment ago: then that one must have been silent for 10 s too. Where the
   *     database was restarted both lost the lock, and the one with the calls must have it again
   */
  OpenLedger(Database database, Time time, NodeId node, String boot, LedgerConfig config, Path local, boolean contested) {
    Domain domain = database.open(DomainSpec.of("ledger", OpenLedger.class).seeding("boot"));
    // Before anything is taken for dead.
    this.lock = LedgerLock.take(domain.dataSource(), boot);
    try {
      this.tx = domain.tx();
      this.time = time;
      this.local = local;
      this.journal = new JournalTable(node, boot);
      var ids = new TimeOrderedIds(time, node);
      var balances = new Balances();
      var entries = new Entries();
      var table = new CdrTable();
      var books = new Books(time, ids, journal, table, balances, entries);
      if (contested) {
        refuseWhileOthersLive();
      }
      this.outage = new Outage(time, config.outageCalls(), ceiling(config));
      // Calls may have ended while no instance was there: the heartbeat stays where it is until call control has told us, see tick.
      boolean first = begun();
      if (first) {
        months();
      } else {
        // Calls wait for us; the instance before us saw to it, and we do in a moment.
        lastMonths = time.ticks() - MONTHS_CHECK.toNanos();
      }
      new Replay(tx, node, books, table).everything(local);
      var recovery = new Recovery(tx, journal, books);
      int crashed = recovery.closeDeadCalls(first);
      if (crashed > 0) {
        LOG.warn("{} calls were up when the switch crashed; they are charged up to its last sign of life", crashed);
      }
      this.loaders = new ThreadPoolExecutor(LOADERS, LOADERS, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(LOADS_WAITING), Daemons.numbered("ledger-load"));
      loaders.allowCoreThreadTimeOut(true);
      this.purses = new Purses(time, loaders, payer -> Sql.required(tx, connection -> balances.find(connection, payer)));
      var holds = new Holds(purses, time, config.slices(), outage);
      this.funds = new Funds(tx, time, ids, purses, balances, entries);
      this.cdrs = new Cdrs(tx, time, table);
      this.delivery = new CdrDelivery(tx, time, table, meter);
      this.writer = domain.writer(spec(config), books);
      this.disk = Executors.newSingleThreadExecutor(Daemons.numbered("ledger-disk"));
      var notes = new LocalNotes(new LocalJournal(local, boot), disk, time, outage);
      this.ledger = new Ledger(purses, holds, writer, Duration.ofMillis(config.answerPatience()), outage, notes, meter, delivery::wrote);
      ledger.takeOver(recovery.callsOfThisProcess());
      if (first) {
        lookForOlderShares();
      }
      this.olderSharesKnown = first;
      this.lastSweep = time.ticks();
    } catch (RuntimeException | Error e) {
      lock.close();
      throw e;
    }
  }

  private static BatchSpec spec(LedgerConfig config) {
    int answer = Math.max(0, Math.min(100, config.answerGather()));
    int settle = Math.max(answer, Math.min(1000, config.settleGather()));
    return BatchSpec.named("ledger").patience(Duration.ofSeconds(config.settlePatience())).gather(Duration.ofMillis(answer), Duration.ofMillis(settle));
  }

  private static BigDecimal ceiling(LedgerConfig config) {
    try {
      BigDecimal ceiling = new BigDecimal(config.outageCeiling().strip());
      if (ceiling.signum() >= 0 && ceiling.precision() - ceiling.scale() <= CEILING_DIGITS) {
        return ceiling;
      }
    } catch (NumberFormatException e) {
      LOG.debug("no number", e);
    }
    throw new InvalidInput("outageCeiling", config.outageCeiling(), "is an amount of 0 or more, as 25 or 0.5");
  }

  private void refuseWhileOthersLive() {
    Instant last = Sql.required(tx, journal::heartbeatOfOthers);
    if (last != null && Duration.between(last, time.now()).compareTo(LIFELESS) < 0) {
      throw StrowgerException.conflict("the database is in use by another switch, which gave a sign of life at " + last
          + "; it must be silent for " + LIFELESS.toSeconds() + " s");
    }
  }

  /** Runs {@link #tick} every second until the executor is shut down. */
  static ScheduledExecutorService clock(String name) {
    return Executors.newSingleThreadScheduledExecutor(Daemons.numbered(name));
  }

  /** What happens every second. For the first time a second after the ledger is there for call control, which has told it every end by then. Throws nothing. */
  void tick() {
    quietly("heartbeat", () -> {
      beat();
      lock.keep();
    });
    if (!olderSharesKnown) {
      quietly("journal", this::lookForOlderShares);
    }
    quietly("extensions", ledger::tick);
    quietly("sinks", delivery::watch);
    if (time.since(lastMonths).compareTo(MONTHS_CHECK) >= 0) {
      quietly("partitions", this::months);
    }
    if (time.since(lastSweep).compareTo(Duration.ofMinutes(1)) > 0) {
      lastSweep = time.ticks();
      forgetIdle(IDLE_NANOS);
    }
  }

  /** A heartbeat, half a second after each {@link #tick}: it is so much younger when the process dies. Throws nothing. */
  void pulse() {
    quietly("heartbeat", this::beat);
  }

  /** Forgets purses that nobody used for so long and that hold nothing. */
  void forgetIdle(long nanos) {
    purses.forgetIdle(nanos);
    ledger.forgetOver();
  }

  private void quietly(String what, Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      if (time.since(lastHeartbeat).compareTo(LIFELESS) < 0) {
        LOG.warn("{} failed, tried again in a second: {}", what, e.getMessage());
      }
    }
  }

  /** Says up to when nothing would be forgotten as of the moment when there is a connection: that may take seconds. */
  private void beat() {
    var alive = new AtomicReference<Instant>();
    ask(connection -> {
      alive.set(ledger.alive());
      journal.heartbeat(connection, alive.get());
    });
    ledger.beaten(alive.get());
  }

  private interface Saying {
    void to(Connection connection) throws SQLException;
  }

  private void ask(Saying saying) {
    outage.asked();
    Sql.required(tx, connection -> {
      saying.to(connection);
      return null;
    });
    lastHeartbeat = time.ticks();
    outage.answered();
  }

  /** Notes on the local disk what the database does not take in time. Twice a second, by a clock that never waits for the database; throws nothing. */
  void note() {
    try {
      disk.execute(ledger::note);
    } catch (RejectedExecutionException closed) {
      LOG.debug("the ledger is closed", closed);
    }
  }

  private boolean begun() {
    var first = new boolean[1];
    ask(connection -> first[0] = journal.begun(connection, time.now()));
    return first[0];
  }

  private void lookForOlderShares() {
    Sql.required(tx, connection -> {
      journal.lookForOlderShares(connection);
      return null;
    });
    olderSharesKnown = true;
  }

  private void months() {
    Sql.required(tx, connection -> {
      Partitions.ensure(connection, time.now());
      return null;
    });
    lastMonths = time.ticks();
  }

  Health health() {
    String taken = lock.trouble();
    if (taken != null) {
      return Health.down(taken);
    }
    if (time.since(lastHeartbeat).compareTo(LIFELESS) > 0) {
      return Health.down("the database has not taken a heartbeat for " + time.since(lastHeartbeat).toSeconds() + " s");
    }
    if (ledger.trouble() != null) {
      return Health.degraded(ledger.trouble());
    }
    List<String> refused = LocalJournal.refused(local);
    if (!refused.isEmpty()) {
      return Health.degraded("ends of calls may not be booked: " + String.join(", ", refused) + " in the journal folder could not be read or booked whole; see \"A journal that is kept\" in operating.md");
    }
    if (ledger.unsettled() > 0) {
      return Health.degraded(ledger.unsettled() + " ended calls wait to be settled");
    }
    String sinks = delivery.trouble();
    if (sinks != null) {
      return Health.degraded(sinks);
    }
    return Health.ok(ledger.holdingCalls() + " calls hold money, " + writer.waiting() + " rows wait to be written");
  }

  /** What no call waits for, and may take a while. Before the services go. */
  void closeSinks() {
    if (!sinksClosed) {
      sinksClosed = true;
      delivery.close();
    }
  }

  /** From now on nobody can tell how a call ended: no heartbeat passes this moment. Before the services go. */
  void leave() {
    ledger.leave();
  }

  /** Calls that are up stay in the journal for the next instance. Waits for at most 10 s. */
  @Override
  public void close() {
    leave();
    closeSinks();
    pulse();
    ledger.handOver();
    writer.close();
    noteTheRest();
    loaders.shutdownNow();
    lock.close();
  }

  private void noteTheRest() {
    disk.execute(ledger::noteAll);
    disk.shutdown();
    try {
      if (!disk.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS)) {
        LOG.error("the local journal was not written within {} s", CLOSING_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
