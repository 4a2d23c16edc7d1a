package org.strowger.dncl.internal.numbers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NumberListTest {

  private static NumberList of(int run, Iterable<String> numbers) {
    var builder = new NumberList.Builder(run);
    numbers.forEach(number -> builder.add(Long.parseLong(number), number.length()));
    return builder.build();
  }

  @Test
  void anEmptyListHasNothing() {
    assertThat(NumberList.EMPTY.has("1")).isFalse();
    assertThat(of(10, Set.of()).size()).isZero();
  }

  @Test
  void leadingZerosCount() {
    NumberList list = of(10, Set.of("007", "0", "000000000000000000", "999999999999999999"));
    assertThat(list.size()).isEqualTo(4);
    for (String on : Set.of("007", "0", "000000000000000000", "999999999999999999")) {
      assertThat(list.has(on)).as(on).isTrue();
    }
    for (String off : Set.of("", "7", "07", "0007", "00", "00000000000000000", "1999999999999999999", "99999999999999999", "00x", "+7", "٧")) {
      assertThat(list.has(off)).as(off).isFalse();
    }
  }

  /** Against a set of texts: dense and sparse, one run and many, every number and its neighbours. */
  @ParameterizedTest
  @CsvSource({"1, 100000, 10", "2, 1000, 10000", "3, 1000000000, 7", "4, 10000000000, 100000", "5, 999999999999999999, 64", "6, 50, 1"})
  void hasExactlyWhatWasPutIn(long seed, long range, int run) {
    var random = new Random(seed);
    Set<String> numbers = new HashSet<>();
    long clusters = Math.max(1, range / 4);
    for (int i = 0; i < 20_000; i++) {
      long value = i % 3 == 0 ? Math.floorMod(random.nextLong(), range) : Math.min(range - 1, clusters + i);
      numbers.add(i % 5 == 0 ? "0" + value % 1_000_000 : Long.toString(value));
    }
    NumberList list = of(run, numbers);
    assertThat(list.size()).as("seed %s", seed).isEqualTo(numbers.size());
    for (String number : numbers) {
      assertThat(list.has(number)).as("%s, seed %s", number, seed).isTrue();
      for (long near : new long[] {Long.parseLong(number) - 1, Long.parseLong(number) + 1}) {
        String other = Long.toString(near);
        assertThat(list.has(other)).as("%s, seed %s", other, seed).isEqualTo(numbers.contains(other));
      }
    }
    for (int i = 0; i < 20_000; i++) {
      String any = Long.toString(Math.floorMod(random.nextLong(), range));
      assertThat(list.has(any)).as("%s, seed %s", any, seed).isEqualTo(numbers.contains(any));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 1000})
  void whatComesTwiceIsThereOnce(int run) {
    var builder = new NumberList.Builder(run);
    for (int i = 0; i < 100; i++) {
      builder.add(i % 10, 5);
    }
    assertThat(builder.taken()).isEqualTo(100);
    assertThat(builder.build().size()).isEqualTo(10);
  }

  @Test
  void aHundredThousandNorthAmericanNumbersTakeLessThanFourBytesEach() {
    var random = new Random(8);
    var builder = new NumberList.Builder();
    for (int i = 0; i < 100_000; i++) {
      builder.add(12_000_000_000L + Math.floorMod(random.nextLong(), 7_999_999_999L), 11);
    }
    NumberList list = builder.build();
    assertThat(list.bytes()).isLessThan(4 * list.size());
  }
}
