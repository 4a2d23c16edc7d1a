package org.strowger.rating.internal.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.strowger.billing.api.PlanTerms;
import org.strowger.billing.api.Tariff;
import org.strowger.billing.api.TariffTerms;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.data.Shape;
import org.strowger.rating.internal.RatingAccess;
import org.strowger.rest.api.Caller;
import org.strowger.rest.api.Endpoint;
import org.strowger.rest.api.RestRequest;
import org.strowger.rest.api.Role;
import org.strowger.rest.spi.RestResource;
import org.strowger.testkit.postgres.TestDatabase;

/** Who knows a name finds the id in one request. */
class NamedTest {

  private static final CustomerId OTHER = new CustomerId(2);

  private final TestDatabase database = TestDatabase.open();
  private final RatingAccess rating = new RatingAccess(database);

  @AfterEach
  void close() {
    rating.close();
    database.close();
  }

  private Tariff tariff(CustomerId customer, String name) {
    return rating.tariffs.create(customer, Shape.of(TariffTerms.class).decode(Map.of("name", name, "currency", "USD")));
  }

  private Object plan(String name, Tariff tariff) {
    return (long) rating.plans.create(CustomerId.ROOT, Shape.of(PlanTerms.class).decode(Map.of("name", name, "tariff", (long) tariff.id().value()))).id().value();
  }

  @SuppressWarnings("unchecked")
  private static List<Object> ids(RestResource resource, String path, Map<String, String> query) {
    Endpoint list = resource.endpoints().stream().filter(each -> each.method().equals("GET") && each.path().equals(path)).findFirst().orElseThrow();
    assertThat(list.query().fields()).extracting("name").containsExactly("name");
    var answer = list.handler().handle(new RestRequest(Map.of(), query, Map.of(), new Caller("rita", Role.READ_ONLY)));
    return ((List<Map<String, Object>>) answer.data()).stream().map(each -> each.get("id")).toList();
  }

  @Test
  void findsATariffAndAPlan() {
    Tariff retail = tariff(CustomerId.ROOT, "retail");
    tariff(CustomerId.ROOT, "retail 2");
    tariff(OTHER, "hidden");
    var tariffs = new TariffResource(rating.tariffs);
    assertThat(ids(tariffs, "/tariffs", Map.of("name", "retail"))).containsExactly((long) retail.id().value());
    assertThat(ids(tariffs, "/tariffs", Map.of("name", "hidden"))).as("of another customer").isEmpty();
    assertThat(ids(tariffs, "/tariffs", Map.of("name", "retai_"))).isEmpty();
    assertThat(ids(tariffs, "/tariffs", Map.of())).hasSize(2);

    Object standard = plan("standard", retail);
    plan("standard 2", retail);
    var plans = new PlanResource(rating.plans);
    assertThat(ids(plans, "/plans", Map.of("name", "standard"))).containsExactly(standard);
    assertThat(ids(plans, "/plans", Map.of("name", "STANDARD"))).isEmpty();
    assertThat(ids(plans, "/plans", Map.of())).hasSize(2);
  }
}
