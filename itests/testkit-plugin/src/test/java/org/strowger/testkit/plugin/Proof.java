package org.strowger.testkit.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;

/** A contract, a plugin that keeps it, and for each of its tests at least one that does not. */
final class Proof<C> {

  private record Bad(String test, Object plugin, String said) {}

  private final Class<C> contract;
  private final C good;
  private final List<Bad> bad = new ArrayList<>();

  Proof(Class<C> contract, C good) {
    this.contract = contract;
    this.good = good;
  }

  /** @param said what the author is told; never empty, or whatever fails would do */
  Proof<C> finds(String test, C plugin, String said) {
    assertThat(said).isNotBlank();
    bad.add(new Bad(test, plugin, said));
    return this;
  }

  Class<C> contract() {
    return contract;
  }

  Stream<DynamicTest> tests() {
    Stream<DynamicTest> passes = Stream.of(tested()).map(test -> DynamicTest.dynamicTest(named(test) + " lets a good one pass", () -> run(test, good)));
    Stream<DynamicTest> fails = bad.stream().map(one -> DynamicTest.dynamicTest(contract.getSimpleName() + "." + one.test + " says " + one.said, () ->
        assertThat(catchThrowable(() -> run(contract.getMethod(one.test), one.plugin))).as("the bad plugin is found").isNotNull().asString().contains(one.said)));
    DynamicTest whole = DynamicTest.dynamicTest(contract.getSimpleName() + " has no test without a bad plugin", () ->
        assertThat(bad).extracting(Bad::test).containsAll(Arrays.stream(tested()).map(Method::getName).toList()));
    return Stream.concat(Stream.concat(passes, fails), Stream.of(whole));
  }

  private String named(Method test) {
    return contract.getSimpleName() + "." + test.getName();
  }

  private Method[] tested() {
    return Arrays.stream(contract.getMethods()).filter(method -> method.isAnnotationPresent(Test.class)).toArray(Method[]::new);
  }

  private static void run(Method test, Object plugin) throws Throwable {
    try {
      test.invoke(plugin);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
