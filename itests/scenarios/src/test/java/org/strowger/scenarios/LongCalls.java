package org.strowger.scenarios;

import static org.strowger.scenarios.World.NUMBER;
import static org.strowger.scenarios.World.SOON;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.strowger.phone.CallOptions;
import org.strowger.phone.IncomingCall;
import org.strowger.phone.OutgoingCall;
import org.strowger.phone.SipMessage;
import org.strowger.scenarios.World.Trunk;

/**
 * Calls with session timers of 90 s, the shortest that RFC 4028 allows. They begin when the shared switch starts and are looked at by
 * {@link SessionScenario}, whose turn comes when most of the minute they take has passed. So it is with calls that are paid for by whole minutes and
 * {@link OverdraftScenario}.
 */
final class LongCalls implements AutoCloseable {

  /** Who refreshes, and how, or does not. */
  enum Kind {
    /** The caller does, and the switch refreshes the callee; both with UPDATE. */
    BOTH_REFRESH,
    /** A caller without session timers and UPDATE: the switch sends it re-INVITEs. */
    CALLER_KNOWS_NO_TIMERS,
    /** The caller has promised to. */
    CALLER_FORGETS,
    /** The callee has promised to. */
    CALLEE_FORGETS,
    /** The callee has lost the call, which shows when the switch refreshes it. */
    CALLEE_WAS_RESTARTED
  }

  /** A call with both its ends. */
  record LongCall(Trunk trunk, OutgoingCall call, IncomingCall out) {}

  final World world;
  private final Map<Kind, LongCall> calls = new EnumMap<>(Kind.class);
  private final Supplier<Burst> minutes;
  private final Supplier<Burst> minutesOnCredit;

  LongCalls(Switch at) {
    world = new World(at);
    for (Kind kind : Kind.values()) {
      Trunk trunk = world.trunk();
      UnaryOperator<SipMessage> edit = kind != Kind.CALLER_KNOWS_NO_TIMERS ? UnaryOperator.identity()
          : m -> m.without("Supported").withOnly("Allow", "INVITE, ACK, CANCEL, BYE, OPTIONS");
      OutgoingCall call = trunk.phone().call(NUMBER, CallOptions.standard().withEdit(edit)
          .withEdit(m -> kind == Kind.CALLER_KNOWS_NO_TIMERS ? m : m.with("Session-Expires", "90")));
      IncomingCall out = trunk.awaitCall();
      out.answerEdited(ok -> kind == Kind.CALLEE_FORGETS ? ok.withOnly("Session-Expires", "90;refresher=uas").without("Require").with("Require", "timer") : ok);
      call.awaitAnswered(SOON);
      out.awaitAck(SOON);
      switch (kind) {
        case CALLER_FORGETS -> call.neglectSession();
        case CALLEE_FORGETS -> out.neglectSession();
        case CALLEE_WAS_RESTARTED -> {
          out.refuse("UPDATE", 481);
          out.refuse("INVITE", 481);
        }
        default -> { }
      }
      calls.put(kind, new LongCall(trunk, call, out));
    }
    minutes = begun("0");
    minutesOnCredit = begun("0.40");
  }

  /** Should it not come about, that fails who asks for it, and nobody else. */
  private Supplier<Burst> begun(String creditLimit) {
    try {
      Burst burst = Burst.of(world, "1=0.60=60/60", creditLimit);
      return () -> burst;
    } catch (AssertionError | RuntimeException e) {
      return () -> {
        throw new AssertionError("the calls by whole minutes did not begin", e);
      };
    }
  }

  /** Whole minutes at 0.60 on a balance of 1.00. */
  Burst minutes() {
    return minutes.get();
  }

  /** Whole minutes at 0.60 on a balance of 1.00 and a credit limit of 0.40. */
  Burst minutesOnCredit() {
    return minutesOnCredit.get();
  }

  LongCall of(Kind kind) {
    return calls.get(kind);
  }

  @Override
  public void close() throws Exception {
    world.close();
  }
}
