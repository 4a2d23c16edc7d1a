package org.strowger.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.strowger.scenarios.Switch.FirstStart;

/** First starts, each of an instance that did not exist before, the shared one's among them: ready, and nothing in the log that went wrong or was done twice. */
@ExtendWith(SharedSwitch.class)
class StartScenario {

  private static final int STARTS = Size.of(1, 20);

  private final List<Long> millis = new ArrayList<>();

  @Test
  void everyFirstStartIsReadyAndQuiet(Switch shared) {
    judge(shared);
    while (millis.size() < STARTS) {
      try (Switch started = Switch.start("start")) {
        judge(started);
      }
    }
    millis.sort(null);
    System.out.println("| first starts | " + STARTS + " ready, none refreshed or stopped a bundle | ms min/median/max " + millis.get(0) + "/"
        + millis.get(millis.size() / 2) + "/" + millis.get(millis.size() - 1) + " |");
  }

  private void judge(Switch at) {
    FirstStart start = at.first();
    millis.add(start.took().toMillis());
    assertThat(at.run(Duration.ofSeconds(20), "status").status()).as("exit status of strowger status").isZero();
    assertThat(start.log()).contains("org.strowger");
    List<String> wrong = start.log().lines().filter(StartScenario::wrong).toList();
    assertThat(wrong).as("first start %d of %d, %s", millis.size(), STARTS, at.home()).isEmpty();
  }

  private static boolean wrong(String line) {
    return line.contains(" ERROR ") || line.contains("Refreshing") || line.contains("Stopping bundles");
  }
}
