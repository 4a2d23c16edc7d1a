package org.strowger.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** First starts, each of an instance that did not exist before: ready, and nothing in the log that went wrong or was done twice. */
@OwnSwitch
class StartScenario {

  private static final int STARTS = Size.of(1, 20);

  @Test
  void everyFirstStartIsReadyAndQuiet() throws Exception {
    var millis = new ArrayList<Long>();
    for (int i = 0; i < STARTS; i++) {
      long begin = System.nanoTime();
      try (Switch started = Switch.start("start")) {
        millis.add(Duration.ofNanos(System.nanoTime() - begin).toMillis());
        assertThat(started.run(Duration.ofSeconds(20), "status").status()).as("exit status of strowger status").isZero();
        List<String> wrong = started.log().lines().filter(StartScenario::wrong).toList();
        assertThat(wrong).as("first start %d of %d, %s", i + 1, STARTS, started.home()).isEmpty();
      }
    }
    millis.sort(null);
    System.out.println("| first starts | " + STARTS + " ready, none refreshed or stopped a bundle | ms min/median/max " + millis.get(0) + "/"
        + millis.get(millis.size() / 2) + "/" + millis.get(millis.size() - 1) + " |");
  }

  private static boolean wrong(String line) {
    return line.contains(" ERROR ") || line.contains("Refreshing") || line.contains("Stopping bundles");
  }
}
