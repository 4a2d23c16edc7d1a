package org.strowger.ledger.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.strowger.billing.api.Payer;
import org.strowger.kernel.CallId;
import org.strowger.kernel.ErrorCode;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.StrowgerException;
import org.strowger.ledger.internal.rest.CdrResource;
import org.strowger.ledger.internal.rest.FundsResource;
import org.strowger.rest.api.Caller;
import org.strowger.rest.api.Endpoint;
import org.strowger.rest.api.RestAnswer;
import org.strowger.rest.api.RestRequest;
import org.strowger.rest.api.Role;
import org.strowger.rest.spi.RestResource;
import org.strowger.testkit.postgres.TestDatabase;

/** The resources, as the REST door asks them. */
class DoorsTest {

  private static World world;

  @BeforeAll
  static void open() {
    world = new World(TestDatabase.open());
  }

  @AfterAll
  static void close() {
    world.close();
  }

  static RestAnswer ask(RestResource resource, String method, String path, String id, Map<String, String> query, Map<String, Object> body) {
    Endpoint endpoint = resource.endpoints().stream().filter(e -> e.method().equals(method) && e.path().equals(path)).findFirst().orElseThrow();
    return endpoint.handler().handle(new RestRequest(Map.of("id", id), query, body, new Caller("anna", Role.ADMIN)));
  }

  private static Map<String, Object> order(String amount) {
    return Map.of("amount", Map.of("amount", amount, "currency", "USD"), "notes", "cheque 12", "idempotencyKey", "k");
  }

  @Test
  @SuppressWarnings("unchecked")
  void moneyComesAndGoes() {
    var funds = new FundsResource(world.open.funds);
    String id = Integer.toString(world.account("2", "1").id());

    RestAnswer booked = ask(funds, "POST", "/accounts/{id}/funds", id, Map.of(), order("0.50"));
    assertThat(booked.status()).isEqualTo(201);
    assertThat((Map<String, Object>) booked.data()).containsEntry("kind", "FUNDS").containsEntry("by", "anna")
        .containsEntry("balanceAfter", Map.of("amount", "2.5", "currency", "USD"));
    assertThat(ask(funds, "POST", "/accounts/{id}/funds", id, Map.of(), order("0.50")).data()).isEqualTo(booked.data());
    assertThat((Map<String, Object>) ask(funds, "GET", "/accounts/{id}/balance", id, Map.of(), Map.of()).data())
        .containsEntry("available", Map.of("amount", "3.5", "currency", "USD"));
    assertThat((List<?>) ask(funds, "GET", "/accounts/{id}/payments", id, Map.of("limit", "1"), Map.of()).data()).hasSize(1);

    assertThatThrownBy(() -> ask(funds, "POST", "/accounts/{id}/debit", id, Map.of(), Map.of("amount", Map.of("amount", "3.51", "currency", "USD"))))
        .isInstanceOfSatisfying(StrowgerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT));
    assertThatThrownBy(() -> ask(funds, "POST", "/accounts/{id}/credit", id, Map.of(), Map.of("amount", "1", "colour", "red")))
        .isInstanceOf(InvalidInput.class).hasMessageContaining("colour").hasMessageContaining("amount");
    assertThatThrownBy(() -> ask(funds, "POST", "/accounts/{id}/credit", "999999", Map.of(), order("1")))
        .isInstanceOfSatisfying(StrowgerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND));
  }

  @Test
  @SuppressWarnings("unchecked")
  void cdrsAreFoundByWhatOneAsks() {
    var cdrs = new CdrResource(world.open.cdrs);
    Payer payer = world.account("2", "0");
    CallId call = world.ids.nextCall();
    var connected = world.time.now();
    world.reserve(call, World.pays(payer, World.rate("0.6", 1, 1)));
    World.get(world.open.ledger.answered(world.facts(call), connected));
    world.settle(world.facts(call), world.hungUp(connected, Duration.ofMillis(7_250)));
    CallId busy = world.ids.nextCall();
    world.settle(world.facts(busy), world.failed(486));
    CallId broken = world.ids.nextCall();
    world.settle(world.facts(broken), world.failed(500));

    var found = (List<Map<String, Object>>) ask(cdrs, "GET", "/cdrs", "", Map.of("account", Integer.toString(payer.id()), "type", "COMPLETE"), Map.of()).data();
    assertThat(found).singleElement().satisfies(cdr -> assertThat(cdr).containsEntry("call", call.toString()).containsEntry("duration", "7.25")
        .containsEntry("billedSeconds", 7L).containsEntry("cost", Map.of("amount", "0.07", "currency", "USD")).containsEntry("payer", payer.toString()));
    assertThat(calls(cdrs, Map.of("type", "ERRORS"))).containsExactly(broken.toString());
    assertThat(calls(cdrs, Map.of("type", "INCOMPLETE"))).containsExactly(broken.toString(), busy.toString());
    assertThat(calls(cdrs, Map.of("type", "NON_ZERO_AND_ERRORS"))).containsExactlyInAnyOrder(broken.toString(), call.toString());
    assertThat(calls(cdrs, Map.of("limit", "1", "offset", "1"))).containsExactly(busy.toString());
    assertThat(calls(cdrs, Map.of("cld", "nobody"))).isEmpty();
    assertThat(calls(cdrs, Map.of("until", connected.toString()))).isEmpty();
    assertThatThrownBy(() -> calls(cdrs, Map.of("type", "SOME", "limit", "0"))).isInstanceOf(InvalidInput.class).hasMessageContaining("limit").hasMessageContaining("type");
  }

  @SuppressWarnings("unchecked")
  private static List<Object> calls(CdrResource cdrs, Map<String, String> query) {
    return ((List<Map<String, Object>>) ask(cdrs, "GET", "/cdrs", "", query, Map.of()).data()).stream().map(cdr -> cdr.get("call")).toList();
  }
}
