package org.strowger.ledger.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.strowger.billing.api.CallEnd;
import org.strowger.billing.api.Payer;
import org.strowger.billing.api.Reservation.Granted;
import org.strowger.billing.api.Share;
import org.strowger.hibernate.jdbc.Target;
import org.strowger.kernel.AccountId;
import org.strowger.kernel.CallId;
import org.strowger.kernel.CarrierId;
import org.strowger.kernel.Time;
import org.strowger.kernel.TimeOrderedIds;
import org.strowger.persistence.api.DatabaseStatus;
import org.strowger.postgres.internal.PostgresDatabase;

/**
 * A process that is killed: it makes calls as fast as it can and tells its parent what it was promised. {@code A} call
 * connect: the journal row is durable. {@code S} call nanoseconds: it is about to end. {@code E} call: it is settled.
 */
final class CrashChild {

  static final int CALLERS = 6;
  static final Payer CARRIER = Payer.of(new CarrierId(1));

  private CrashChild() {}

  public static void main(String[] args) {
    long seed = Long.parseLong(args[0]);
    String boot = args[1];
    var target = new Target(System.getenv("STROWGER_TEST_URL"), System.getenv("STROWGER_TEST_USER"), System.getenv("STROWGER_TEST_PASSWORD"));
    var status = new DatabaseStatus(false, "", "", Optional.empty(), Optional.empty(), true);
    var database = new PostgresDatabase(() -> target, () -> status, 6, Time.SYSTEM);
    var open = new OpenLedger(database, Time.SYSTEM, World.NODE, boot, World.config(), java.nio.file.Path.of(System.getenv("STROWGER_TEST_LOCAL")), false);
    var ids = new TimeOrderedIds(Time.SYSTEM, World.NODE);
    Executors.newSingleThreadScheduledExecutor().scheduleWithFixedDelay(open::tick, 50, 50, TimeUnit.MILLISECONDS);
    for (int i = 1; i <= CALLERS; i++) {
      Payer payer = Payer.of(new AccountId(i));
      var random = new Random(seed + i);
      new Thread(() -> {
        while (true) {
          talk(open, ids.nextCall(), payer, random);
        }
      }).start();
    }
  }

  private static void talk(OpenLedger open, CallId call, Payer payer, Random random) {
    var facts = World.facts(call, Time.SYSTEM.now());
    var shares = java.util.List.of(new Share(payer, World.rate("0.6", 1, 1), true), new Share(CARRIER, World.rate("0.3", 1, 1), false));
    if (!(World.get(open.ledger.reserve(call, shares)) instanceof Granted)) {
      return;
    }
    Instant connected = Time.SYSTEM.now();
    World.get(open.ledger.answered(facts, connected));
    say("A " + call.value() + " " + connected.toEpochMilli());
    if (random.nextBoolean()) {
      World.get(open.ledger.extend(call));
    }
    // As if the call had lasted so long: what is told is what must be found.
    var duration = Duration.ofMillis(random.nextInt(10_000));
    say("S " + call.value() + " " + duration.toNanos());
    World.get(open.ledger.settle(facts, new CallEnd(connected, connected.plus(duration), duration, 0, "over", CallEnd.ReleaseSource.CALLER, null), java.util.List.of()));
    say("E " + call.value());
  }

  private static void say(String line) {
    synchronized (System.out) {
      System.out.println(line);
      System.out.flush();
    }
  }
}
