package org.strowger.sip.internal;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.strowger.kernel.HostPort;
import org.strowger.kernel.Meter;
import org.strowger.kernel.Time;
import org.strowger.sip.api.Flow;
import org.strowger.sip.api.SipDigest;
import org.strowger.sip.api.SipRequest;
import org.strowger.sip.api.SipStack;
import org.strowger.sip.api.Transport;
import org.strowger.sip.internal.admission.Admission;
import org.strowger.sip.internal.admission.AdmissionSettings;
import org.strowger.sip.spi.SipUser;

/** The switch's own SIP stack on random ports, for tests of those who use it. */
public final class RealStack implements AutoCloseable {

  private final Users users = new Users();
  private final Engine engine;

  public RealStack() {
    var any = new HostPort("127.0.0.1", 0);
    var settings = new SipSettings(List.of(new SipSettings.Listen(Transport.UDP, any), new SipSettings.Listen(Transport.TCP, any)), "", "strowger", List.of("MD5", "SHA-256"), List.of("baresip v1"),
        Duration.ofSeconds(60), Duration.ofMillis(500), 8192, "Strowger", 2);
    engine = new Engine(settings, Time.SYSTEM, users, new Meter("sip"), new SipTrace(Time.SYSTEM),
        new Admission(new AdmissionSettings(Duration.ofSeconds(5), 10), Time.SYSTEM, 1), new TrunkHosts(Time.SYSTEM));
  }

  public void open(SipUser calls) {
    users.bind(calls);
    users.bind(new SipUser() {
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
        throw new AssertionError("nobody registers here");
      }
    });
    engine.open();
  }

  public SipStack stack() {
    return engine;
  }

  public SipDigest digest() {
    return engine.digests;
  }

  public SipDigest.Ha1 ha1(String user, String password) {
    String text = user + ":strowger:" + password;
    return new SipDigest.Ha1(Digests.hash("MD5", text), Digests.hash("SHA-256", text));
  }

  public int port(Transport transport) {
    return engine.listening().stream().filter(flow -> flow.transport() == transport).map(Flow::local).findFirst().orElseThrow().port();
  }

  /** Dialogs that are still known. */
  public int dialogs() {
    return engine.dialogs.size();
  }

  @Override
  public void close() {
    engine.close();
  }
}
