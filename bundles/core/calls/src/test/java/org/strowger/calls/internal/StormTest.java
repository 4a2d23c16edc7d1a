package org.strowger.calls.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.strowger.calls.api.Change;
import org.strowger.calls.api.Phase;
import org.strowger.calls.api.SipStatus;
import org.strowger.calls.api.Verdict;
import org.strowger.sip.api.DialogId;
import org.strowger.sip.api.SipBody;
import org.strowger.sip.api.SipClient.Failure;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipRequest;

/**
 * Everything that can happen, in any order: peers answer, cancel, hang up and re-offer when they like, the ledger goes away and comes
 * back, time passes. Whatever happened, every call is settled exactly once and nothing is left of it.
 */
class StormTest {

  private static final int STORMS = Integer.getInteger("strowger.storms", Size.of(40, 1000));
  private static final int EVENTS = 250;
  private static final int[] TO_INVITE = {100, 180, 180, 183, 200, 200, 200, 302, 404, 407, 422, 486, 487, 500, 503, 603};
  private static final int[] TO_OTHERS = {200, 200, 200, 404, 408, 481, 491, 500};
  private static final String[] METHODS = {"BYE", "INVITE", "UPDATE", "INFO", "PRACK", "OPTIONS", "REFER", "NOTIFY", "MESSAGE"};
  private static final AtomicLong ATTEMPTS = new AtomicLong();
  private static final AtomicInteger WEATHERED = new AtomicInteger();
  private static final SipBody SDP = SipBody.sdp("v=0");

  static List<Long> seeds() {
    long first = Long.getLong("strowger.seed", System.nanoTime());
    var seeds = new ArrayList<Long>();
    for (int i = 0; i < STORMS; i++) {
      seeds.add(first + i);
    }
    return seeds;
  }

  @AfterAll
  static void tell() {
    System.out.println("| storms over call control | " + WEATHERED + " of " + STORMS + ", " + EVENTS + " events each | " + ATTEMPTS + " calls settled once, nothing left |");
  }

  private final World world = new World(new Exchange.Settings(50, 1800, 90));
  private final FakeStack stack = world.stack;
  private final List<SipRequest> invites = new ArrayList<>();
  private Random random;

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void everyCallIsSettledOnceAndLeavesNothing(long seed) {
    random = new Random(seed);
    world.register("bob", 1 + random.nextInt(3));
    world.account(3, "carol");
    world.policy("router", Phase.ROUTE, (phase, call) -> call.cld().startsWith("44")
        ? Verdict.proceed(new Change.Legs(List.of(World.carrier(1, 2), World.carrier(2, 2, 503), World.carrier(3, 0)))) : world.onNet(call.cld()));
    world.policy("sessions", Phase.SCREEN, (phase, call) -> Verdict.proceed(new Change.Hold("account:" + call.caller().id(), 10, SipStatus.BUSY_HERE)));
    world.policy("presented", Phase.PRESENT, (phase, call) -> Verdict.proceed(new Change.Hold("leg:" + call.leg().orElseThrow().label(), 20, SipStatus.BUSY_HERE)));
    for (int i = 0; i < EVENTS; i++) {
      event();
      if (random.nextInt(3) > 0) {
        world.settle();
      } else if (!world.work.isEmpty()) {
        world.work.poll().run();
      }
    }
    calm();
    long attempts = world.counts.attempts.sum();
    assertThat(world.ledger.settled).as("settled calls").hasSize((int) attempts);
    assertThat(world.kept).hasSize((int) attempts);
    world.assertEmpty();
    ATTEMPTS.addAndGet(attempts);
    WEATHERED.incrementAndGet();
  }

  private void event() {
    switch (random.nextInt(16)) {
      case 0, 1 -> invite();
      case 2, 3, 4, 5, 6 -> reply();
      case 7 -> {
        if (!invites.isEmpty()) {
          stack.cancel(invites.get(random.nextInt(invites.size())));
        }
      }
      case 8, 9 -> inDialog();
      case 10 -> acknowledge();
      case 11 -> world.pass(Duration.ofMillis(random.nextInt(5) == 0 ? 30_000 : random.nextInt(3000)));
      case 12 -> ledger();
      case 13 -> disconnect();
      case 14 -> fail();
      default -> world.pass(Duration.ofMillis(50));
    }
  }

  private void invite() {
    SipBody body = random.nextInt(4) == 0 ? SipBody.NONE : SDP;
    String[] numbers = {"bob", "bob", "442071838750", "442071838750", "carol", "nobody"};
    String response = random.nextInt(10) == 0 ? "wrong" : "right";
    SipHeaders headers = random.nextBoolean() ? SipHeaders.NONE : SipHeaders.of("Supported", "timer, 100rel").with("Session-Expires", "" + (80 + random.nextInt(200)));
    invites.add(stack.invite("alice", numbers[random.nextInt(numbers.length)], headers, body, "alice", response, random.nextInt(20) == 0 ? 0 : 70));
  }

