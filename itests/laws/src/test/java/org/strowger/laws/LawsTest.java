package org.strowger.laws;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The laws, applied to this house. */
class LawsTest {

  @TestFactory
  Stream<DynamicTest> thisHouseKeepsItsLaws() throws Exception {
    House house = House.here();
    return Laws.all().entrySet().stream().map(law -> DynamicTest.dynamicTest(law.getKey(), () ->
        assertThat(law.getValue().offences(house)).as(law.getKey()).isEmpty()));
  }

  @Test
  void thereIsSomethingToJudge() throws Exception {
    House house = House.here();

    assertThat(house.bundles()).extracting(Bundle::path).contains("kernel", "api/accounts", "core/calls", "edge/rest");
    assertThat(house.classes()).extracting(ClassFacts::name).contains("org.strowger.kernel.Money");
  }
}
