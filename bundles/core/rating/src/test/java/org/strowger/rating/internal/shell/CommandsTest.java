package org.strowger.rating.internal.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.karaf.shell.api.action.Action;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.strowger.billing.api.Rate;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.TariffId;
import org.strowger.rating.internal.RatingAccess;
import org.strowger.testkit.Printed;
import org.strowger.testkit.postgres.TestDatabase;

/** What the commands print of what they have made. */
class CommandsTest {

  private final TestDatabase database = TestDatabase.open();
  private final RatingAccess rating = new RatingAccess(database);

  @AfterEach
  void close() {
    rating.close();
    database.close();
  }

  private static String output(Action command) throws Exception {
    return Printed.by(command::execute).strip();
  }

  private String create(String name, boolean json) throws Exception {
    var command = new TariffCreate();
    command.tariffs = rating.tariffs;
    command.name = name;
    command.currency = "USD";
    command.settings = List.of("connectFee=0.05");
    command.json = json;
    return output(command);
  }

  private String rate(String prefix, String price, boolean json) throws Exception {
    TariffRate command = rate(prefix, price);
    command.json = json;
    return output(command);
  }

  private TariffRate rate(String prefix, String price, String... settings) {
    var command = new TariffRate();
    command.tariffs = rating.tariffs;
    command.name = "retail";
    command.prefix = prefix;
    command.price = price;
    command.settings = List.of(settings);
    return command;
  }

  private String show(boolean json) throws Exception {
    var command = new TariffShow();
    command.tariffs = rating.tariffs;
    command.name = "retail";
    command.json = json;
    return output(command);
  }

  private int id(String name) {
    return rating.tariffs.byName(CustomerId.ROOT, name).orElseThrow().id().value();
  }

  @Test
  void aProgramLearnsWhatWasMade(@TempDir Path folder) throws Exception {
    String made = create("retail", true);
    assertThat(made).startsWith("{\"id\":" + id("retail") + ",\"version\":").endsWith("}").contains("\"name\":\"retail\"", "\"currency\":\"USD\"", "\"connectFee\":\"0.05\"");
    assertThat(create("other", false)).isEqualTo("tariff other has id " + id("other") + "; add rates with tariff:rate or tariff:import");

    assertThat(rate("44", "0.06", true)).startsWith("{\"tariff\":" + id("retail") + ",").contains("\"prefix\":\"44\"", "\"price1\":\"0.06\"", "\"priceN\":\"0.06\"");
    assertThat(rate("45", "0.07", false)).isEqualTo("prefix 45 costs 0.07 a minute");

    var fill = new TariffImport();
    fill.tariffs = rating.tariffs;
    fill.name = "retail";
    fill.file = Files.writeString(folder.resolve("rates.csv"), "prefix,price1\n1,0.1\n2,0.2\n").toString();
    fill.json = true;
    assertThat(output(fill)).contains("\"tariff\":" + id("retail"), "\"imported\":2", "\"replaced\":false");
    var delete = new TariffRateDelete();
    delete.tariffs = rating.tariffs;
    delete.name = "retail";
    delete.prefix = "1";
    delete.json = true;
    assertThat(output(delete)).contains("\"prefix\":\"1\"", "\"deleted\":1");
    var update = new TariffUpdate();
    update.tariffs = rating.tariffs;
    update.name = "retail";
    update.settings = List.of("connectFee=0.5");
    update.json = true;
    assertThat(output(update)).startsWith("{\"id\":" + id("retail") + ",").contains("\"connectFee\":\"0.5\"");

    var plan = new PlanCreate();
    plan.plans = rating.plans;
    plan.tariffs = rating.tariffs;
    plan.name = "standard";
    plan.tariff = "retail";
    plan.json = true;
    int planned = Integer.parseInt(output(plan).replaceAll("\\{\"id\":(\\d+),.*\"tariff\":" + id("retail") + ",.*\"currency\":\"USD\".*", "$1"));
    assertThat(rating.plans.byName(CustomerId.ROOT, "standard").orElseThrow().id().value()).isEqualTo(planned);
    var rename = new PlanRename();
    rename.plans = rating.plans;
    rename.name = "standard";
    rename.newName = "basic";
    rename.json = true;
    assertThat(output(rename)).startsWith("{\"id\":" + planned + ",").contains("\"name\":\"basic\"");
  }

  @Test
  void aRateNeedsAPriceAtThePromptAndInAFile(@TempDir Path folder) throws Exception {
    String[] refusal = {"price1: is the price a minute", "0 where calls are free", "only a forbidden rate has none"};
    create("retail", false);
    rate("1", "0.01", false);
    for (TariffRate command : List.of(rate("44", null), rate("44", null, "priceN=0.5"), rate("44", null, "forbidden=false"))) {
      assertThatThrownBy(command::execute).isInstanceOf(InvalidInput.class).hasMessageContainingAll(refusal);
    }
    var fill = new TariffImport();
    fill.tariffs = rating.tariffs;
    fill.name = "retail";
    fill.file = Files.writeString(folder.resolve("rates.csv"), "prefix,price1\n2,0.2\n44,\n").toString();
    fill.replace = true;
    assertThatThrownBy(fill::execute).isInstanceOf(InvalidInput.class).hasMessageContainingAll(refusal).hasMessageContaining("line 3, price1");
    assertThat(prefixes()).as("nothing half done").containsExactly("1");

    output(rate("44", null, "forbidden=true"));
    output(rate("45", "0"));
    assertThat(prefixes()).containsExactly("1", "44", "45");
  }

  private List<String> prefixes() {
    return rating.tariffs.rates(new TariffId(id("retail")), "", 0, 10).stream().map(Rate::prefix).toList();
  }

  @Test
  void aTariffIsShownWithItsFirstRates() throws Exception {
    create("retail", false);
    assertThat(show(false)).contains("retail", "(none)");
    assertThat(show(true)).endsWith("\"rates\":[]}");

    for (int prefix = 50; prefix < 60; prefix++) {
      rate("" + prefix, "0.06", false);
    }
    assertThat(show(false)).contains("prefix", "50", "59").doesNotContain("and more");

    rate("49", "0.07", false);
    assertThat(show(false)).contains("49 ", "58 ", "and more: tariff:rates retail").doesNotContain("59 ");
    assertThat(show(true)).contains("\"rates\":[{\"prefix\":\"49\",\"price1\":\"0.07\"", "\"58\"").doesNotContain("\"59\"");
  }
}
