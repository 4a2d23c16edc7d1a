package org.strowger.sip.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.strowger.kernel.HostPort;
import org.strowger.kernel.Meter;
import org.strowger.kernel.Time;
import org.strowger.sip.api.DialogId;
import org.strowger.sip.api.Flow;
import org.strowger.sip.api.SipBody;
import org.strowger.sip.api.SipClient;
import org.strowger.sip.api.SipDigest;
import org.strowger.sip.api.SipRequest;
import org.strowger.sip.api.SipResponse;
import org.strowger.sip.api.TransactionId;
import org.strowger.sip.api.Transport;
import org.strowger.sip.internal.admission.Admission;
import org.strowger.sip.internal.admission.AdmissionSettings;
import org.strowger.sip.spi.SipUser;
import org.strowger.testkit.Waiting;

/** An engine on random ports with a user that writes down what it hears. T1 is 50 ms: timers run ten times faster. */
final class Rig implements AutoCloseable, SipUser, SipClient {

  /** Tests share a machine: what waits here is not the flood. */
  static final AdmissionSettings PATIENT = new AdmissionSettings(Duration.ofSeconds(30), 10);
  static final String PASSWORD = "s3cret";

  final Users users = new Users();
  final TrunkHosts trunks = new TrunkHosts(Time.SYSTEM);
  final Meter meter = new Meter("sip");
  /** What was traced. */
  final List<String> traced = new CopyOnWriteArrayList<>();
  final SipTrace trace = new SipTrace(Time.SYSTEM, traced::add);
  final Engine engine;
  final LinkedBlockingQueue<SipRequest> requests = new LinkedBlockingQueue<>();
  final LinkedBlockingQueue<SipResponse> responses = new LinkedBlockingQueue<>();
  final List<String> events = new CopyOnWriteArrayList<>();
  volatile Consumer<SipRequest> onRequest = request -> { };
  volatile boolean challenging;
  volatile long backlog;

  Rig() {
    this(settings(4, Duration.ofSeconds(60)), Time.SYSTEM);
  }

  Rig(SipSettings settings, Time time) {
    this(settings, time, new Admission(PATIENT, time, 1));
  }

  Rig(SipSettings settings, Time time, Admission admission) {
    engine = new Engine(settings, time, users, meter, trace, admission, trunks);
    users.bind(this);
    engine.open();
  }

  static SipSettings settings(int workers, Duration nonceLifetime) {
    var any = new HostPort("127.0.0.1", 0);
    return new SipSettings(
        List.of(new SipSettings.Listen(Transport.UDP, any), new SipSettings.Listen(Transport.TCP, any)),
        "", "strowger", List.of("MD5", "SHA-256"), List.of("baresip v1"), nonceLifetime, Duration.ofMillis(50), 8192, "Strowger", workers);
  }

  int port(Transport transport) {
    return engine.listening().stream().filter(flow -> flow.transport() == transport).map(Flow::local).findFirst().orElseThrow().port();
  }

  Peer udp() {
    return Peer.udp(port(Transport.UDP));
  }

  Peer tcp() {
    return Peer.tcp(port(Transport.TCP));
  }

  static SipDigest.Ha1 ha1(String user) {
    String text = user + ":strowger:" + PASSWORD;
    return new SipDigest.Ha1(Digests.hash("MD5", text), Digests.hash("SHA-256", text));
  }

  SipRequest request() {
    return take(requests, "request");
  }

  SipResponse response(int status) {
    while (true) {
      SipResponse response = take(responses, "response " + status);
      if (response.status() == status) {
        return response;
      }
    }
  }

  private static <T> T take(LinkedBlockingQueue<T> queue, String what) {
    try {
      T next = queue.poll(3, TimeUnit.SECONDS);
      if (next == null) {
        throw new AssertionError("no " + what + " within 3 s");
      }
      return next;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  static void waitUntil(String what, BooleanSupplier condition) {
    Waiting.until(what, condition::getAsBoolean);
  }

  long meter(String name) {
    return meter.read().get("sip." + name);
  }

  /** Dialogs and transactions of every kind. */
  long held() {
    return meter("dialogs") + meter("transactions.server") + meter("transactions.client") + engine.servers.merged.size();
  }

  List<String> events() {
    return new ArrayList<>(events);
  }

  @Override
  public Set<String> methods() {
    return Set.of("INVITE", "REGISTER");
  }

  @Override
  public boolean challenges(SipRequest head) {
    return challenging;
  }

  @Override
  public long backlogNanos() {
    return backlog;
  }

  @Override
  public void request(SipRequest request) {
    events.add(request.method());
    requests.add(request);
    onRequest.accept(request);
  }

  @Override
  public void acknowledged(DialogId dialog, SipBody body) {
    events.add("acknowledged");
  }

  @Override
  public void unacknowledged(DialogId dialog) {
    events.add("unacknowledged");
  }

  @Override
  public void cancelled(TransactionId invite, SipRequest cancel) {
    events.add("cancelled");
  }

  @Override
  public void response(SipResponse response) {
    events.add("response " + response.status());
    responses.add(response);
  }

  @Override
  public void failed(TransactionId request, Failure failure) {
    events.add("failed " + failure);
  }

  @Override
  public void close() {
    engine.close();
  }
}
