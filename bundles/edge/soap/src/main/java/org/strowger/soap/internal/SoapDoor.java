package org.strowger.soap.internal;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
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
import org.strowger.billing.api.TariffService;
import org.strowger.kernel.Health;
import org.strowger.kernel.Live;
import org.strowger.rest.api.Caller;
import org.strowger.rest.api.Login;

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

  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(SoapDoor.class);
  private static final String CALLER = SoapDoor.class.getName() + ".caller";
  private static final String PATH = "/v1";

  private final transient Login login;
  private final transient Semaphore places;
  private final int maxBodyBytes;
  private final transient XmlLimits limits = new XmlLimits();
  private final transient Live<AccountService> accounts = new Live<>("accounts");
  private final transient Live<FundsService> funds = new Live<>("the ledger");
  private final transient Live<CdrService> cdrs = new Live<>("CDRs");
  private final transient Live<TariffService> tariffs = new Live<>("rating");
  private transient Engine engine;
  private transient boolean stopped;

  @Activate
  public SoapDoor(@Reference Login login, SoapConfig config) {
    this.login = login;
    this.places = new Semaphore(config.max_concurrent());
    this.maxBodyBytes = config.max_body_kib() * 1024;
  }

  @Deactivate
  void stop() {
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

  @Override
  public String name() {
    return "soap";
  }

  @Override
  public Health health() {
    String away = (accounts.now().isEmpty() ? " accounts" : "") + (funds.now().isEmpty() ? " funds" : "") + (cdrs.now().isEmpty() ? " CDRs" : "")
        + (tariffs.now().isEmpty() ? " tariffs" : "");
    return away.isEmpty() ? Health.ok(places.availablePermits() + " requests may come at once now") : Health.degraded("refuses what needs what is away:" + away);
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response) throws ServletException, IOException {
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("X-Content-Type-Options", "nosniff");
    boolean wsdl = request.getMethod().equals("GET");
    if (!request.isSecure() && !isLoopback(request.getLocalAddr())) {
      refuse(response, 403, "plain HTTP is served on loopback only; give the switch a key store (etc/org.ops4j.pax.web.cfg) and use https://");
    } else if (!PATH.equals(request.getPathInfo()) || wsdl && !asksForWsdl(request)) {
      refuse(response, 404, "SOAP is at " + request.getContextPath() + "/soap/v1, its WSDL at /soap/v1?wsdl");
    } else if (!wsdl && !request.getMethod().equals("POST")) {
      response.setHeader("Allow", "GET, POST");
      refuse(response, 405, "GET reads the WSDL, POST sends a message");
    } else if (wsdl) {
      serve(request, response);
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
      byte[] body = read(request);
      String complaint = body == null ? null : limits.complaint(body);
      if (body == null) {
        response.setHeader("Connection", "close");
        refuse(response, 413, "a message has at most " + maxBodyBytes + " bytes");
      } else if (complaint != null) {
        fault(response, "the message " + complaint);
      } else {
        var whole = new WholeRequest(request, body);
        whole.setAttribute(CALLER, granted.caller());
        serve(whole, response);
      }
    } else {
      response.setHeader("WWW-Authenticate", "Basic realm=\"strowger\", charset=\"UTF-8\"");
      refuse(response, 401, "needs a user and password (Basic) or a token (Bearer)");
    }
  }

  private void serve(HttpServletRequest request, HttpServletResponse response) throws ServletException, IOException {
    if (!places.tryAcquire()) {
      response.setHeader("Retry-After", "2");
      refuse(response, 503, "all places are taken; try again");
      return;
    }
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try {
      Engine running = engine();
      if (running == null) {
        refuse(response, 503, "SOAP is stopping");
      } else {
        running.servlet().service(request, response);
      }
    } finally {
      thread.setContextClassLoader(before);
      places.release();
    }
  }

  private synchronized Engine engine() throws ServletException {
    if (engine == null && !stopped) {
      engine = new Engine(new Operations(SoapDoor::caller, accounts, funds, cdrs, tariffs), getServletConfig());
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
      byte[] bytes = in.readNBytes(maxBodyBytes + 1);
      return bytes.length > maxBodyBytes ? null : bytes;
    }
  }

  private static boolean isLoopback(String address) {
    try {
      // An address, never a name: nothing is looked up.
      return address != null && InetAddress.getByName(address.replaceAll("%.*", "")).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static void fault(HttpServletResponse response, String text) throws IOException {
    response.setContentType("text/xml; charset=UTF-8");
    send(response, 500, "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body><soap:Fault><faultcode>soap:Client</faultcode><faultstring>"
        + text.replace("&", "&amp;").replace("<", "&lt;") + "</faultstring></soap:Fault></soap:Body></soap:Envelope>");
  }

  private static void refuse(HttpServletResponse response, int status, String text) throws IOException {
    response.setContentType("text/plain; charset=UTF-8");
    send(response, status, text + "\n");
  }

  private static void send(HttpServletResponse response, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    response.setStatus(status);
    response.setContentLength(bytes.length);
    response.getOutputStream().write(bytes);
  }
}
