package org.strowger.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.strowger.scenarios.World.SOON;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.strowger.phone.Behaviour;
import org.strowger.phone.Call;
import org.strowger.phone.Call.State;
import org.strowger.phone.Carrier;
import org.strowger.phone.IncomingCall;
import org.strowger.phone.OutgoingCall;
import org.strowger.phone.Phone;
import org.strowger.phone.TraceEntry;
import org.strowger.phone.Waiting;
import org.strowger.scenarios.World.Subscriber;

/**
 * Calls that are up for the whole time and new ones at a steady rate, every other one paid for and out by a carrier, half of those, while that is wanted,
 * by somebody whom plugins concern: his numbers are looked up in do-not-call lists, which do not have them, and his own is hidden. The callers take no for an answer:
 * none calls a second time. Whoever failed, was cut off or had to repeat an INVITE is remembered.
 */
final class Traffic implements AutoCloseable {

  /** For {@code org.strowger.sip.admission.cfg}: a machine that others use too may be late, and these callers do not come back when they are told to. */
  static final String PATIENT = "queue.maxMillis = " + Size.of(5000, 200) + "\n";
  private static final Duration RINGS = Duration.ofMillis(200);
  private static final long TALKS = Duration.ofMillis(1200).toNanos();
  /** When a call is looked at and must be over; where time is not looked at, it may take what the SIP timers give it. */
  private static final long PATIENCE = Duration.ofSeconds(Size.of(35, 8)).toNanos();
  private static final long WAITS = Duration.ofMillis(1900).toNanos();
  /** At small size one in so many may be refused, each of them because what an operator did took longer than a call waits. */
  private static final int FEW = 10;
  private static final int KEPT = 400;
  private static final int MOST_COMPLAINTS = 20;

  /** From the INVITE to its 180. */
  record Sample(long begin, long nanos) {}

  private record Under(OutgoingCall call, long begin, boolean concerned) {}

  private record Leg(IncomingCall call, long begin) {}

  /** Something an operator does; calls that are made meanwhile may wait for a part. */
  private static final class Operation {
    final long begin = System.nanoTime();
    volatile long end;

    /** For how long of the time between these it was under way. */
    long overlap(long from, long to) {
      long over = end;
      return (over == 0 || over - to > 0 ? to : over) - (begin - from > 0 ? begin : from);
    }
  }

  private final Phone inside;
  private final Phone payer;
  private final Phone concerned;
  private final Subscriber concernedAccount;
  private final World world;
  private final Phone callee;
  private final Phone peer;
  private final List<OutgoingCall> up = new ArrayList<>();
  private final Deque<Under> talking = new ArrayDeque<>();
  private final Deque<Under> ending = new ArrayDeque<>();
  private final Queue<Leg> legs = new ConcurrentLinkedQueue<>();
  private final Queue<IncomingCall> upLegs = new ConcurrentLinkedQueue<>();
  private final List<Sample> samples = new ArrayList<>();
  private final List<String> complaints = new ArrayList<>();
  private final List<Operation> operations = new CopyOnWriteArrayList<>();
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(work -> {
    var thread = new Thread(work, "traffic");
    thread.setDaemon(true);
    return thread;
  });
  private final int perSecond;
  private long began;
  private long lasted;
  private long made;
  private long concernedMade;
  private long waited;
  private boolean isConcerned;
  private boolean wasWanted;

  Traffic(World world, int upForEver, int perSecond) {
    this.perSecond = perSecond;
    this.world = world;
    peer = world.keep(Phone.builder().local("127.0.0.3:0").keep(KEPT).build());
    Carrier carrier = world.keep(new Carrier(peer));
    callee = world.phone(world.subscriber(), builder -> builder.keep(KEPT));
    callee.register(World.AS_LONG_AS_IT_LASTS);
    int plan = world.plan(world.tariff("", "1=0.60"));
    int group = world.group(world.carrier(carrier, null, ""));
    concernedAccount = world.account(plan, group, "100000", "0");
    concerned = caller(world, concernedAccount);
    inside = caller(world, world.subscriber());
    payer = caller(world, world.account(plan, group, "100000", "0"));
    peer.onCall(call -> taken(call, upLegs));
    callee.onCall(call -> taken(call, upLegs));
    for (int i = 0; i < upForEver; i++) {
      OutgoingCall call = next(i, false);
      call.awaitAnswered(SOON);
      up.add(call);
    }
    peer.onCall(this::leg);
    callee.onCall(this::leg);
  }

