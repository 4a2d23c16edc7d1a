package org.strowger.sip.internal.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.strowger.testkit.Prompt.offered;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.strowger.kernel.Time;
import org.strowger.sip.internal.admission.Admission;
import org.strowger.sip.internal.admission.AdmissionSettings;
import org.strowger.testkit.Prompt;

/** What the prompt offers after a Tab. */
class CompletionTest {

  @Test
  void offersSourcesThatAreBanned() {
    var sources = new BannedSources();
    sources.admission = new Admission(new AdmissionSettings(Duration.ofMillis(200), 5).watching(0, 10), Time.SYSTEM, 1);
    assertThat(offered(sources, "")).isEmpty();
    for (int i = 0; i < 100; i++) {
      sources.admission.wrong("198.51.100.7", "1001");
    }
    assertThat(offered(sources, "198")).containsExactly("198.51.100.7");
    assertThat(offered(sources, "203")).isEmpty();
    assertThat(Prompt.of(BansCommand.class, "lift")).isEqualTo(BannedSources.class);
  }
}
