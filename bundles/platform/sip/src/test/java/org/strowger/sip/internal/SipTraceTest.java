package org.strowger.sip.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.strowger.kernel.HostPort;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.Time;
import org.strowger.sip.api.Flow;
import org.strowger.sip.api.Transport;

@Timeout(30)
class SipTraceTest {

  private static final SipTrace.Filter ALL = new SipTrace.Filter(null, null);
  private static final Flow FLOW = flow("192.0.2.7");

  private final AtomicLong ticks = new AtomicLong();
  private final List<String> written = new CopyOnWriteArrayList<>();
  private final Time time = new Time() {
    @Override
    public Instant now() {
      return Instant.parse("2026-11-22T01:02:03Z");
    }

    @Override
    public long ticks() {
      return ticks.get();
    }
  };

  private static Flow flow(String peer) {
    return new Flow(Transport.UDP, new HostPort("192.0.2.1", 5060), new HostPort(peer, 5062));
  }

  private static byte[] message(String callId) {
    return ("OPTIONS sip:x SIP/2.0\r\nCall-ID: " + callId + "\r\n\r\n").getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void itIsOffUntilItIsTurnedOnAndWritesWhatIsLookedFor() {
    var trace = new SipTrace(time, written::add);
    trace.received(message("before"), FLOW);
    trace.on(new SipTrace.Filter("mine", "192.0.2.7"), 1);
    trace.received(message("mine"), FLOW);
    trace.sent(message("mine"), FLOW);
    trace.received(message("other"), FLOW);
    trace.received(message("mine"), flow("192.0.2.8"));
    assertThat(trace.off()).isTrue();
    trace.received(message("mine"), FLOW);

    assertThat(written).containsExactly(
        "2026-11-22T01:02:03Z UDP received by 192.0.2.1:5060 from 192.0.2.7:5062, 40 bytes\n    OPTIONS sip:x SIP/2.0\n    Call-ID: mine\n",
        "2026-11-22T01:02:03Z UDP sent by 192.0.2.1:5060 to 192.0.2.7:5062, 40 bytes\n    OPTIONS sip:x SIP/2.0\n    Call-ID: mine\n");
    assertThat(trace.status().on()).isEmpty();
    assertThat(trace.off()).isFalse();
    assertThatThrownBy(() -> trace.on(ALL, 0)).isInstanceOf(InvalidInput.class).hasMessageContaining("minutes '0'");
  }

  @Test
  void aDiskThatStandsStillStopsNoMessageAndWhatIsMissingIsSaid() throws Exception {
    var disk = new CountDownLatch(1);
    var trace = new SipTrace(time, text -> {
      try {
        assertThat(disk.await(20, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      written.add(text);
    });
    trace.on(ALL, 1);
    byte[] large = message("x".repeat(8000));
    int sent = 2000;
    for (int i = 0; i < sent; i++) {
      trace.received(large, FLOW);
    }
    long dropped = trace.dropped();
    assertThat(dropped).as("more than 4 MiB").isBetween(sent - (4L << 20) / 8000 - 5, sent - (4L << 20) / 8100 + 5);

    disk.countDown();
    trace.off();
    Rig.waitUntil("all is written", () -> written.size() == sent - dropped + 1);
    assertThat(written.get(written.size() - 1)).isEqualTo(dropped + " messages are left out here: more passed than could be written");
    assertThat(trace.status().written()).isEqualTo(sent - dropped);
  }

  @Test
  void itGoesOffByItself() {
    var trace = new SipTrace(time, written::add);
    trace.on(ALL, 5);
    ticks.addAndGet(Duration.ofMinutes(5).toNanos() - 1);
    assertThat(trace.status().on()).hasValueSatisfying(on -> assertThat(on.left()).isEqualTo(Duration.ofNanos(1)));
    ticks.addAndGet(1);
    Rig.waitUntil("it is off", () -> trace.status().on().isEmpty());
    trace.received(message("late"), FLOW);
    assertThat(written).isEmpty();
  }

  @Test
  void onTheWireEveryMessageIsSeenAndNoResponseToAChallenge() {
    try (var rig = new Rig(); Peer phone = rig.udp()) {
      rig.challenging = true;
      rig.onRequest = request -> rig.engine.challenge(request.transaction(), false);
      rig.trace.on(ALL, 1);
      phone.send(phone.request("REGISTER", "sip:127.0.0.1", "traced", 1, "a", "x", "", "", ""));
      String challenged = phone.expect("SIP/2.0 401");
      String answer = RegisterTest.authorization(challenged, "REGISTER", "sip:127.0.0.1", "guess", "MD5", "00000001");
      phone.send(phone.request("REGISTER", "sip:127.0.0.1", "traced", 2, "a", "x", "", answer, ""));
      phone.expect("SIP/2.0 401");
      rig.trace.off();

      String digest = answer.replaceAll("(?s).* response=\"([0-9a-f]+)\".*", "$1");
      assertThat(digest).hasSize(32);
      assertThat(rig.traced).hasSize(4).allMatch(entry -> entry.contains("Call-ID: traced"));
      assertThat(rig.traced.get(2)).contains("username=\"alice\"", "response=***").doesNotContain(digest);
      assertThat(rig.traced.get(3)).contains(" sent by ", "SIP/2.0 401", "nonce=");
    }
  }
}
