package org.strowger.rest.internal;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;
import javax.servlet.Servlet;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.kernel.Health;
import org.strowger.kernel.Meter;
import org.strowger.kernel.StrowgerException;
import org.strowger.rest.api.Caller;
import org.strowger.rest.api.Login;
import org.strowger.rest.api.RestAnswer;
import org.strowger.rest.api.RestRequest;
import org.strowger.rest.api.Role;
import org.strowger.rest.door.Bodies;
import org.strowger.rest.door.Checkup;
import org.strowger.rest.door.Places;
import org.strowger.rest.internal.Routes.Found;
import org.strowger.rest.internal.Routes.Offer;
import org.strowger.rest.internal.json.JsonReader;
import org.strowger.rest.internal.json.JsonWriter;
import org.strowger.rest.spi.RestResource;

/** Serves {@code /api/v1} from whatever resources there are, and {@code /health}. */
@Component(
    service = Servlet.class,
    configurationPid = "org.strowger.rest",
    property = {
      "osgi.http.whiteboard.servlet.name=strowger-rest",
      "osgi.http.whiteboard.servlet.pattern=/api/v1/*",
      "osgi.http.whiteboard.servlet.pattern=/health"
    })
@Designate(ocd = RestConfig.class)
public final class Door extends HttpServlet {

  /** How long a request waits for a place. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(Door.class);
  static final String ROOT = "/api/v1";
  private static final String HEALTH = "/health";

  private final transient Login login;
  private final transient Places places;
  private final transient Bodies bodies;
  private final transient Workers workers;
  private final transient Map<RestResource, Offer> offers = new LinkedHashMap<>();
  private final transient Checkup checkup = new Checkup("rest-health");
  private final transient JsonReader reader = new JsonReader();
  private final transient JsonWriter writer = new JsonWriter();
  private final transient LongAdder requests;
  private final transient LongAdder refused;
  private final transient LongAdder unexpected;
  private final transient List<ServiceRegistration<?>> offered;
  private transient volatile Routes routes = new Routes(List.of());
  private volatile int maxBodyBytes;

  @Activate
  public Door(BundleContext context, @Reference Login login, RestConfig config) {
    this(context, login, config, Bodies.LIMIT);
  }

  Door(BundleContext context, Login login, RestConfig config, Duration bodyLimit) {
    this.login = login;
    this.bodies = new Bodies("rest", bodyLimit);
    this.places = new Places(config.max_concurrent(), PATIENCE);
    this.workers = new Workers(config.max_concurrent(), Duration.ofSeconds(config.limit_seconds()));
    this.maxBodyBytes = config.max_body_kib() * 1024;
    var meter = new Meter("rest");
    this.requests = meter.counter("requests");
    this.refused = meter.counter("refused");
    this.unexpected = meter.counter("unexpected");
    meter.gauge("active", workers::active);
    this.offered = List.of(
        context.registerService(Meter.class, meter, null),
        context.registerService(Health.Check.class, Health.Check.of("rest", this::ownHealth), null));
  }

  @Modified
  void reconfigure(RestConfig config) {
    places.limit(config.max_concurrent());
    workers.limit(config.max_concurrent(), Duration.ofSeconds(config.limit_seconds()));
    maxBodyBytes = config.max_body_kib() * 1024;
  }

  @Deactivate
  void stop() {
    offered.forEach(ServiceRegistration::unregister);
    workers.stop();
    checkup.close();
    bodies.close();
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
  void bindResource(RestResource resource) {
    Offer offer;
    try {
      offer = new Offer(resource.name(), resource.endpoints());
    } catch (RuntimeException | LinkageError e) {
      LOG.error("A REST resource of {} can't be published: {}", resource.getClass().getName(), e.toString());
      return;
    }
    synchronized (offers) {
      offers.put(resource, offer);
      routes = new Routes(List.copyOf(offers.values()));
    }
  }

  void unbindResource(RestResource resource) {
    synchronized (offers) {
      offers.remove(resource);
      routes = new Routes(List.copyOf(offers.values()));
    }
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
  void bindCheck(Health.Check check, Map<String, Object> properties) {
    checkup.add(check, "bundle " + properties.get(Constants.SERVICE_BUNDLEID));
  }

  void unbindCheck(Health.Check check) {
    checkup.remove(check);
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
    requests.increment();
    try (Visit visit = visit(request)) {
      send(request, response, visit.caller() == null ? health(request) : answer(request, response, visit.caller()));
    } catch (Refusal refusal) {
      send(request, response, refusal);
    } catch (StrowgerException e) {
      send(request, response, Refusal.of(e));
    } catch (IOException e) {
      // The peer went away in the middle of its request.
      LOG.debug("Request not read or answer not sent", e);
    } catch (Exception | LinkageError | StackOverflowError e) {
      unexpected.increment();
      String incident = UUID.randomUUID().toString().substring(0, 8);
      LOG.error("Incident {}: {} {} failed", incident, request.getMethod(), request.getRequestURI(), e);
      send(request, response, Refusal.unexpected(incident));
    }
  }

  /** A caller with his place; neither for a look at the health, which needs no body and little time. */
  private record Visit(Caller caller, Places.Place place) implements AutoCloseable {
    @Override
    public void close() {
      if (place != null) {
        place.close();
      }
    }
  }

