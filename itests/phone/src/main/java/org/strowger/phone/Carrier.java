package org.strowger.phone;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A carrier for tests: a phone that is called and does with each call what its called number says. Longest prefix wins; a number
 * without a rule gets 404. Challenges when its phone was built with a {@link Challenger}. Thread-safe.
 */
public final class Carrier implements AutoCloseable {

  private final Phone phone;
  private final Map<String, Behaviour> behaviours = new ConcurrentHashMap<>();
  private volatile Behaviour otherwise = Behaviour.reject(404);

  /** Takes the phone over: closes it, and answers its calls. */
  public Carrier(Phone phone) {
    this.phone = phone;
    phone.onCall(call -> behaviour(call.cld()));
  }

  /** Numbers that begin so are handled so. */
  public Carrier on(String prefix, Behaviour behaviour) {
    behaviours.put(prefix, behaviour);
    return this;
  }

  /** All other numbers. */
  public Carrier otherwise(Behaviour behaviour) {
    otherwise = behaviour;
    return this;
  }

  private Behaviour behaviour(String number) {
    for (int length = number.length(); length > 0; length--) {
      Behaviour found = behaviours.get(number.substring(0, length));
      if (found != null) {
        return found;
      }
    }
    return otherwise;
  }

  public Phone phone() {
    return phone;
  }

  /** host:port for the switch's configuration. */
  public String address() {
    String host = phone.local().getAddress().getHostAddress();
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + phone.local().getPort();
  }

  /** The latest calls, as many as the phone keeps. */
  public List<IncomingCall> calls() {
    return phone.incoming();
  }

  /** The calls to this number. */
  public List<IncomingCall> calls(String cld) {
    return calls().stream().filter(call -> call.cld().equals(cld)).toList();
  }

  /** How many calls are up now. */
  public long up() {
    return phone.up();
  }

  /** Waits for the n-th call to this number, counted from 1. */
  public IncomingCall awaitCall(String cld, int n, Duration limit) {
    Waiting.until("call " + n + " to " + cld, () -> calls(cld).size() >= n, limit);
    return calls(cld).get(n - 1);
  }

  @Override
  public void close() {
    phone.close();
  }
}
