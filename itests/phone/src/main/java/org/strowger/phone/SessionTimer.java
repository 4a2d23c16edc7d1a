package org.strowger.phone;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;

/** RFC 4028: the refresher refreshes at half the interval, with UPDATE; the other side hangs up when nothing came. Under the agent's lock. */
final class SessionTimer {

  private final Call call;
  private final long seconds;
  private final boolean refresher;
  private int sent;
  private ScheduledFuture<?> next;

  private SessionTimer(Call call, long seconds, boolean refresher) {
    this.call = call;
    this.seconds = seconds;
    this.refresher = refresher;
  }

  /**
   * The timer after a 2xx with Session-Expires.
   *
   * @param asked true when the request was ours
   */
  static SessionTimer after(Call call, SessionTimer before, SipMessage response, boolean asked) {
    if (before != null) {
      before.stop();
    }
    var value = response.header("Session-Expires");
    if (value.isEmpty()) {
      return null;
    }
    var pieces = Params.split(value.get(), ';');
    Map<String, String> params = Params.parse(pieces.subList(1, pieces.size()));
    String who = params.getOrDefault("refresher", "");
    if (!pieces.get(0).matches("\\d{1,9}") || !who.equals("uac") && !who.equals("uas")) {
      call.agent.violation("a 2xx with Session-Expires says seconds and refresher (RFC 4028 9)", value.get(), response);
      return null;
    }
    var timer = new SessionTimer(call, Long.parseLong(pieces.get(0)), who.equals(asked ? "uac" : "uas"));
    timer.sent = before == null ? 0 : before.sent;
    timer.schedule();
    return timer;
  }

  private void schedule() {
    if (refresher) {
      next = call.agent.after(Duration.ofMillis(seconds * 500), () -> {
        if (call.state == Call.State.ANSWERED) {
          sent++;
          call.update(null);
        }
      });
    } else {
      next = call.agent.after(Duration.ofSeconds(seconds), () -> {
        if (call.state == Call.State.ANSWERED) {
          call.agent.violation("the refresher refreshes before the session expires (RFC 4028 10)", "nothing for " + seconds + " s",
              call.dialog.request("BYE"));
          call.bye();
        }
      });
    }
  }

  int sent() {
    return sent;
  }

  /** Puts the timer's headers to a refresh. */
  SipMessage mark(SipMessage request) {
    return request.with("Supported", "timer").with("Session-Expires", seconds + ";refresher=" + (refresher ? "uac" : "uas"));
  }

  /** Answers a Session-Expires of the other side: it refreshes, unless it asked us to. */
  static SipMessage accept(SipMessage request, SipMessage ok) {
    var value = request.header("Session-Expires");
    if (value.isEmpty() || !request.lists("Supported", "timer")) {
      return ok;
    }
    String text = value.get();
    boolean named = text.contains("refresher=");
    SipMessage marked = ok.with("Session-Expires", named ? text : text + ";refresher=uac");
    return named && text.contains("refresher=uas") ? marked : marked.with("Require", "timer");
  }

  void stop() {
    if (next != null) {
      next.cancel(false);
    }
  }
}
