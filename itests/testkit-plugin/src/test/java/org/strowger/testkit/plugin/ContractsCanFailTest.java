package org.strowger.testkit.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Each test of each contract lets a good plugin pass and finds the bad ones it is for. */
class ContractsCanFailTest {

  private static List<Proof<?>> proofs() {
    return List.of(PolicyProofs.proof(), AsyncPolicyProofs.proof(), SinkProofs.proof(), FeatureProofs.proof(), SourceProofs.proof(), ResourceProofs.proof());
  }

  @TestFactory
  Stream<DynamicTest> everyTest() {
    return proofs().stream().flatMap(Proof::tests);
  }

  @Test
  void ofEveryContract() throws Exception {
    Path classes = Path.of(CallPolicyContract.class.getProtectionDomain().getCodeSource().getLocation().toURI()).resolve("org/strowger/testkit/plugin");
    try (Stream<Path> files = Files.list(classes)) {
      assertThat(files.map(file -> file.getFileName().toString()).filter(file -> file.endsWith("Contract.class")))
          .containsExactlyInAnyOrderElementsOf(proofs().stream().map(proof -> proof.contract().getSimpleName() + ".class").toList());
    }
  }

  @interface Keys {
    String list();

    int limit_millis() default 250;

    boolean on();
  }

  @Test
  void aConfigurationHasItsDefaultsAndNoOtherKeys() {
    Keys keys = Config.of(Keys.class, Map.of("list", "acme"));

    assertThat(keys.list()).isEqualTo("acme");
    assertThat(keys.limit_millis()).isEqualTo(250);
    assertThat(keys.on()).isFalse();
    assertThatThrownBy(() -> Config.of(Keys.class, Map.of("lst", "acme"))).hasMessageContaining("has no lst()");
  }
}
