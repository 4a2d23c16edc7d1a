package org.strowger.scenarios;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.strowger.phone.Behaviour;
import org.strowger.phone.Call.State;
import org.strowger.phone.CallOptions;
import org.strowger.phone.IncomingCall;
import org.strowger.phone.Phone;
import org.strowger.scenarios.Generator.Made;
import org.strowger.scenarios.Generator.Script;

/** A call that goes as calls go, or that goes wrong in one of the ways there are. */
final class Troubled implements Script {

  /** What happens; those after {@link #PLUGIN} take the switch half a minute or more to notice. */
  enum Kind {
    NOTHING, CANCEL, BUSY, SILENCE, NO_ANSWER, EXPIRY, CROSSING_OFFERS, CROSSING_BYES, BYE_LOST_ONCE, BYE_LOST, ANSWER_LOST_ONCE, PLUGIN, NO_ACK, NEITHER_BYE
  }

  private static final List<String> ORDERS = List.of("open-throw-", "open-null-", "open-nonsense-", "closed-throw-", "closed-null-", "closed-nonsense-", "open-leak-", "open-hang-");
  private static final int NO_MORE = 1_000_000;

  private final Kind kind;
  private final String order;
  private final Duration ring;
  private final Duration talk;
  private long begun = System.nanoTime();
  private boolean crossed;

  private Troubled(Kind kind, String order, Duration ring, Duration talk) {
    this.kind = kind;
    this.order = order;
    this.ring = ring;
    this.talk = talk;
  }

  /** One of each, those that take the switch half a minute included; but {@link Kind#NEITHER_BYE}, whose session ends after a minute and a half, only if somebody is patient. */
  static List<Troubled> ofEach(Random random, boolean patient) {
    return Arrays.stream(Kind.values()).filter(kind -> patient || kind != Kind.NEITHER_BYE).map(kind -> of(kind, random)).toList();
  }

  /** One in two has no trouble. Hanging for 10 s, and what takes the switch long, is rare. */
  static Troubled some(Random random, boolean patient) {
    Kind kind = random.nextBoolean() ? Kind.NOTHING : Kind.values()[1 + random.nextInt(Kind.PLUGIN.ordinal())];
    if (patient && random.nextInt(100) == 0) {
      kind = random.nextBoolean() ? Kind.NO_ACK : Kind.NEITHER_BYE;
    }
    return of(kind, random);
  }

  private static Troubled of(Kind kind, Random random) {
    String order = kind == Kind.PLUGIN ? ORDERS.get(random.nextInt(ORDERS.size() - (random.nextInt(4) == 0 ? 0 : 1))) : random.nextBoolean() ? "lines-1000-" : "";
    return new Troubled(kind, order, Duration.ofMillis(random.nextInt(400)), Duration.ofMillis(random.nextInt(10) < 8 ? random.nextInt(1_500) : random.nextInt(5_000)));
  }

  @Override
  public Behaviour callee() {
    return switch (kind) {
      case BUSY -> Behaviour.busy();
      case SILENCE -> Behaviour.silence();
      case NO_ANSWER, EXPIRY -> Behaviour.ringForEver();
      default -> Behaviour.answerAfter(ring);
    };
  }

  @Override
  public String order() {
    return order;
  }

  @Override
  public CallOptions options() {
    return kind == Kind.EXPIRY ? CallOptions.standard().withHeader("Expires", "2") : CallOptions.standard();
  }

  @Override
  public void begun(Made made, Phone caller) {
    String id = made.out.callId();
    begun = System.nanoTime();
    switch (kind) {
      case BYE_LOST_ONCE -> caller.faults().loseSent(1, message -> "BYE".equals(message.method()) && message.callId().equals(id));
      case BYE_LOST, NEITHER_BYE -> caller.faults().loseSent(NO_MORE, message -> "BYE".equals(message.method()) && message.callId().equals(id));
      case NO_ACK -> caller.faults().loseSent(NO_MORE, message -> "ACK".equals(message.method()) && message.callId().equals(id));
      case ANSWER_LOST_ONCE -> caller.faults().loseReceived(1, message -> message.status() == 200 && message.cseq().method().equals("INVITE") && message.callId().equals(id));
      default -> { }
    }
  }

  @Override
  public boolean step(Made made, long now) {
    State state = made.out.state();
    if (state == State.FAILED || state == State.ENDED) {
      return kind != Kind.BYE_LOST || calleeNotices(made, now);
    }
    if (kind == Kind.CANCEL && now - begun >= talk.toNanos() / 3) {
      made.out.hangup();
      return true;
    }
    if (state != State.ANSWERED || kind == Kind.NO_ACK) {
      return false;
    }
    long talked = now - made.out.answeredNanos();
    IncomingCall in = made.in();
    if (kind == Kind.CROSSING_OFFERS && !crossed && talked >= talk.toNanos() / 2 && in.state() == State.ANSWERED) {
      crossed = true;
      made.out.hold();
      in.hold();
    }
    if (talked >= talk.toNanos()) {
      made.out.hangup();
      if (kind == Kind.CROSSING_BYES) {
        in.hangup();
      }
      return kind != Kind.BYE_LOST;
    }
    return false;
  }

  /** A second later the callee hears nothing any more and hangs up, too. */
  private static boolean calleeNotices(Made made, long now) {
    IncomingCall in = made.in();
    if (in == null || in.state() != State.ANSWERED) {
      return true;
    }
    if (now - made.out.endedNanos() < 1_000_000_000L) {
      return false;
    }
    in.hangup();
    return true;
  }
}
