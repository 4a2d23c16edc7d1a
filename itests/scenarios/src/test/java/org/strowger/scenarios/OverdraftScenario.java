package org.strowger.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Many calls at once on one prepaid balance: together they never talk longer than it pays for. */
@ExtendWith(SharedSwitch.class)
@Order(Integer.MAX_VALUE - 1)
class OverdraftScenario {

  /** All of the money in one call, and the time it takes to notice. */
  private static final Duration ALL_TALKED = Duration.ofSeconds(150);

  private World world;

  @BeforeEach
  void open(Switch at) {
    world = new World(at);
  }

  @AfterEach
  void close() throws Exception {
    world.close();
  }

  @ParameterizedTest
  @CsvSource({"0, 95, 100", "0.40, 135, 140"})
  void tenCallsTalkForWhatOneBalancePays(String creditLimit, long least, long most) {
    Burst burst = Burst.of(world, "1=0.60", creditLimit);
    burst.awaitEnd(ALL_TALKED);
    burst.checkBooks();
    assertThat(burst.billedSeconds()).isBetween(least, most);
    assertThat(burst.checkCuts()).as("calls that were cut off").isEqualTo(Burst.CALLS);
  }

  @Test
  void moneyThatIsHeldCannotBeTakenAway() {
    Burst burst = Burst.of(world, "1=0.60", "0");
    burst.awaitAllAnswered();
    burst.checkDebitIsRefused("1.00");
    burst.awaitEnd(ALL_TALKED);
    burst.checkBooks();
    assertThat(burst.billedSeconds()).isBetween(95L, 100L);
    assertThat(burst.checkCuts()).isEqualTo(Burst.CALLS);
  }

  @Test
  void wholeMinutesLetOneConnectAndRefuseNine(LongCalls all) {
    Burst burst = all.minutes();
    burst.awaitEnd(ALL_TALKED);
    burst.checkBooks();
    assertThat(burst.refused()).isEqualTo(Burst.CALLS - 1);
    burst.checkRefusals("0.4");
    assertThat(burst.checkCuts()).isEqualTo(1);
    assertThat(burst.billedSeconds()).isEqualTo(60);
    assertThat(all.world.balance(burst.payer)).isEqualByComparingTo("0.40");
  }

  @Test
  void aCreditLimitIsMoneyToo(LongCalls all) {
    Burst burst = all.minutesOnCredit();
    burst.awaitEnd(ALL_TALKED);
    burst.checkBooks();
    assertThat(burst.refused()).isEqualTo(Burst.CALLS - 2);
    burst.checkRefusals("0.2");
    assertThat(burst.checkCuts()).isEqualTo(2);
    assertThat(burst.billedSeconds()).isEqualTo(120);
    assertThat(all.world.balance(burst.payer)).isEqualByComparingTo("-0.20");
  }
}
