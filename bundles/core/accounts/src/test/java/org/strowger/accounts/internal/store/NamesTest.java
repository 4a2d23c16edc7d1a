package org.strowger.accounts.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NamesTest {

  private final Names names = new Names();

  @Test
  void knowsWhoIsNobodyOnceAllAreThere() {
    names.add("1001");
    assertThat(names.isNobodys("1002")).as("not all are there").isFalse();
    assertThat(names.known()).isZero();
    names.whole();
    assertThat(names.isNobodys("1002")).isTrue();
    assertThat(names.isNobodys("1001")).isFalse();
    names.add("1002");
    names.add("1002");
    assertThat(names.isNobodys("1002")).isFalse();
    assertThat(names.known()).isEqualTo(2);
  }

  @Test
  void missesNobodyAndMistakesHardlyAnybody() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    int first = new Random(seed).nextInt(1_000_000);
    int many = 200_000;
    IntStream.range(first, first + many).forEach(i -> names.add("1416" + i));
    names.whole();
    assertThat(names.known()).as("of which no two look the same").isEqualTo(many);
    assertThat(IntStream.range(first, first + many)).as("who are there").noneMatch(i -> names.isNobodys("1416" + i));
    assertThat(IntStream.range(first, first + many)).as("who are not").allMatch(i -> names.isNobodys("1905" + i));
  }

  @Test
  void keepsNothingOfTooMany() {
    names.whole();
    for (int i = 0; i <= Names.MOST; i++) {
      names.add("a" + i);
    }
    assertThat(names.isNobodys("b")).isFalse();
    assertThat(names.known()).isZero();
    names.add("b");
    assertThat(names.isNobodys("c")).isFalse();
  }
}
