package org.strowger.scenarios;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.strowger.phone.Behaviour;
import org.strowger.phone.Call;
import org.strowger.phone.Call.State;
import org.strowger.phone.CallOptions;
import org.strowger.phone.Carrier;
import org.strowger.phone.IncomingCall;
import org.strowger.phone.OutgoingCall;
import org.strowger.phone.Phone;
import org.strowger.phone.TraceEntry;
import org.strowger.scenarios.World.Subscriber;

/**
 * Makes calls of seeded lengths at a steady rate, both ends of which are its own, and knows of each what its ends saw and when. Two pay for a call: the
 * caller 0.01 a second, the carrier gets 0.005. It makes no call a second time, unless its callers are patient.
 */
final class Generator implements AutoCloseable {

  private static final int PAYERS = 4;
  private static final long STEP_MILLIS = 10;
  private static final String BALANCE = "500";

  /** What becomes of a call. */
  interface Script {
    /** The callee's part. */
    Behaviour callee();

    /** Put before the number that is dialled: an order to a plugin. */
    default String order() {
      return "";
    }

    default CallOptions options() {
      return CallOptions.standard();
    }

    /** Its INVITE was sent. */
    default void begun(Made made, Phone caller) {}

    /** Looked at a hundred times a second until it says that nothing is left to do. On the generator's thread; must not wait. */
    boolean step(Made made, long now);
  }

  /** The caller talks for so long, unless the callee hangs up before. */
  record Talk(Behaviour callee, Duration most) implements Script {
    @Override
    public boolean step(Made made, long now) {
      State state = made.out.state();
      if (state == State.ANSWERED && now - made.out.answeredNanos() >= most.toNanos()) {
        made.out.hangup();
        return true;
      }
      return state == State.FAILED || state == State.ENDED;
    }
  }

  /** One call with both its ends; the callee's is there as soon as it was called. */
  static final class Made {
    final Subscriber payer;
    final int carrier;
    final String number;
    final OutgoingCall out;
    private final Script script;
    private final Map<String, IncomingCall> ins;

    private Made(Subscriber payer, int carrier, String number, OutgoingCall out, Script script, Map<String, IncomingCall> ins) {
      this.payer = payer;
      this.carrier = carrier;
      this.number = number;
      this.out = out;
      this.script = script;
      this.ins = ins;
    }

    /** The callee's end; null if it was not called. */
    IncomingCall in() {
      return ins.get(number);
    }

    Seen seen() {
      IncomingCall in = in();
      long sent = 0;
      long answered = 0;
      long received = 0;
      for (Call end : in == null ? List.<Call>of(out) : List.of(out, in)) {
        sent = earlier(sent, first(end, one -> one.sent() && one.is("BYE")));
        answered = earlier(answered, first(end, one -> one.received() && one.is(200) && one.message().cseq().method().equals("BYE")));
        received = earlier(received, first(end, one -> one.received() && one.is("BYE")));
      }
      long told = out.answeredNanos();
      int refused = told != 0 ? 0 : out.first(one -> one.received() && one.message().cseq().method().equals("INVITE") && isRefusal(one.message().status()))
          .map(one -> one.message().status()).orElse(0);
      return new Seen(number, out.callId(), payer.id(), carrier, in == null ? 0 : in.answeredNanos(), told, sent, answered, received, refused);
    }

    private static boolean isRefusal(int status) {
      return status >= 300 && status != 401 && status != 407;
    }

    private static long first(Call end, Predicate<TraceEntry> which) {
      return end.first(which).map(TraceEntry::nanos).orElse(0L);
    }

    private static long earlier(long one, long other) {
      return one == 0 || other != 0 && other - one < 0 ? other : one;
    }
  }

  /**
   * What the ends of a call saw. Instants are those of {@link System#nanoTime()}, 0 for what did not happen.
   *
   * @param calleeAnswered the callee sent its 200
   * @param callerAnswered the caller had it
   * @param byeSent the first BYE of either end
   * @param byeAnswered the first 200 to a BYE
   * @param byeReceived the first BYE that came to either end
   * @param refused what the caller was told instead of an answer, a status; 0 if nothing
   */
  record Seen(String number, String callId, int payer, int carrier, long calleeAnswered, long callerAnswered, long byeSent, long byeAnswered, long byeReceived, int refused) {

