package org.strowger.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.strowger.phone.Phone;
import org.strowger.phone.TransportKind;
import org.strowger.scenarios.World.Subscriber;

/** An operator looks at the messages of a phone, and sees no secret. */
@ExtendWith(SharedSwitch.class)
class TraceScenario {

  @Test
  void messagesAreWrittenWhileTheTraceIsOnWithoutWhatAPasswordCouldBeGuessedFrom(Switch at) throws Exception {
    try (var world = new World(at)) {
      Subscriber before = world.account(world.plan(world.tariff("")), null, "0", "0");
      Subscriber traced = world.account(world.plan(world.tariff("")), null, "0", "0");
      world.registered(before);

      assertThat(at.shell("switch:trace --minutes 2 on")).contains("log/sip-trace.log");
      Phone phone = world.phone(traced, TransportKind.UDP);
      phone.register(Duration.ofMinutes(5));
      assertThat(at.shell("switch:trace off")).containsPattern("trace\\s+off");
      int size = trace(at).length();
      phone.register(Duration.ofMinutes(5));

      String trace = trace(at);
      assertThat(trace).hasSize(size).contains(" UDP received by ", " UDP sent by ", "    REGISTER sip:", "<sip:" + traced.name() + "@", "response=***", "    SIP/2.0 200 OK");
      assertThat(trace).doesNotContain("<sip:" + before.name() + "@", "response=\"", traced.password());
      assertThat(at.log()).contains("SIP trace is on for 2 min").doesNotContain("    REGISTER sip:");
    }
  }

  private static String trace(Switch at) throws IOException {
    Path file = at.home().resolve("log/sip-trace.log");
    return Files.exists(file) ? Files.readString(file) : "";
  }
}