  private static Phone caller(World world, Subscriber subscriber) {
    return world.phone(subscriber, builder -> builder.local("127.0.0.2:0").reuseNonce(true).obeyRetryAfter(false).keep(KEPT));
  }

  private static Behaviour taken(IncomingCall call, Queue<IncomingCall> among) {
    among.add(call);
    return Behaviour.answer();
  }

  private Behaviour leg(IncomingCall call) {
    legs.add(new Leg(call, System.nanoTime()));
    return Behaviour.answerAfter(RINGS);
  }

  private OutgoingCall next(long number, boolean byConcerned) {
    return number % 2 == 0 ? inside.call(callee.user()) : (byConcerned ? concerned : payer).call("1" + (4165551000L + number));
  }

  /** When a plugin is here for the first time. */
  void meets(Plug plug) {
    if (plug.name().equals("org.strowger.dncl")) {
      Plugs.set(world, concernedAccount, "dncl", "lookup");
    } else if (plug.name().equals("org.strowger.anonymous-calling")) {
      Plugs.set(world, concernedAccount, "anonymous-calling", "hideOwnCli");
    }
  }

  /** Whether he calls whom plugins concern. When he no longer does, what he began is decided. */
  void concerning(boolean wanted) {
    synchronized (this) {
      isConcerned = wanted;
      wasWanted |= wanted;
    }
    if (!wanted) {
      Waiting.until("his calls are decided", this::areDecided, Duration.ofNanos(PATIENCE));
    }
  }

  private synchronized boolean areDecided() {
    return talking.stream().noneMatch(one -> one.concerned && one.call.state() == State.CALLING);
  }

  Traffic start() {
    began = System.nanoTime();
    clock.scheduleAtFixedRate(this::tick, 0, 1_000_000_000L / perSecond, TimeUnit.NANOSECONDS);
    return this;
  }

  private synchronized void tick() {
    try {
      long now = System.nanoTime();
      for (int i = talking.size(); i > 0; i--) {
        Under one = talking.poll();
        (hasTalked(one, now) ? ending : talking).add(one);
      }
      while (!ending.isEmpty() && now - ending.peek().begin > PATIENCE) {
        judge(ending.poll());
      }
      while (!legs.isEmpty() && now - legs.peek().begin > PATIENCE) {
        noneRepeated(legs.poll().call);
      }
      boolean his = isConcerned && made % 4 == 1;
      talking.add(new Under(next(made++, his), now, his));
      concernedMade += his ? 1 : 0;
    } catch (Throwable e) {
      // The clock would end without a word.
      complain("the traffic itself failed: " + e);
    }
  }

  /** Does what a part of the switch is away for: only who calls meanwhile may be refused for having waited, and only where time is not looked at. */
  void during(Runnable work) {
    var operation = new Operation();
    operations.add(operation);
    try {
      work.run();
    } finally {
      operation.end = System.nanoTime();
    }
  }

  /** Hangs up who has talked long enough. @return whether nothing more is to be done with it */
  private static boolean hasTalked(Under one, long now) {
    return switch (one.call.state()) {
      case CALLING, RINGING -> now - one.begin > PATIENCE;
      case ANSWERED -> {
        boolean over = now - one.call.answeredNanos() > TALKS;
        if (over) {
          one.call.hangup();
        }
        yield over;
      }
      case FAILED, ENDED -> true;
    };
  }

  private void judge(Under one) {
    if (!Size.FULL && hasWaited(one.call)) {
      waited++;
      return;
    }
    if (one.call.state() != State.ENDED || one.call.endedByRemote()) {
      complain("a call is " + one.call.state() + (one.call.endedByRemote() ? " by the switch\n" : "\n") + one.call.print());
      return;
    }
    if (!byeIsAnswered(one.call)) {
      complain("a BYE was not answered with 200\n" + one.call.print());
    }
    noneRepeated(one.call);
    TraceEntry invite = one.call.first(entry -> entry.sent() && entry.is("INVITE")).orElseThrow();
    one.call.first(entry -> entry.is(180)).ifPresentOrElse(ringing -> samples.add(new Sample(invite.nanos(), ringing.nanos() - invite.nanos())),
        () -> complain("a call did not ring\n" + one.call.print()));
  }