  private Visit visit(HttpServletRequest request) {
    new Incoming(request, bodies).requireSafeWay();
    if (path(request).equals(HEALTH)) {
      return new Visit(null, null);
    }
    Caller caller = caller(request);
    return new Visit(caller, places.take(caller.name()).orElseThrow(() ->
        // The body is not read: closing spares us that.
        Refusal.busy("all places are taken, or half of them by " + caller.name() + "; try again").with("Connection", "close")));
  }

  private static String path(HttpServletRequest request) {
    return request.getRequestURI().substring(request.getContextPath().length());
  }

  private RestAnswer answer(HttpServletRequest request, HttpServletResponse response, Caller caller) throws Exception {
    var incoming = new Incoming(request, bodies);
    String path = path(request);
    incoming.requireAcceptsJson();
    List<String> segments = Percent.segments(path.substring(ROOT.length()));
    String method = request.getMethod().equals("HEAD") ? "GET" : request.getMethod();
    if (segments.isEmpty() || segments.equals(List.of("openapi.json")) || segments.equals(List.of("health"))) {
      if (!method.equals("GET")) {
        throw Refusal.methodNotAllowed(method, "GET, HEAD");
      }
      return segments.isEmpty() ? RestAnswer.ok(index()) : segments.get(0).equals("health") ? healthAnswer(true) : RestAnswer.ok(new OpenApi(routes.offers()).document());
    }
    Found found = routes.find(method, segments);
    if (!caller.role().covers(found.endpoint().role())) {
      throw Refusal.of(403, "forbidden", "Not allowed", "needs the role " + found.endpoint().role() + "; " + caller.name() + " has " + caller.role());
    }
    Map<String, String> query = incoming.query(found.endpoint());
    Map<String, Object> body = incoming.body(found.endpoint(), reader, maxBodyBytes);
    var asked = new RestRequest(found.path(), query, body, caller);
    Listing listing = workers.run(found.endpoint().handler().getClass().getClassLoader(), () -> Listing.of(found.endpoint(), asked));
    String next = listing.link(path);
    if (next != null) {
      response.setHeader("Link", next);
    }
    return listing.answer();
  }

  private Caller caller(HttpServletRequest request) {
    Login.Answer answer = login.byAuthorization(request.getHeader("Authorization"), request.getRemoteAddr());
    if (answer instanceof Login.Answer.Granted granted) {
      return granted.caller();
    }
    if (answer instanceof Login.Answer.TooMany tooMany) {
      throw Refusal.of(429, "too-many-attempts", "Too many attempts", "too many wrong passwords came from " + request.getRemoteAddr())
          .with("Retry-After", Long.toString(tooMany.retryAfter().toSeconds() + 1));
    }
    throw Refusal.unauthorized();
  }

  private RestAnswer health(HttpServletRequest request) {
    if (!request.getMethod().equals("GET") && !request.getMethod().equals("HEAD")) {
      throw Refusal.methodNotAllowed(request.getMethod(), "GET, HEAD");
    }
    boolean known = request.getHeader("Authorization") != null && caller(request).role().covers(Role.READ_ONLY);
    return healthAnswer(known);
  }

  private RestAnswer healthAnswer(boolean withParts) {
    HealthView view = HealthView.of(checkup.findings());
    return new RestAnswer(view.status(), view.plain(withParts), null);
  }

  private Health ownHealth() {
    Routes now = routes;
    int endpoints = now.offers().stream().mapToInt(offer -> offer.endpoints().size()).sum();
    return Health.ok(endpoints + " endpoints of " + now.offers().size() + " resources");
  }

  private Map<String, Object> index() {
    var resources = new ArrayList<Map<String, Object>>();
    for (Offer offer : routes.offers()) {
      var resource = new LinkedHashMap<String, Object>();
      resource.put("name", offer.tag());
      resource.put("paths", List.copyOf(new TreeSet<>(offer.endpoints().stream().map(endpoint -> ROOT + endpoint.path()).toList())));
      resources.add(resource);
    }
    resources.sort(java.util.Comparator.comparing(resource -> resource.get("name").toString()));
    var index = new LinkedHashMap<String, Object>();
    index.put("openapi", ROOT + "/openapi.json");
    index.put("health", HEALTH);
    index.put("resources", resources);
    return index;
  }

  private void send(HttpServletRequest request, HttpServletResponse response, RestAnswer answer) throws IOException {
    byte[] body = answer.data() == null ? null : writer.print(answer.data());
    if (answer.location() != null) {
      response.setHeader("Location", request.getContextPath() + ROOT + answer.location());
    }
    send(request, response, answer.status(), "application/json", body);
  }

  private void send(HttpServletRequest request, HttpServletResponse response, Refusal refusal) throws IOException {
    refused.increment();
    refusal.headers().forEach(response::setHeader);
    if (refusal.status() == 405 && request.getMethod().equals("OPTIONS")) {
      send(request, response, 204, null, null);
      return;
    }
    send(request, response, refusal.status(), "application/problem+json", writer.print(refusal.problem()));
  }

  private static void send(HttpServletRequest request, HttpServletResponse response, int status, String type, byte[] body) throws IOException {
    response.setStatus(status);
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("X-Content-Type-Options", "nosniff");
    if (body != null) {
      response.setContentType(type);
      response.setContentLength(body.length);
      if (!request.getMethod().equals("HEAD")) {
        response.getOutputStream().write(body);
      }
    }
  }
}
