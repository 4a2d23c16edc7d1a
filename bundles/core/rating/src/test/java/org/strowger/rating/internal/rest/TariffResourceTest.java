package org.strowger.rating.internal.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.strowger.billing.api.TariffService;
import org.strowger.kernel.InvalidInput;
import org.strowger.rest.api.Caller;
import org.strowger.rest.api.Endpoint;
import org.strowger.rest.api.RestAnswer;
import org.strowger.rest.api.RestRequest;
import org.strowger.rest.api.Role;

/** What the door refuses by itself, before the tariffs hear of it. */
class TariffResourceTest {

  /** What the tariffs were asked for. */
  private final List<String> asked = new ArrayList<>();
  private final List<Endpoint> endpoints = new TariffResource((TariffService) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {TariffService.class},
      (proxy, method, arguments) -> {
        asked.add(method.getName() + " " + ((List<?>) arguments[1]).size());
        return null;
      })).endpoints();

  private RestAnswer rates(String method, Map<String, Object> body) {
    Endpoint endpoint = endpoints.stream().filter(one -> one.method().equals(method) && one.path().equals("/tariffs/{id}/rates")).findFirst().orElseThrow();
    return endpoint.handler().handle(new RestRequest(Map.of("id", "7"), Map.of(), body, new Caller("admin", Role.ADMIN)));
  }

  @Test
  void addingNoRatesIsAMistake() {
    assertThatThrownBy(() -> rates("POST", Map.of("rates", List.of()))).isInstanceOf(InvalidInput.class).hasMessageContainingAll("rates", "has at least one entry");
    assertThatThrownBy(() -> rates("POST", Map.of())).isInstanceOf(InvalidInput.class).hasMessageContaining("rates");
    assertThat(asked).isEmpty();

    assertThat(rates("POST", Map.of("rates", List.of(Map.of("prefix", "44", "price1", "0.60")))).status()).isEqualTo(204);
    assertThat(asked).containsExactly("putRates 1");
  }

  @Test
  void replacingAllByNoneIsSaidNotLeftOut() {
    assertThatThrownBy(() -> rates("PUT", Map.of())).isInstanceOf(InvalidInput.class).hasMessageContaining("rates");
    assertThat(asked).isEmpty();

    assertThat(rates("PUT", Map.of("rates", List.of())).status()).isEqualTo(204);
    assertThat(asked).containsExactly("replaceRates 0");
  }

  @Test
  void aRateThatEndsBeforeItBeginsIsNamedByItsPlace() {
    Map<String, Object> good = Map.of("prefix", "44", "price1", "0.60");
    Map<String, Object> bad = Map.of("prefix", "49", "price1", "0.60", "activation", "2026-12-02T00:00:00Z", "expiration", "2026-12-01T00:00:00Z");
    assertThatThrownBy(() -> rates("POST", Map.of("rates", List.of(good, bad)))).isInstanceOf(InvalidInput.class)
        .hasMessageContainingAll("rates[1].expiration", "2026-12-01T00:00:00Z", "is after activation");
    assertThat(asked).isEmpty();
  }
}
