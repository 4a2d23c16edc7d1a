package org.strowger.soap.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import javax.servlet.Servlet;
import javax.servlet.ServletException;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.apache.cxf.phase.PhaseInterceptorChain;
import org.apache.cxf.transport.http.AbstractHTTPDestination;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.accounts.api.AccountService;
import org.strowger.billing.api.CdrService;
import org.strowger.billing.api.FundsService;
import org.strowger.billing.api.PlanService;
import org.strowger.billing.api.TariffService;
import org.strowger.calls.api.CallService;
import org.strowger.kernel.Health;
import org.strowger.kernel.Live;
import org.strowger.persistence.api.Yielding;
import org.strowger.rest.api.Caller;
import org.strowger.rest.api.Login;
import org.strowger.rest.door.Bodies;
import org.strowger.rest.door.Places;
import org.strowger.rest.door.UnsafeWay;

/**
 * Serves SOAP at {@code /soap/v1}, its WSDL at {@code /soap/v1?wsdl}. Login, limits and the look at the
 * XML come before CXF sees a byte. CXF itself starts with the first request: it would cost each
 * start a second, and not every operator uses SOAP.
 */
@Component(
    service = {Servlet.class, Health.Check.class},
    configurationPid = "org.strowger.soap",
    property = {"osgi.http.whiteboard.servlet.name=strowger-soap", "osgi.http.whiteboard.servlet.pattern=/soap/*"})
@Designate(ocd = SoapConfig.class)
public final class SoapDoor extends HttpServlet implements Health.Check {

  /** How long a request waits for a place. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(SoapDoor.class);
  private static final String CALLER = SoapDoor.class.getName() + ".caller";
  private static final String PATH = "/v1";
  /** The WSDL is read without a login, so its readers have places apart from those of messages: half of these for one address. */
  private static final int WSDL_READERS = 8;

  private final transient Login login;
  private final transient Places places;
  private final transient Places wsdlPlaces = new Places(WSDL_READERS, Duration.ZERO);
  private final transient Bodies bodies;
  private final int maxBodyBytes;
  private final transient XmlLimits limits = new XmlLimits();
  private final transient Live<AccountService> accounts = new Live<>("accounts");
  private final transient Live<FundsService> funds = new Live<>("the ledger");
  private final transient Live<CdrService> cdrs = new Live<>("CDRs");
  private final transient Live<TariffService> tariffs = new Live<>("rating");
  private final transient Live<PlanService> plans = new Live<>("rating");
  private final transient Live<CallService> calls = new Live<>("calls");
  private transient Engine engine;
  private transient boolean stopped;

  @Activate
  public SoapDoor(@Reference Login login, SoapConfig config) {
    this(login, config, Bodies.LIMIT);
  }

  SoapDoor(Login login, SoapConfig config, Duration bodyLimit) {
    this.login = login;
    this.bodies = new Bodies("soap", bodyLimit);
    this.places = new Places(config.max_concurrent(), PATIENCE);
    this.maxBodyBytes = config.max_body_kib() * 1024;
  }

  @Deactivate
  void stop() {
    bodies.close();
    synchronized (this) {
      stopped = true;
      if (engine != null) {
        engine.close();
        engine = null;
      }
    }
  }

  @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
  void bindAccounts(AccountService service) {
    accounts.bind(service);
  }

  void unbindAccounts(AccountService service) {
    accounts.unbind(service);
  }

  @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
  void bindFunds(FundsService service) {
    funds.bind(service);
  }

  void unbindFunds(FundsService service) {
    funds.unbind(service);
  }

  @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
  void bindCdrs(CdrService service) {
    cdrs.bind(service);
  }

  void unbindCdrs(CdrService service) {
    cdrs.unbind(service);
  }

  @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
  void bindTariffs(TariffService service) {
    tariffs.bind(service);
  }

  void unbindTariffs(TariffService service) {
    tariffs.unbind(service);
  }

  @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
  void bindPlans(PlanService service) {
    plans.bind(service);
  }

  void unbindPlans(PlanService service) {
    plans.unbind(service);
  }

  @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
  void bindCalls(CallService service) {
    calls.bind(service);
  }

  void unbindCalls(CallService service) {
    calls.unbind(service);
  }

  @Override
  public String name() {
    return "soap";
  }

  @Override
  public Health health() {
    String away = (accounts.now().isEmpty() ? " accounts" : "") + (funds.now().isEmpty() ? " funds" : "") + (cdrs.now().isEmpty() ? " CDRs" : "")
        + (tariffs.now().isEmpty() ? " tariffs" : "") + (plans.now().isEmpty() ? " plans" : "") + (calls.now().isEmpty() ? " calls" : "");
    return away.isEmpty() ? Health.ok(places.free() + " requests may come at once now") : Health.degraded("refuses what needs what is away:" + away);
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response) throws ServletException, IOException {
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("X-Content-Type-Options", "nosniff");
    boolean wsdl = request.getMethod().equals("GET");
    Optional<UnsafeWay> unsafe = UnsafeWay.of(request.isSecure(), request.getLocalAddr(), request::getHeader);
    if (unsafe.isPresent()) {
      refuse(response, 403, unsafe.get().detail());
    } else if (!PATH.equals(request.getPathInfo()) || wsdl && !asksForWsdl(request)) {
      refuse(response, 404, "SOAP is at " + request.getContextPath() + "/soap/v1, its WSDL at /soap/v1?wsdl");
    } else if (!wsdl && !request.getMethod().equals("POST")) {
      response.setHeader("Allow", "GET, POST");
      refuse(response, 405, "GET reads the WSDL, POST sends a message");
    } else if (wsdl) {
      inPlace(wsdlPlaces, request.getRemoteAddr(), response, () -> serve(request, response));
    } else {
      post(request, response);
    }
  }

