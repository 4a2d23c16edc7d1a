package org.strowger.calls.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.strowger.kernel.Unavailable;
import org.strowger.sip.api.DialogId;
import org.strowger.sip.api.SipAnswer;
import org.strowger.sip.api.SipBody;
import org.strowger.sip.api.SipClient.Failure;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipRequest;
import org.strowger.sip.api.SipResponse;

/** What a call is doing, with one method per event. All run in order on the call's key. */
abstract class State implements Desk {

  /** How long a new call waits for a part of the switch that is being replaced, or for an account that a hanging database does not give; house plan §7. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  /** At first it is asked for often: most are back in a moment. */
  private static final Duration SOONEST = Duration.ofMillis(5);
  private static final Duration LATEST = Duration.ofMillis(50);
  private static final int PART = 8;

  final Call call;
  final Exchange exchange;
  private final List<Scheduler.Alarm> alarms = new ArrayList<>(4);
  private final long since;

  State(Call call) {
    this.call = call;
    this.exchange = call.exchange;
    this.since = exchange.time().ticks();
  }

  /** As operators see it. */
  abstract String name();

  abstract void enter();

  final void leave() {
    alarms.forEach(Scheduler.Alarm::cancel);
    alarms.clear();
  }

  @Override
  public final boolean waits() {
    return call.state() == this;
  }

  @Override
  public final void later(Runnable then) {
    call.tell(then);
  }

  @Override
  public final void lost(Thread stuck, Runnable then) {
    call.lost(stuck, then);
  }

  /** The caller cancelled its INVITE. */
  void cancelled(SipRequest cancel) {}

  /** A request within the call, not ACK or CANCEL. */
  void request(Party from, SipRequest request) {
    int status = request.method().equals("BYE") ? 200 : 481;
    exchange.stack().respond(request.transaction(), SipAnswer.of(status));
  }

  /** A 2xx of ours to an INVITE was acknowledged. */
  void acknowledged(Party from, SipBody body) {}

  /** A 2xx of ours to an INVITE was never acknowledged. */
  void unacknowledged(Party from) {}

  /** A response to an INVITE of ours. Here: one that came too late to matter; a 2xx must still be hung up (RFC 3261 13.2.2.4). */
  void response(Branch branch, SipResponse response) {
    DialogId dialog = response.dialog().orElse(null);
    if (dialog == null || dialog.equals(call.callee.dialog)) {
      return;
    }
    if (response.isSuccess()) {
      exchange.stack().ack(dialog, response.cseq(), SipBody.NONE);
      exchange.stack().send(dialog, "BYE", SipHeaders.NONE, SipBody.NONE, Quiet.CLIENT);
    }
    call.forget(dialog);
  }

  /** An INVITE of ours has no response. */
  void failed(Branch branch, Failure failure) {}

  /** A side does not know the call any more, or is silent. */
  void gone(Party party, String why) {}

  /** The switch, or somebody at a door, ends the call. */
  void disconnect(String why) {}

  /** Does {@code work} later, if the call is in this state then. */
  final Scheduler.Alarm after(Duration delay, Runnable work) {
    var alarm = new Scheduler.Alarm[1];
    alarm[0] = exchange.scheduler().after(delay, () -> call.tell(() -> {
      if (call.state() == this && alarms.remove(alarm[0])) {
        work.run();
      }
    }));
    alarms.add(alarm[0]);
    return alarm[0];
  }

  /** An alarm that was on its way when it was dropped does nothing. */
  final void drop(Scheduler.Alarm alarm) {
    alarm.cancel();
    alarms.remove(alarm);
  }

  /** Does work that needs the replaceable services; while one is away, again and again for as long as a call waits. */
  final void whenAvailable(Runnable work, Consumer<Unavailable> otherwise) {
    try {
      work.run();
    } catch (Unavailable away) {
      again(() -> whenAvailable(work, otherwise), () -> otherwise.accept(away));
    }
  }

  /** @param orElse once the call has waited for long enough */
  final void again(Runnable work, Runnable orElse) {
    Duration waited = exchange.time().since(since);
    if (waited.compareTo(PATIENCE) >= 0) {
      orElse.run();
    } else {
      Duration pause = waited.dividedBy(PART);
      after(pause.compareTo(SOONEST) < 0 ? SOONEST : pause.compareTo(LATEST) > 0 ? LATEST : pause, work);
    }
  }

  /**
   * Waits for a stage, on the call's key and not for ever.
   *
   * @param otherwise told why there is no answer: the stage's failure, or that the time is over
   */
  final <T> void await(Supplier<? extends CompletionStage<? extends T>> asked, Duration limit, Consumer<? super T> then, Consumer<Throwable> otherwise) {
    CompletionStage<? extends T> stage;
    try {
      stage = asked.get();
    } catch (RuntimeException e) {
      otherwise.accept(e);
      return;
    }
    var waiting = new Waiting<T>(then, otherwise);
    waiting.limit = after(limit, () -> waiting.end(null, new TimeoutException("no answer within " + limit.toMillis() + " ms")));
    stage.whenComplete((value, failure) -> call.tell(() -> {
      if (call.state() == this) {
        waiting.end(value, failure);
      }
    }));
  }

  /**
   * Asks for something that may have to come from the disk, off the call's key; goes on with it there.
   *
   * @param otherwise told why there is no answer, as {@link #await} does; {@code RejectedExecutionException} if too many ask
   */
  final <T> void lookUp(Supplier<T> question, Consumer<? super T> then, Consumer<Throwable> otherwise) {
    await(() -> CompletableFuture.supplyAsync(question, exchange.lookups()), PATIENCE, then, otherwise);
  }

  /** The first to come wins: the answer or the limit. */
  private final class Waiting<T> {
    private Consumer<? super T> then;
    private Consumer<Throwable> otherwise;
    private Scheduler.Alarm limit;

    private Waiting(Consumer<? super T> then, Consumer<Throwable> otherwise) {
      this.then = then;
      this.otherwise = otherwise;
    }

    private void end(T value, Throwable failure) {
      if (then == null) {
        return;
      }
      Consumer<? super T> good = then;
      Consumer<Throwable> bad = otherwise;
      then = null;
      drop(limit);
      if (failure == null) {
        good.accept(value);
      } else {
        bad.accept(failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure);
      }
    }
  }
}