  private List<FakeStack.Sent> open() {
    return stack.sent.stream().filter(s -> !s.over).toList();
  }

  private void reply() {
    List<FakeStack.Sent> open = open();
    if (open.isEmpty()) {
      return;
    }
    FakeStack.Sent one = open.get(random.nextInt(open.size()));
    boolean invite = one.method.equals("INVITE");
    int status = invite ? TO_INVITE[random.nextInt(TO_INVITE.length)] : TO_OTHERS[random.nextInt(TO_OTHERS.length)];
    SipHeaders headers = SipHeaders.NONE;
    if (invite && status == 183 && random.nextBoolean()) {
      headers = SipHeaders.of("Require", "100rel").with("RSeq", "" + (1 + random.nextInt(3)));
    } else if (status == 422) {
      headers = SipHeaders.of("Min-SE", random.nextBoolean() ? "3600" : "60");
    } else if (status == 200 && random.nextBoolean()) {
      headers = SipHeaders.of("Session-Expires", "90;refresher=" + (random.nextBoolean() ? "uac" : "uas")).with("Allow", "INVITE, UPDATE, BYE");
    }
    String fork = "f" + random.nextInt(2);
    SipBody body = status == 200 && invite || status == 183 ? SipBody.sdp("v=0 " + one.id + fork) : SipBody.NONE;
    one.reply(status, fork, headers, body);
    if (invite && one.inside == null && status == 200 && random.nextInt(4) == 0) {
      one.reply(200, "second", SipHeaders.NONE, SDP);
    }
  }

  private void fail() {
    List<FakeStack.Sent> open = open();
    if (!open.isEmpty()) {
      open.get(random.nextInt(open.size())).fail(random.nextBoolean() ? Failure.TIMEOUT : Failure.TRANSPORT);
    }
  }

  private void inDialog() {
    var dialogs = new ArrayList<DialogId>(stack.openDialogs());
    dialogs.addAll(stack.early);
    dialogs.addAll(stack.announced);
    if (dialogs.isEmpty()) {
      return;
    }
    DialogId dialog = dialogs.get(random.nextInt(dialogs.size()));
    String method = METHODS[random.nextInt(METHODS.length)];
    if (method.equals("BYE") && stack.early.contains(dialog)) {
      return;
    }
    SipHeaders headers = method.equals("PRACK") ? SipHeaders.of("RAck", (1 + random.nextInt(3)) + " 1 INVITE") : SipHeaders.NONE;
    boolean sdp = method.equals("INVITE") && random.nextBoolean() || method.equals("UPDATE") && random.nextBoolean();
    SipBody body = sdp ? SDP : method.equals("INFO") ? new SipBody("application/dtmf-relay", new byte[] {1}) : SipBody.NONE;
    stack.request(dialog, method, headers, body);
  }

  private void acknowledge() {
    var dialogs = new ArrayList<>(stack.openDialogs());
    if (!dialogs.isEmpty()) {
      DialogId dialog = dialogs.get(random.nextInt(dialogs.size()));
      if (random.nextInt(20) == 0) {
        stack.user.unacknowledged(dialog);
      } else {
        stack.user.acknowledged(dialog, random.nextBoolean() ? SDP : SipBody.NONE);
      }
    }
  }

  private void ledger() {
    switch (random.nextInt(4)) {
      case 0 -> world.ledger.away = true;
      case 1 -> world.ledger.away = false;
      case 2 -> {
        if (world.ledger.held == null) {
          world.ledger.held = new ArrayList<>();
        }
      }
      default -> {
        if (world.ledger.held != null) {
          world.ledger.release();
        }
      }
    }
  }

  private void disconnect() {
    List<Call> calls = List.copyOf(world.table.all());
    if (!calls.isEmpty()) {
      Call call = calls.get(random.nextInt(calls.size()));
      call.tell(() -> call.state().disconnect("somebody wanted it so"));
    }
  }

  /** The ledger is there, everybody answers at last, and who still talks is cut off. */
  private void calm() {
    world.ledger.away = false;
    if (world.ledger.held != null) {
      world.ledger.release();
    }
    world.pass(Duration.ofSeconds(3));
    List.copyOf(world.table.all()).forEach(call -> call.tell(() -> call.state().disconnect("the storm is over")));
    world.settle();
    for (List<FakeStack.Sent> open = open(); !open.isEmpty(); open = open()) {
      open.forEach(sent -> sent.reply(sent.method.equals("INVITE") ? 487 : 200));
      world.settle();
    }
    world.pass(Duration.ofSeconds(65));
  }
}
