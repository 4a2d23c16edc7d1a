package org.strowger.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.strowger.phone.Behaviour;
import org.strowger.phone.Carrier;
import org.strowger.phone.IncomingCall;
import org.strowger.phone.OutgoingCall;
import org.strowger.phone.Phone;
import org.strowger.phone.PhoneTimeout;
import org.strowger.phone.TransportKind;
import org.strowger.phone.Waiting;

/** What a scenario needs on the switch, made through REST under names of its own, and the phones that use it. */
final class World implements AutoCloseable {

  static final Duration SOON = Duration.ofSeconds(10);
  /** What phones ask to be registered for; the registrar's own limit shortens it. */
  static final Duration AS_LONG_AS_IT_LASTS = Duration.ofHours(10);
  private static final AtomicInteger WORLDS = new AtomicInteger();

  final Switch at;
  final Rest rest;
  private final String tag = Integer.toString(WORLDS.incrementAndGet()) + Long.toString(System.nanoTime() % 1_000_000, 36);
  private final List<AutoCloseable> opened = new ArrayList<>();
  private int names;

  World(Switch at) {
    this.at = at;
    this.rest = at.rest();
  }

  /** An account, its secret, and where to read about it. */
  record Subscriber(int id, String name, String password) {}

  String name(String stem) {
    return stem + tag + names++;
  }

  /** @param rates prefix=price a minute */
  int tariff(String settings, String... rates) {
    int id = rest.post("/tariffs", "{\"name\":\"" + name("t") + "\",\"currency\":\"USD\"" + (settings.isEmpty() ? "" : "," + settings) + "}").get("id").asInt();
    for (String rate : rates) {
      String[] parts = rate.split("=");
      String[] intervals = parts.length > 2 ? parts[2].split("/") : new String[] {"1", "1"};
      rest.post("/tariffs/" + id + "/rates", "{\"rates\":[{\"prefix\":\"" + parts[0] + "\",\"price1\":\"" + parts[1] + "\",\"priceN\":\"" + parts[1]
          + "\",\"interval1\":" + intervals[0] + ",\"intervalN\":" + intervals[1] + "}]}");
    }
    return id;
  }

  int plan(int tariff) {
    return rest.post("/plans", "{\"name\":\"" + name("p") + "\",\"tariff\":" + tariff + "}").get("id").asInt();
  }

  Subscriber account(int plan, Integer routingGroup, String balance, String creditLimit) {
    String name = name("a");
    JsonNode made = rest.post("/accounts", "{\"name\":\"" + name + "\",\"plan\":" + plan + ",\"balance\":\"" + balance + "\",\"creditLimit\":\"" + creditLimit + "\""
        + (routingGroup == null ? "" : ",\"routingGroup\":" + routingGroup) + "}");
    return new Subscriber(made.get("id").asInt(), name, made.get("voipPassword").asText());
  }

  /** @param settings further JSON fields of the carrier, may be empty */
  int carrier(Carrier peer, Integer tariff, String settings) {
    return carrier(peer.address(), tariff, settings);
  }

  /** @param address of somebody who is no phone of ours */
  int carrier(String address, Integer tariff, String settings) {
    return rest.post("/carriers", "{\"name\":\"" + name("c") + "\",\"address\":\"" + address + "\"" + (tariff == null ? "" : ",\"tariff\":" + tariff)
        + (settings.isEmpty() ? "" : "," + settings) + "}").get("id").asInt();
  }

  /** A routing group that tries these carriers in order for every number. */
  int group(int... carriers) {
    int group = rest.post("/routing-groups", "{\"name\":\"" + name("g") + "\"}").get("id").asInt();
    int preference = carriers.length;
    for (int carrier : carriers) {
      rest.post("/routing-groups/" + group + "/entries", "{\"carrier\":" + carrier + ",\"preference\":" + preference-- + "}");
    }
    return group;
  }

  Phone phone(Subscriber subscriber, TransportKind transport) {
    return phone(subscriber, builder -> builder.transport(transport));
  }

  /** @param with changes to a phone by UDP and IPv4 */
  Phone phone(Subscriber subscriber, UnaryOperator<Phone.Builder> with) {
    return keep(with.apply(Phone.builder().user(subscriber.name()).password(subscriber.password()).server(at.sip()).obeyRetryAfter(true)).build());
  }

  Phone registered(Subscriber subscriber) {
    Phone phone = phone(subscriber, TransportKind.UDP);
    phone.register(AS_LONG_AS_IT_LASTS);
    return phone;
  }

  /** At a host where no phones are: a carrier's port is never called as a phone's. */
  Carrier peer() {
    return keep(new Carrier(Phone.builder().local("127.0.0.3:0").build()));
  }

  <T extends AutoCloseable> T keep(T thing) {
    opened.add(thing);
    return thing;
  }

