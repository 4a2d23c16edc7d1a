package org.strowger.dncl.internal.numbers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NumberListTest {

  private static NumberList of(int run, Iterable<String> numbers) {
    var builder = new NumberList.Builder(run, bytes -> true);
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
    var builder = new NumberList.Builder(run, bytes -> true);
    for (int i = 0; i < 100; i++) {
      builder.add(i % 10, 5);
    }
    assertThat(builder.taken()).isEqualTo(100);
    assertThat(builder.build().size()).isEqualTo(10);
  }

  @Test
  void aHundredThousandNorthAmericanNumbersTakeLessThanFourBytesEach() {
    var random = new Random(8);
    var builder = new NumberList.Builder(bytes -> true);
    for (int i = 0; i < 100_000; i++) {
      builder.add(12_000_000_000L + Math.floorMod(random.nextLong(), 7_999_999_999L), 11);
    }
    NumberList list = builder.build();
    assertThat(list.bytes()).isLessThan(4 * list.size());
  }

  /** Asked before it is taken: the packs and what they become are there at once. */
  @Test
  void whatItTakesIsKnownBeforeItIsTaken() {
    var random = new Random(9);
    var asked = new long[1];
    var builder = new NumberList.Builder(1000, bytes -> {
      asked[0] = bytes;
      return true;
    });
    for (int i = 0; i < 64_000; i++) {
      builder.add(Math.floorMod(random.nextLong(), 1_000_000_000_000_000_000L), 18);
    }
    long whileReading = asked[0];
    NumberList list = builder.build();
    assertThat(asked[0]).isBetween(list.bytes(), list.bytes() + 16);
    assertThat(whileReading).as("one pack more").isGreaterThan(asked[0] + 1000 * 5);
  }

  @Test
  void aListThatDoesNotFitIsRefused() {
    var builder = new NumberList.Builder(10, bytes -> bytes < 1000);
    assertThatThrownBy(() -> {
      for (long i = 0; i < 100_000; i++) {
        builder.add(i * 9_999_999_967L, 15);
      }
    }).isInstanceOf(BadList.class).hasMessageContaining("raise -Xmx in etc/jvm.options");
    assertThat(builder.taken()).isLessThan(1000);
    var small = new NumberList.Builder(1000, bytes -> bytes == 0);
    small.add(1, 1);
    assertThat(small.build().has("1")).isTrue();
  }

  /** In a small Java machine that ends, as the switch does, when memory does: the list is refused, the one before it answers. */
  @Test
  @Timeout(120)
  void aListTooLargeForTheMachineDoesNotEndIt() throws Exception {
    Process java = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx64m", "-XX:+ExitOnOutOfMemoryError", "-cp",
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")), SmallMachine.class.getName()).redirectErrorStream(true).start();
    String said = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(java.waitFor()).as(said).isZero();
    assertThat(said).contains("MB of heap more are needed").contains("the old list has 1000000 numbers");
  }
}
