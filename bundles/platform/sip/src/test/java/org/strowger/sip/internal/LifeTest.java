package org.strowger.sip.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.strowger.kernel.Health;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.Meter;
import org.strowger.kernel.Time;
import org.strowger.sip.api.SipAnswer;
import org.strowger.sip.api.SipRequest;
import org.strowger.sip.internal.admission.Admission;
import org.strowger.sip.spi.SipUser;
import org.strowger.testkit.LeavingBundle;

/** The component from activation to deactivation, and again. */
class LifeTest {

  private final LeavingBundle bundle = new LeavingBundle();

  private static SipConfig config(Map<String, Object> values) {
    return (SipConfig) Proxy.newProxyInstance(
        SipConfig.class.getClassLoader(), new Class<?>[] {SipConfig.class}, (proxy, method, args) -> values.getOrDefault(method.getName(), method.getDefaultValue()));
  }

  private static SipUser user(SipService service, String method) {
    return new SipUser() {
      @Override
      public Set<String> methods() {
        return Set.of(method);
      }

      @Override
      public boolean challenges(SipRequest head) {
        return false;
      }

      @Override
      public void request(SipRequest request) {
        service.respond(request.transaction(), SipAnswer.of(200));
      }
    };
  }

  /** Of an address of its own: tests beside this one take ports of 127.0.0.1 all the time. */
  private static int freePort() throws Exception {
    try (var socket = new DatagramSocket(0, InetAddress.getByName("127.0.0.9"))) {
      return socket.getLocalPort();
    }
  }

  private final AtomicReference<Set<String>> missing = new AtomicReference<>(Set.of());

  @Test
  void portsWaitForMandatoryPluginsAndAnswer503WhileOneIsAway() throws Exception {
    int port = freePort();
    missing.set(Set.of("dncl"));
    var service = new SipService(bundle.context(), config(Map.of("sip_listen", "udp:127.0.0.9:" + port)), Time.SYSTEM, new SipTrace(Time.SYSTEM), new Admission(Rig.PATIENT, Time.SYSTEM, 1), missing::get);
    service.activate();
    service.bindUser(user(service, "INVITE"));
    service.bindUser(user(service, "REGISTER"));
    assertThat(service.listening()).isEmpty();
    assertThat(service.health()).isEqualTo(Health.down("ports are closed until there is plugin dncl"));
    missing.set(Set.of());
    Rig.waitUntil("opened when it came", () -> !service.listening().isEmpty());
    try (Peer peer = Peer.udp("127.0.0.9", port)) {
      peer.send(peer.request("REGISTER", "sip:127.0.0.1", "m", 1, "m1", "x", "", "", ""));
      peer.expect("SIP/2.0 200");
      missing.set(Set.of("dncl"));
      peer.send(peer.request("REGISTER", "sip:127.0.0.1", "m", 2, "m2", "x", "", "", ""));
      assertThat(peer.expect("SIP/2.0 503").toString()).contains("Retry-After");
      assertThat(service.health()).isEqualTo(Health.degraded("answering 503: there is not plugin dncl"));
      missing.set(Set.of());
      peer.send(peer.request("REGISTER", "sip:127.0.0.1", "m", 3, "m3", "x", "", "", ""));
      peer.expect("SIP/2.0 200");
    }
    service.deactivate();
  }