  /** Whether it was refused after the 2 s that a call waits for a part, all of which one was being replaced: on a busy machine that may take longer. Time is looked at at full size. */
  private boolean hasWaited(OutgoingCall call) {
    long begin = call.first(entry -> entry.sent() && entry.is("INVITE")).orElseThrow().nanos();
    return call.first(entry -> entry.received() && entry.is(503)).map(TraceEntry::nanos)
        .filter(refused -> operations.stream().anyMatch(operation -> operation.overlap(begin, refused) > WAITS)).isPresent();
  }

  /** A busy machine is late: that is looked at where time is. */
  private void noneRepeated(Call call) {
    if (Size.FULL && call.first(entry -> entry.retransmission() && entry.is("INVITE")).isPresent()) {
      complain("an INVITE was repeated\n" + call.print());
    }
  }

  private void complain(String what) {
    if (complaints.size() < MOST_COMPLAINTS) {
      complaints.add(java.time.Instant.now() + " " + what);
    }
  }

  /** Fails if anything went wrong until now. */
  synchronized void assertUnharmed(String when) {
    assertThat(complaints).as("complaints, %s, of %s calls", when, made).isEmpty();
    for (OutgoingCall call : up) {
      assertThat(call.state()).as("a call that is up for the whole time, %s: %s", when, call.print()).isEqualTo(State.ANSWERED);
    }
  }

  /** Makes no new calls, sees those that are under way to their end, and hangs up the others. */
  void finish() throws InterruptedException {
    clock.shutdown();
    assertThat(clock.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    lasted = System.nanoTime() - began;
    Waiting.until("the end of the calls", this::areOver, Duration.ofNanos(2 * PATIENCE));
    ending.forEach(this::judge);
    legs.forEach(leg -> noneRepeated(leg.call));
    up.forEach(this::noneRepeated);
    upLegs.forEach(this::noneRepeated);
    assertUnharmed("at the end");
    assertThat(waited).as("calls of %s that were refused because a part was away for more than 2 s", made).isLessThanOrEqualTo(made / FEW);
    if (Size.FULL) {
      assertThat(made).as("calls made in %s ns", lasted).isGreaterThanOrEqualTo((long) (0.95 * perSecond * lasted / 1e9));
    }
    for (OutgoingCall call : up) {
      call.hangup();
    }
    upLegs.forEach(leg -> leg.awaitHangup(SOON));
    assertThat(concernedMade > 0).as("somebody whom plugins concern has called").isEqualTo(wasWanted);
    for (Phone phone : List.of(inside, payer, concerned, callee, peer)) {
      phone.assertClean();
    }
  }

  private synchronized boolean areOver() {
    long now = System.nanoTime();
    talking.removeIf(one -> hasTalked(one, now) && ending.add(one));
    return talking.isEmpty() && ending.stream().allMatch(one -> byeIsAnswered(one.call) || one.call.state() == State.FAILED);
  }

  private static boolean byeIsAnswered(OutgoingCall call) {
    return call.first(entry -> entry.received() && entry.is(200) && entry.message().cseq().method().equals("BYE")).isPresent();
  }

  synchronized long made() {
    return made;
  }

  /** The time that 99 % of the calls at most took to ring, of those that began between two instants; 0 if there are none. In nanoseconds. */
  synchronized long ringing99(long from, long to) {
    long[] sorted = samples.stream().filter(sample -> sample.begin - from >= 0 && sample.begin - to <= 0).mapToLong(Sample::nanos).sorted().toArray();
    return sorted.length == 0 ? 0 : sorted[Math.min(sorted.length - 1, (int) Math.ceil(sorted.length * 0.99) - 1)];
  }

  /** The same of all calls so far: half of them, 99 %, the slowest; in milliseconds. */
  synchronized String ringing() {
    long[] sorted = samples.stream().mapToLong(Sample::nanos).sorted().toArray();
    return sorted.length == 0 ? "nothing" : Arrays.stream(new int[] {sorted.length / 2, (int) Math.ceil(sorted.length * 0.99) - 1, sorted.length - 1})
        .mapToObj(i -> Long.toString(sorted[i] / 1_000_000)).reduce((a, b) -> a + " / " + b).orElseThrow() + (waited == 0 ? "" : ", and " + waited + " refused after 2 s, in");
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