  BigDecimal balance(Subscriber subscriber) {
    return new BigDecimal(rest.get("/accounts/" + subscriber.id()).at("/funds/balance/amount").asText());
  }

  BigDecimal held(Subscriber subscriber) {
    return new BigDecimal(rest.get("/accounts/" + subscriber.id()).at("/funds/held/amount").asText());
  }

  static final String NUMBER = "14165550100";

  /** Somebody with 5.00 and a carrier that takes every number and does nothing by itself; a second costs 0.01. */
  record Trunk(Subscriber alice, Phone phone, Carrier peer, int carrier) {

    IncomingCall awaitCall() {
      try {
        return peer.awaitCall(NUMBER, 1, SOON);
      } catch (PhoneTimeout e) {
        throw new AssertionError(e.getMessage() + "\n" + phone.print(), e);
      }
    }

    void assertClean() {
      phone.assertClean();
      peer.phone().assertClean();
    }
  }

  Trunk trunk() {
    return trunk("");
  }

  /** @param settings further JSON fields of the carrier */
  Trunk trunk(String settings) {
    Carrier peer = keep(new Carrier(Phone.builder().local("127.0.0.3:0").build())).otherwise(Behaviour.manual());
    int carrier = carrier(peer, null, settings);
    Subscriber alice = account(plan(tariff("", "1=0.60")), group(carrier), "5", "0");
    return new Trunk(alice, phone(alice, builder -> builder.local("127.0.0.2:0")), peer, carrier);
  }

  /** Long enough to be billed: half a second rounds up. */
  static void talk(OutgoingCall call) {
    call.awaitAnswered(SOON);
    Waiting.until(() -> System.nanoTime() - call.answeredNanos() > 600_000_000L, SOON);
  }

  /** The CDR of a call through a trunk that ended well and was not free. */
  JsonNode paid(Trunk trunk) {
    JsonNode cdr = paid(trunk.alice(), "5", "0.01");
    assertThat(cdr.get("result").asInt()).as("result of %s", cdr).isZero();
    return cdr;
  }

  /** The CDR of a call through a trunk that was never answered: it says why, and nothing was charged. */
  JsonNode failed(Trunk trunk, int status) {
    JsonNode cdr = paid(trunk.alice(), "5", "0.01");
    assertThat(cdr.get("result").asInt()).isEqualTo(status);
    assertThat(cdr.get("billedSeconds").asLong()).isZero();
    return cdr;
  }

  /** What {@code call:explain} says, of the call that this CDR belongs to. */
  String explain(JsonNode cdr) {
    String id = cdr.get("call").asText();
    Waiting.until(() -> rest.send("GET", "/calls/" + id + "/trace", null).status() == 200, SOON);
    return rest.get("/calls/" + id + "/trace").toString();
  }

  /** A plan whose calls between accounts are free. */
  Subscriber subscriber() {
    return account(plan(tariff("")), null, "5", "0");
  }

  /** The account's CDRs once there are so many, newest first. */
  List<JsonNode> cdrs(Subscriber subscriber, int count) {
    Waiting.until(() -> fetch(subscriber).size() >= count, SOON);
    return fetch(subscriber);
  }

  /**
   * The one CDR of an account that made one call, when nothing is held for it any more. Cost, balance and what
   * {@code call:explain} says agree, and the cost is that of the billed seconds.
   *
   * @param opening what the balance was before
   * @param perSecond what a second costs, by intervals of 1
   */
  JsonNode paid(Subscriber subscriber, String opening, String perSecond) {
    JsonNode cdr = cdrs(subscriber, 1).get(0);
    Waiting.until("nothing is held", () -> held(subscriber).signum() == 0, SOON);
    assertThat(fetch(subscriber)).as("CDRs of %s", subscriber.name()).hasSize(1);
    String amount = cdr.at("/cost/amount").asText();
    BigDecimal cost = amount.isEmpty() ? BigDecimal.ZERO : new BigDecimal(amount);
    assertThat(cost).isEqualByComparingTo(new BigDecimal(perSecond).multiply(BigDecimal.valueOf(cdr.get("billedSeconds").asLong())));
    assertThat(balance(subscriber)).isEqualByComparingTo(new BigDecimal(opening).subtract(cost));
    String explained = explain(cdr);
    if (cdr.get("result").asInt() == 0) {
      // Call control hears of the commit behind whoever asks the database.
      String charged = "is charged " + cost.stripTrailingZeros().toPlainString();
      Waiting.until(explained + " comes to say '" + charged + "'", () -> explain(cdr).contains(charged), SOON);
    }
    return cdr;
  }

  private List<JsonNode> fetch(Subscriber subscriber) {
    var found = new ArrayList<JsonNode>();
    rest.get("/cdrs?account=" + subscriber.id() + "&limit=1000").forEach(found::add);
    return found;
  }

  @Override
  public void close() throws Exception {
    for (int i = opened.size() - 1; i >= 0; i--) {
      opened.get(i).close();
    }
  }
}
