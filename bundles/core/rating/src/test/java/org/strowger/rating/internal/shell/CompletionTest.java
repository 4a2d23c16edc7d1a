package org.strowger.rating.internal.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.strowger.testkit.Prompt.offered;
import java.util.List;
import java.util.Map;
import org.apache.karaf.shell.support.completers.FileCompleter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.strowger.billing.api.DurationRounding;
import org.strowger.billing.api.PlanService;
import org.strowger.billing.api.PlanTerms;
import org.strowger.billing.api.Tariff;
import org.strowger.billing.api.TariffService;
import org.strowger.billing.api.TariffTerms;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.data.Shape;
import org.strowger.rating.internal.RatingAccess;
import org.strowger.testkit.Prompt;
import org.strowger.testkit.postgres.TestDatabase;

/** What the prompt offers after a Tab. */
class CompletionTest {

  private final TestDatabase database = TestDatabase.open();
  private final RatingAccess rating = new RatingAccess(database);

  @BeforeEach
  void twoTariffsAndAPlan() {
    Tariff retail = tariff("retail");
    tariff("wholesale");
    rating.plans.create(CustomerId.ROOT, new PlanTerms("standard", retail.id(), DurationRounding.ROUND));
  }

  @AfterEach
  void close() {
    rating.close();
    database.close();
  }

  private Tariff tariff(String name) {
    return rating.tariffs.create(CustomerId.ROOT, Shape.of(TariffTerms.class).decode(Map.of("name", name, "currency", "USD")));
  }

  @Test
  void offersTariffsAndPlansThatThereAre() {
    var tariffs = new TariffNames();
    tariffs.tariffs = (TariffService) rating.tariffs;
    assertThat(offered(tariffs, "")).containsExactlyInAnyOrder("retail", "wholesale");
    assertThat(offered(tariffs, "wh")).containsExactly("wholesale");
    assertThat(offered(tariffs, "zz")).isEmpty();
    var plans = new PlanNames();
    plans.plans = (PlanService) rating.plans;
    assertThat(offered(plans, "")).containsExactly("standard");
    for (Class<?> command : List.of(TariffShow.class, TariffUpdate.class, TariffDelete.class, TariffRate.class, TariffRateDelete.class, TariffRates.class, TariffImport.class)) {
      assertThat(Prompt.of(command, "name")).isEqualTo(TariffNames.class);
    }
    assertThat(Prompt.of(PlanCreate.class, "tariff")).isEqualTo(TariffNames.class);
    assertThat(Prompt.of(PlanRename.class, "name")).isEqualTo(PlanNames.class);
    assertThat(Prompt.of(PlanDelete.class, "name")).isEqualTo(PlanNames.class);
  }

  @Test
  void offersFieldsCurrenciesAndRoundings() {
    assertThat(offered(new TariffFields(), "con")).containsExactly("connectFee=");
    assertThat(Prompt.of(TariffCreate.class, "settings")).isEqualTo(TariffFields.class);
    assertThat(Prompt.of(TariffUpdate.class, "settings")).isEqualTo(TariffFields.class);
    assertThat(offered(new RateFields(), "interval")).containsExactlyInAnyOrder("interval1=", "intervalN=");
    assertThat(Prompt.of(TariffRate.class, "settings")).isEqualTo(RateFields.class);
    assertThat(offered(new Currencies(), "EU")).containsExactly("EUR");
    assertThat(Prompt.of(TariffCreate.class, "currency")).isEqualTo(Currencies.class);
    assertThat(offered(new Roundings(), "ROUND_")).containsExactly("ROUND_UP");
    assertThat(Prompt.of(PlanCreate.class, "rounding")).isEqualTo(Roundings.class);
    assertThat(Prompt.of(TariffImport.class, "file")).isEqualTo(FileCompleter.class);
  }
}