    boolean isAnswered() {
      return callerAnswered != 0;
    }

    boolean isOver() {
      return byeAnswered != 0;
    }

    /** It was up and was ended by neither end. */
    boolean isCut() {
      return isAnswered() && byeReceived != 0 && byeSent == 0;
    }
  }

  final List<Subscriber> payers = new ArrayList<>();
  final int carrier;
  private final World world;
  private final List<Phone> phones = new ArrayList<>();
  private final Map<String, Script> scripts = new ConcurrentHashMap<>();
  private final Map<String, IncomingCall> ins = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<Made> open = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Made> made = new ConcurrentLinkedQueue<>();
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
    var thread = new Thread(task, "generator");
    thread.setDaemon(true);
    return thread;
  });
  private volatile int next;
  private volatile boolean calling;
  private volatile Throwable broken;

  /** @param terms further JSON fields of the carrier, may be empty */
  Generator(World world, String terms) {
    this(world, terms, "127.0.0.1", false);
  }

  /**
   * Calls from an address.
   *
   * @param patient come back after a 503 when they were told to
   */
  Generator(World world, String terms, String from, boolean patient) {
    this.world = world;
    Carrier peer = world.peer();
    peer.phone().onCall(in -> {
      ins.put(in.cld(), in);
      Script script = scripts.get(in.cld());
      return script == null ? Behaviour.reject(404) : script.callee();
    });
    this.carrier = world.carrier(peer, world.tariff("", "1=0.30"), terms);
    int plan = world.plan(world.tariff("", "1=0.60"));
    int group = world.group(carrier);
    for (int i = 0; i < PAYERS; i++) {
      Subscriber payer = world.account(plan, group, BALANCE, "0");
      payers.add(payer);
      phones.add(world.phone(payer, phone -> phone.local(from + ":0").obeyRetryAfter(patient).reuseNonce(true)));
    }
    clock.scheduleAtFixedRate(this::step, STEP_MILLIS, STEP_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** So many calls a second from now on. @param scripts asked on the generator's thread */
  void start(int perSecond, Supplier<Script> scripts) {
    calling = true;
    clock.scheduleAtFixedRate(() -> {
      if (calling && broken == null) {
        guarded(() -> call(scripts.get()));
      }
    }, 0, 1_000_000_000L / perSecond, TimeUnit.NANOSECONDS);
  }

  /** No more calls; those that are up go on. */
  void pause() {
    calling = false;
  }

  /** Calls at the same rate as before. */
  void resume() {
    calling = true;
  }

  Made call(Script script) {
    return call(next % PAYERS, script);
  }

  /** @param by which of the payers calls */
  synchronized Made call(int by, Script script) {
    String number = "1416%07d".formatted(next++);
    scripts.put(number, script);
    Phone phone = phones.get(by);
    var call = new Made(payers.get(by), carrier, number, phone.call(script.order() + number, script.options()), script, ins);
    script.begun(call, phone);
    made.add(call);
    open.add(call);
    return call;
  }

  private void step() {
    guarded(() -> open.removeIf(call -> call.script.step(call, System.nanoTime())));
  }

  private void guarded(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      broken = e;
    }
  }

  /** Whether every script has nothing left to do. */
  boolean isIdle() {
    return made().size() > 0 && open.isEmpty();
  }

  /** Calls that are up, as both their ends see it. */
  List<Made> up() {
    return made().stream().filter(call -> call.out.state() == State.ANSWERED && call.in() != null && call.in().state() == State.ANSWERED).toList();
  }

  /** All calls so far. */
  List<Made> made() {
    if (broken != null) {
      throw new AssertionError("the generator broke", broken);
    }
    return List.copyOf(made);
  }

  List<Seen> seen() {
    return made().stream().map(Made::seen).toList();
  }

  /** Nothing is sent any more, nothing heard. */
  @Override
  public void close() throws Exception {
    calling = false;
    clock.shutdownNow();
    world.close();
  }
}