  private static boolean asksForWsdl(HttpServletRequest request) {
    return "wsdl".equalsIgnoreCase(request.getQueryString());
  }

  private void post(HttpServletRequest request, HttpServletResponse response) throws ServletException, IOException {
    Login.Answer answer = login.byAuthorization(request.getHeader("Authorization"), request.getRemoteAddr());
    if (answer instanceof Login.Answer.TooMany tooMany) {
      response.setHeader("Retry-After", Long.toString(tooMany.retryAfter().toSeconds() + 1));
      refuse(response, 429, "too many wrong passwords came from " + request.getRemoteAddr());
    } else if (answer instanceof Login.Answer.Granted granted) {
      inPlace(places, granted.caller().name(), response, () -> message(request, response, granted.caller()));
    } else {
      response.setHeader("WWW-Authenticate", "Basic realm=\"strowger\", charset=\"UTF-8\"");
      refuse(response, 401, "needs a user and password (Basic) or a token (Bearer)");
    }
  }

  private interface Work {
    void run() throws ServletException, IOException;
  }

  /** Reading counts too: who sends half a message holds a place of his own, not of others. */
  private static void inPlace(Places among, String caller, HttpServletResponse response, Work work) throws ServletException, IOException {
    Optional<Places.Place> place = among.take(caller);
    if (place.isEmpty()) {
      response.setHeader("Retry-After", "2");
      response.setHeader("Connection", "close");
      refuse(response, 503, "all places are taken, or half of them by this caller; try again");
      return;
    }
    try (Places.Place held = place.get()) {
      work.run();
    }
  }

  private void message(HttpServletRequest request, HttpServletResponse response, Caller caller) throws ServletException, IOException {
    String type = String.valueOf(request.getContentType()).toLowerCase(Locale.ROOT).replace(" ", "").replace("\"", "");
    if (!type.equals("text/xml") && !type.equals("text/xml;charset=utf-8")) {
      response.setHeader("Connection", "close");
      refuse(response, 415, "a message is text/xml (SOAP 1.1) in UTF-8");
      return;
    }
    byte[] body;
    try {
      body = read(request);
    } catch (Bodies.Late e) {
      response.setHeader("Connection", "close");
      refuse(response, 408, e.getMessage());
      return;
    }
    if (body == null) {
      response.setHeader("Connection", "close");
      refuse(response, 413, "a message has at most " + maxBodyBytes + " bytes");
      return;
    }
    try {
      requireSound(body);
    } catch (Refused e) {
      response.setContentType(WholeRequest.CONTENT_TYPE);
      send(response, 500, e.envelope());
      return;
    }
    var whole = new WholeRequest(request, body);
    whole.setAttribute(CALLER, caller);
    serve(whole, response);
  }

  private void requireSound(byte[] body) throws ServletException {
    String complaint = limits.complaint(body);
    if (complaint != null) {
      throw Refused.message(complaint);
    }
    Engine running = engine();
    try {
      if (running != null) {
        running.requireSound(body);
      }
    } catch (IllegalStateException e) {
      String incident = UUID.randomUUID().toString().substring(0, 8);
      LOG.error("Incident {}: a SOAP message could not be looked at", incident, e);
      throw Refused.unexpected(incident);
    }
  }

  private void serve(HttpServletRequest request, HttpServletResponse response) throws ServletException, IOException {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (Yielding yielding = Yielding.begin()) {
      Engine running = engine();
      if (running == null) {
        refuse(response, 503, "SOAP is stopping");
      } else {
        running.servlet().service(request, response);
      }
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private synchronized Engine engine() throws ServletException {
    if (engine == null && !stopped) {
      engine = new Engine(new Operations(SoapDoor::caller, accounts, funds, cdrs, tariffs, plans, calls), getServletConfig());
      LOG.info("SOAP is up");
    }
    return engine;
  }

  /** Of the message that CXF works on in this thread. */
  private static Caller caller() {
    var request = (HttpServletRequest) PhaseInterceptorChain.getCurrentMessage().get(AbstractHTTPDestination.HTTP_REQUEST);
    return (Caller) request.getAttribute(CALLER);
  }

  private byte[] read(HttpServletRequest request) throws IOException {
    if (request.getContentLengthLong() > maxBodyBytes) {
      return null;
    }
    try (InputStream in = request.getInputStream()) {
      byte[] bytes = bodies.read(in, maxBodyBytes);
      return bytes.length > maxBodyBytes ? null : bytes;
    }
  }

  private static void refuse(HttpServletResponse response, int status, String text) throws IOException {
    response.setContentType("text/plain; charset=UTF-8");
    send(response, status, (text + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private static void send(HttpServletResponse response, int status, byte[] bytes) throws IOException {
    response.setStatus(status);
    response.setContentLength(bytes.length);
    response.getOutputStream().write(bytes);
  }
}