  /** A worker that is held up, and a source that guessed: both are to be seen by who looks at the health. */
  @Test
  void healthTellsOfOverloadAndOfBans() throws Exception {
    int port = freePort();
    var time = new RegisterTest.MovedTime();
    var admission = new Admission(Rig.PATIENT.watching(0, 1), time, 1);
    var service = new SipService(bundle.context(), config(Map.of("sip_listen", "udp:127.0.0.9:" + port)), time, new SipTrace(time), admission, missing::get);
    var blocked = new java.util.concurrent.CountDownLatch(1);
    service.activate();
    service.bindUser(user(service, "INVITE"));
    service.bindUser(new SipUser() {
      @Override
      public Set<String> methods() {
        return Set.of("REGISTER");
      }

      @Override
      public boolean challenges(SipRequest head) {
        return false;
      }

      @Override
      public void request(SipRequest request) {
        try {
          blocked.await(20, java.util.concurrent.TimeUnit.SECONDS);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    });
    try (Peer peer = Peer.udp("127.0.0.9", port)) {
      admission.wrong("198.51.100.7", "bob");
      assertThat(service.health().detail()).endsWith("1 sources banned (switch:bans)");
      for (int i = 0; i < 20; i++) {
        // of one Call-ID, so all before one worker
        peer.send(peer.request("REGISTER", "sip:127.0.0.1", "h", i + 1, "h" + i, "x", "", "", ""));
      }
      Rig.waitUntil("it piles up", () -> {
        time.move(java.time.Duration.ofSeconds(10));
        return service.health().state() == Health.State.DEGRADED;
      });
      assertThat(service.health().detail()).startsWith("answering 503 to what is new: the eldest message has waited for ");
      blocked.countDown();
      Rig.waitUntil("over", () -> service.health().state() == Health.State.OK);
    } finally {
      blocked.countDown();
      service.deactivate();
    }
  }

  @Test
  void portsOpenLastAndTheSamePortsOpenAgainInTheSameVm() throws Exception {
    int port = freePort();
    var config = config(Map.of("sip_listen", "udp:127.0.0.9:" + port + ", tcp:127.0.0.9:" + port));
    for (int round = 0; round < 3; round++) {
      var service = new SipService(bundle.context(), config, Time.SYSTEM, new SipTrace(Time.SYSTEM), new Admission(Rig.PATIENT, Time.SYSTEM, 1), missing::get);
      service.activate();
      SipUser calls = user(service, "INVITE");
      service.bindUser(calls);
      assertThat(service.listening()).as("no taker of REGISTER yet").isEmpty();
      assertThat(service.health()).isEqualTo(Health.down("ports are closed until there is a taker of REGISTER"));
      service.bindUser(user(service, "REGISTER"));
      assertThat(service.listening()).hasSize(2);
      assertThat(service.health().state()).isEqualTo(Health.State.OK);
      try (Peer peer = Peer.udp("127.0.0.9", port); Peer stream = Peer.tcp("127.0.0.9", port)) {
        peer.send(peer.request("REGISTER", "sip:127.0.0.1", "l" + round, 1, "l" + round, "x", "", "", ""));
        peer.expect("SIP/2.0 200");
        stream.send(stream.request("OPTIONS", "sip:127.0.0.1", "l" + round, 1, "lt" + round, "x", "", "", ""));
        stream.expect("SIP/2.0 200");
        service.unbindUser(calls);
        stream.send(stream.request("OPTIONS", "sip:127.0.0.1", "l" + round, 2, "lu" + round, "x", "", "", ""));
        stream.expect("SIP/2.0 503");
        assertThat(service.health().state()).isEqualTo(Health.State.DEGRADED);
      }
      assertThat(bundle.services()).hasAtLeastOneElementOfType(Meter.class);
      service.deactivate();
      assertThat(bundle.services()).isEmpty();
    }
  }

  @Test
  void aTakenPortIsNamedAndOpenedWhenItIsFree() throws Exception {
    var taken = new DatagramSocket(0, InetAddress.getByName("127.0.0.9"));
    int port = taken.getLocalPort();
    var service = new SipService(bundle.context(), config(Map.of("sip_listen", "udp:127.0.0.9:" + port)), Time.SYSTEM, new SipTrace(Time.SYSTEM), new Admission(Rig.PATIENT, Time.SYSTEM, 1), missing::get);
    try (taken) {
      service.activate();
      service.bindUser(user(service, "INVITE"));
      service.bindUser(user(service, "REGISTER"));
      assertThat(service.listening()).isEmpty();
      assertThat(service.health().state()).isEqualTo(Health.State.DOWN);
      assertThat(service.health().detail()).contains("udp:127.0.0.9:" + port).contains("sip.listen");
    }
    Rig.waitUntil("opened after all", () -> !service.listening().isEmpty());
    service.deactivate();
  }

  @Test
  void newSettingsApplyAtOnceUnlessACallIsUp() throws Exception {
    int first = freePort();
    var service = new SipService(bundle.context(), config(Map.of("sip_listen", "udp:127.0.0.9:" + first)), Time.SYSTEM, new SipTrace(Time.SYSTEM), new Admission(Rig.PATIENT, Time.SYSTEM, 1), missing::get);
    service.activate();
    service.bindUser(user(service, "INVITE"));
    service.bindUser(user(service, "REGISTER"));
    int second = freePort();
    service.modified(config(Map.of("sip_listen", "udp:127.0.0.9:" + second)));
    assertThat(service.listening()).extracting(flow -> flow.local().port()).containsExactly(second);
    service.modified(config(Map.of("sip_listen", "nonsense")));
    assertThat(service.listening()).extracting(flow -> flow.local().port()).containsExactly(second);
    try (Peer peer = Peer.udp("127.0.0.9", second)) {
      peer.send(peer.request("INVITE", "sip:1@127.0.0.1", "m", 1, "m", "x", "", "", "v=0\r\n"));
      String ok = peer.expect("SIP/2.0 200");
      peer.send(peer.request("ACK", "sip:1@127.0.0.1", "m", 1, "ma", "x", Peer.tag(ok, "To"), "", ""));
      service.modified(config(Map.of("sip_listen", "udp:127.0.0.9:" + first)));
      assertThat(service.listening()).extracting(flow -> flow.local().port()).as("a call is up").containsExactly(second);
    }
    service.deactivate();
    assertThat(bundle.services()).isEmpty();
  }

  @Test
  void aWrongSettingIsNamed() {
    for (Map<String, Object> wrong : java.util.List.<Map<String, Object>>of(
        Map.of("sip_listen", "sctp:127.0.0.1:5060"), Map.of("sip_listen", "udp:2001:db8::1:7"), Map.of("sip_listen", "udp:2001:db8:5060"), Map.of("sip_listen", "udp:1:::2:5060"), Map.of("sip_listen", " "), Map.of("sip_digest_algorithms", "MD4"), Map.of("sip_t1Millis", 5), Map.of("sip_realm", ""))) {
      assertThatThrownBy(() -> SipSettings.of(config(wrong))).isInstanceOf(InvalidInput.class).hasMessageContaining(wrong.keySet().iterator().next().replace('_', '.'));
    }
    assertThat(SipSettings.of(config(Map.of("sip_listen", "udp:[::1]:5070,tcp:0.0.0.0"))).listen()).hasToString("[udp:[::1]:5070, tcp:0.0.0.0:5060]");
    assertThat(SipSettings.of(config(Map.of("sip_listen", "udp:::1:5070,tcp::::5071,udp:2001:db8::7:5072"))).listen())
        .as("as the shipped setting puts host and port together").hasToString("[udp:[::1]:5070, tcp:[::]:5071, udp:[2001:db8::7]:5072]");
    assertThat(SipSettings.of(config(Map.of("sip_listen", "udp:2001:db8::7,tcp:::1,udp:2001:db8::abcd,tcp:2001:db8::1:abcd,udp:1:2:3:4:5:6:7:8:7"))).listen())
        .as("an address alone, and one that is full").hasToString("[udp:[2001:db8::7]:5060, tcp:[::1]:5060, udp:[2001:db8::abcd]:5060, tcp:[2001:db8::1:abcd]:5060, udp:[1:2:3:4:5:6:7:8]:7]");
  }

  @Test
  void aPointOnEveryAddressServesPeersOfEitherKind() {
    Function<String, Optional<String>> unknown = remote -> Optional.empty();
    var every = new org.strowger.kernel.HostPort("::", 5060);
    var four = new org.strowger.kernel.HostPort("192.0.2.1", 5061);
    var six = new org.strowger.kernel.HostPort("2001:db8::1", 5062);
    assertThat(Ports.point(java.util.List.of(every), "192.0.2.7", unknown)).contains(every);
    assertThat(Ports.point(java.util.List.of(every), "2001:db8::7", unknown)).contains(every);
    assertThat(Ports.point(java.util.List.of(every, four), "192.0.2.7", remote -> Optional.of("192.0.2.1"))).contains(four);
    assertThat(Ports.point(java.util.List.of(six), "192.0.2.7", unknown)).isEmpty();
    assertThat(Ports.point(java.util.List.of(four), "2001:db8::7", unknown)).isEmpty();
  }
}
