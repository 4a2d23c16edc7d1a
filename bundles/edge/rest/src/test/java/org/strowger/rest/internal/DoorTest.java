package org.strowger.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.servlet.ServletContextHandler;
import org.eclipse.jetty.servlet.ServletHolder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.strowger.kernel.ErrorCode;
import org.strowger.kernel.Health;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.Unavailable;
import org.strowger.kernel.data.Schema;
import org.strowger.kernel.data.Setting;
import org.strowger.kernel.data.Shape;
import org.strowger.rest.api.Caller;
import org.strowger.rest.api.Endpoint;
import org.strowger.rest.api.Login;
import org.strowger.rest.api.RestAnswer;
import org.strowger.rest.api.RestRequest;
import org.strowger.rest.api.Role;
import org.strowger.rest.internal.json.JsonReader;
import org.strowger.rest.spi.RestResource;
import org.strowger.testkit.LeavingBundle;

/** The door over real HTTP. */
class DoorTest {

  record Thing(String name, @Setting(optional = true) BigDecimal price) {}

  record Search(@Setting(optional = true) String name, @Setting(initial = "10", max = 100) int limit) {}

  private static final Schema THING = Shape.of(Thing.class).schema();
  private static final Schema SEARCH = Shape.of(Search.class).schema();

  private volatile CountDownLatch release;
  private volatile RestRequest seen;
  private Door door;
  private Server server;
  private ServerConnector connector;

  private final RestResource things = resource("things",
      Endpoint.get("/things", "list", request -> {
        seen = request;
        return RestAnswer.ok(List.of(Map.of("name", "one")));
      }).takingQuery(SEARCH).answeringListOf(() -> THING),
      Endpoint.get("/things/{name}", "one", request -> {
        seen = request;
        return RestAnswer.ok(Map.of("name", request.path("name")));
      }).answering(() -> THING),
      Endpoint.post("/things", "make", request -> {
        seen = request;
        return RestAnswer.created("/things/7", request.body());
      }).taking(() -> THING).answering(() -> THING),
      Endpoint.patch("/things/{name}", "change", request -> {
        seen = request;
        return RestAnswer.ok(request.body());
      }).taking(() -> THING).answering(() -> THING),
      Endpoint.delete("/things/{name}", "remove", request -> RestAnswer.noContent()),
      Endpoint.get("/fail/{how}", "fail", DoorTest::fail),
      Endpoint.get("/slow", "slow", request -> {
        try {
          release.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
        return RestAnswer.noContent();
      }));

  private static RestAnswer fail(RestRequest request) {
    throw switch (request.path("how")) {
      case "null" -> new NullPointerException("secret thing");
      case "unavailable" -> new Unavailable("rating");
      case "invalid" -> new InvalidInput("amount", "1.x", "is a plain decimal");
      default -> new StrowgerException(ErrorCode.valueOf(request.path("how")), "because");
    };
  }

  @BeforeEach
  void start() throws Exception {
    start("127.0.0.1", 1);
  }

  private void start(String host, int limitSeconds) throws Exception {
    release = new CountDownLatch(1);
    door = new Door(new LeavingBundle().context(), new Users(), config(limitSeconds));
    door.bindResource(things);
    server = new Server();
    connector = new ServerConnector(server);
    connector.setHost(host);
    server.addConnector(connector);
    serve(server, door);
  }

  static void serve(Server server, Door door) throws Exception {
    var handler = new ServletContextHandler();
    handler.addServlet(new ServletHolder(door), "/api/v1/*");
    handler.addServlet(new ServletHolder(door), "/health");
    server.setHandler(handler);
    server.start();
  }

  @AfterEach
  void stop() throws Exception {
    release.countDown();
    server.stop();
    door.stop();
  }

  @Test
  void servesWhatAResourceOffers() throws Exception {
    var list = get("/api/v1/things?name=a%20b%2Bc+d&limit=5");
    assertThat(list.statusCode()).isEqualTo(200);
    assertThat(list.body()).isEqualTo("[{\"name\":\"one\"}]");
    assertThat(list.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(list.headers().firstValue("Cache-Control")).contains("no-store");
    assertThat(seen.query()).isEqualTo(Map.of("name", "a b+c d", "limit", "5"));
    assertThat(seen.caller()).isEqualTo(new Caller("admin", Role.ADMIN));

    assertThat(get("/api/v1/things/caf%C3%A9%2F+x").body()).isEqualTo("{\"name\":\"café/+x\"}");
    assertThat(delete("/api/v1/things/a").statusCode()).isEqualTo(204);
  }

  @Test
  void takesABodyAndSaysWhereTheNewThingIs() throws Exception {
    var made = post("/api/v1/things", "{\"name\":\"x\",\"price\":\"1.50\"}", "application/json; charset=UTF-8");
    assertThat(made.statusCode()).isEqualTo(201);
    assertThat(made.headers().firstValue("Location")).contains("/api/v1/things/7");
    assertThat(made.body()).isEqualTo("{\"name\":\"x\",\"price\":\"1.50\"}");
  }

  @ParameterizedTest
  @CsvSource({"INVALID, 400", "NOT_FOUND, 404", "DUPLICATE, 409", "CONFLICT, 409", "FORBIDDEN, 403", "UNAVAILABLE, 503", "unavailable, 503"})
  void saysWhyARefusalIsOne(String how, int status) throws Exception {
    var answer = get("/api/v1/fail/" + how);
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(json(answer)).containsEntry("status", (long) status).containsKeys("type", "title", "detail");
    assertThat(answer.headers().firstValue("Retry-After").isPresent()).isEqualTo(status == 503);
  }

  @Test
  void namesFieldValueAndRule() throws Exception {
    assertThat(json(get("/api/v1/fail/invalid"))).isEqualTo(Map.of("type", "urn:strowger:problem:invalid", "title", "Input breaks a rule", "status", 400L,
        "detail", "amount '1.x': is a plain decimal", "violations", List.of(Map.of("field", "amount", "value", "1.x", "rule", "is a plain decimal"))));
  }

  @Test
  void tellsNobodyWhatBroke() throws Exception {
    var answer = get("/api/v1/fail/null");
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body()).doesNotContain("secret").doesNotContain("NullPointer").doesNotContain("\\tat");
    assertThat(json(answer).get("incident").toString()).hasSize(8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/v1", "/api/v1/things", "/api/v1/nothing", "/api/v1/openapi.json", "/api/v1/health"})
  void asksForCredentialsFirst(String path) throws Exception {
    for (String credentials : new String[] {null, basic("admin", "wrong"), "Bearer x"}) {
      var answer = send("GET", path, credentials, null, null);
      assertThat(answer.statusCode()).isEqualTo(401);
      assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Basic realm=\"strowger\", charset=\"UTF-8\"");
      assertThat(json(answer)).containsEntry("type", "urn:strowger:problem:unauthorized");
    }
    assertThat(send("GET", path, basic("limited", "x"), null, null).statusCode()).isEqualTo(429);
  }

  @Test
  void letsReadersReadOnly() throws Exception {
    assertThat(send("GET", "/api/v1/things", basic("reader", "ok"), null, null).statusCode()).isEqualTo(200);
    assertThat(send("GET", "/api/v1/things", "Bearer token", null, null).statusCode()).isEqualTo(200);
    assertThat(send("DELETE", "/api/v1/things/a", basic("reader", "ok"), null, null).statusCode()).isEqualTo(403);
    var refused = send("POST", "/api/v1/things", basic("reader", "ok"), "{}", "application/json");
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(json(refused)).containsEntry("detail", "needs the role ADMIN; reader has READ_ONLY");
  }

  @Test
  void knowsMethodsAndPaths() throws Exception {
    var wrong = send("PUT", "/api/v1/things", admin(), "{}", "application/json");
    assertThat(wrong.statusCode()).isEqualTo(405);
    assertThat(wrong.headers().firstValue("Allow")).contains("GET, HEAD, OPTIONS, POST");
    var options = send("OPTIONS", "/api/v1/things", admin(), null, null);
    assertThat(options.statusCode()).isEqualTo(204);
    assertThat(options.headers().firstValue("Allow")).contains("GET, HEAD, OPTIONS, POST");
    assertThat(get("/api/v1/nothing").statusCode()).isEqualTo(404);
    var head = send("HEAD", "/api/v1/things", admin(), null, null);
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.headers().firstValue("Content-Length")).contains("16");
  }

  @Test
  void refusesUnknownAndRepeatedParameters() throws Exception {
    var unknown = get("/api/v1/things?nmae=a");
    assertThat(unknown.statusCode()).isEqualTo(400);
    assertThat(json(unknown).get("violations")).isEqualTo(List.of(Map.of("field", "nmae", "value", "a", "rule", "is no parameter here; known are name, limit")));
    assertThat(get("/api/v1/things/x?y=1").statusCode()).isEqualTo(400);
    assertThat(get("/api/v1/things?name=a&name=b").statusCode()).isEqualTo(400);
    assertThat(get("/api/v1/things?name=%FF").statusCode()).isEqualTo(400);
    assertThat(raw("GET /api/v1/things?name=%zz HTTP/1.1")).startsWith("HTTP/1.1 400");
  }

  @Test
  void refusesBodiesThatAreNotJson() throws Exception {
    assertThat(post("/api/v1/things", "{}", "text/plain").statusCode()).isEqualTo(415);
    assertThat(post("/api/v1/things", "{}", "application/json; charset=latin1").statusCode()).isEqualTo(415);
    assertThat(post("/api/v1/things", "{\"a\":", "application/json").statusCode()).isEqualTo(400);
    assertThat(post("/api/v1/things", "", "application/json").statusCode()).isEqualTo(400);
    assertThat(send("DELETE", "/api/v1/things/a", admin(), "{}", "application/json").statusCode()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/merge-patch+json", "application/merge-patch+json; charset=\"UTF-8\"", "application/json"})
  void aChangeIsAMergePatchByEitherName(String type) throws Exception {
    var changed = send("PATCH", "/api/v1/things/x", admin(), "{\"price\":null}", type);
    assertThat(changed.statusCode()).isEqualTo(200);
    assertThat(seen.body()).as("a null is told from a field that is not there").containsOnlyKeys("price").containsEntry("price", null);
  }

  @Test
  void saysWhichBodiesAChangeMayHave() throws Exception {
    var refused = send("PATCH", "/api/v1/things/x", admin(), "[]", "application/json-patch+json");
    assertThat(refused.statusCode()).isEqualTo(415);
    assertThat(json(refused)).containsEntry("detail", "a body is application/merge-patch+json or application/json, in UTF-8");
    var options = send("OPTIONS", "/api/v1/things/x", admin(), null, null);
    assertThat(options.headers().firstValue("Allow")).contains("DELETE, GET, HEAD, OPTIONS, PATCH");
    for (var answer : List.of(refused, options)) {
      assertThat(answer.headers().firstValue("Accept-Patch")).contains("application/merge-patch+json, application/json");
    }
    var made = post("/api/v1/things", "{\"name\":\"x\"}", "application/merge-patch+json");
    assertThat(made.statusCode()).isEqualTo(415);
    assertThat(json(made)).containsEntry("detail", "a body is application/json, in UTF-8");
    assertThat(made.headers().firstValue("Accept-Patch")).isEmpty();
    assertThat(send("OPTIONS", "/api/v1/things", admin(), null, null).headers().firstValue("Accept-Patch")).isEmpty();
  }

  @Test
  void refusesBodiesThatAreTooLarge() throws Exception {
    String text = "{\"name\":\"" + "x".repeat(2000) + "\"}";
    assertThat(post("/api/v1/things", text, "application/json").statusCode()).isEqualTo(413);
    var chunked = client().send(request("/api/v1/things", admin()).header("Content-Type", "application/json")
        .POST(BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))).build(), BodyHandlers.ofString());
    assertThat(chunked.statusCode()).isEqualTo(413);
  }

  @ParameterizedTest
  @CsvSource({"'application/json', 200", "'text/html, */*;q=0.1', 200", "'application/*', 200", "'text/html', 406", "'application/json;q=0, text/xml', 406"})
  void answersJsonOrNotAtAll(String accept, int status) throws Exception {
    var answer = client().send(request("/api/v1/things", admin()).header("Accept", accept).build(), BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(status);
  }

  @Test
  void givesUpOnWhatTakesTooLong() throws Exception {
    long start = System.nanoTime();
    var answer = get("/api/v1/slow");
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(json(answer).get("detail").toString()).contains("not done within 1 s");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void placesAreBounded() throws Exception {
    stop();
    start("127.0.0.1", 20);
    var client = client();
    var first = client.sendAsync(request("/api/v1/slow", admin()).build(), BodyHandlers.ofString());
    var second = client.sendAsync(request("/api/v1/slow", admin()).build(), BodyHandlers.ofString());
    var third = client.sendAsync(request("/api/v1/slow", admin()).build(), BodyHandlers.ofString());
    // There are four places, and of one caller half: the third is told so while two wait.
    Object quick = java.util.concurrent.CompletableFuture.anyOf(first, second, third).get(10, TimeUnit.SECONDS);
    assertThat(((HttpResponse<?>) quick).statusCode()).isEqualTo(503);
    release.countDown();
    assertThat(List.of(first.get(10, TimeUnit.SECONDS).statusCode(), second.get(10, TimeUnit.SECONDS).statusCode(), third.get(10, TimeUnit.SECONDS).statusCode()))
        .containsExactlyInAnyOrder(204, 204, 503);
  }

  @Test
  void pathsComeAndGoWithTheirResource() throws Exception {
    RestResource newer = resource("things", Endpoint.get("/things", "newer", request -> RestAnswer.ok(Map.of("version", 2L))));
    door.bindResource(newer);
    assertThat(get("/api/v1/things").body()).isEqualTo("{\"version\":2}");
    door.unbindResource(things);
    assertThat(get("/api/v1/things").body()).isEqualTo("{\"version\":2}");
    assertThat(get("/api/v1/things/a").statusCode()).isEqualTo(404);
    door.unbindResource(newer);
    assertThat(get("/api/v1/things").statusCode()).isEqualTo(404);
    assertThat(json(get("/api/v1")).get("resources")).isEqualTo(List.of());
  }

  @Test
  void aBrokenResourceHurtsNobody() throws Exception {
    door.bindResource(new RestResource() {
      @Override
      public String name() {
        return "broken";
      }

      @Override
      public List<Endpoint> endpoints() {
        throw new IllegalStateException("not today");
      }
    });
    assertThat(get("/api/v1/things").statusCode()).isEqualTo(200);
  }

  @Test
  void tellsHowTheSwitchIs() throws Exception {
    door.bindCheck(Health.Check.of("a", () -> Health.ok("fine")), Map.of());
    door.bindCheck(Health.Check.of("b", () -> Health.degraded("slow")), Map.of());
    var open = send("GET", "/health", null, null, null);
    assertThat(open.statusCode()).isEqualTo(200);
    assertThat(json(open)).isEqualTo(Map.of("state", "DEGRADED"));
    assertThat(send("GET", "/health", basic("admin", "wrong"), null, null).statusCode()).isEqualTo(401);

    door.bindCheck(Health.Check.of("c", () -> {
      throw new IllegalStateException("secret");
    }), Map.of());
    var known = send("GET", "/health", basic("reader", "ok"), null, null);
    assertThat(known.statusCode()).isEqualTo(503);
    assertThat(json(known)).isEqualTo(Map.of("state", "DOWN", "checks", List.of(
        Map.of("name", "a", "state", "OK", "detail", "fine"), Map.of("name", "b", "state", "DEGRADED", "detail", "slow"),
        Map.of("name", "c", "state", "DOWN", "detail", "its check failed: IllegalStateException"))));
  }

  @Test
  void aPluginsHealthCheckThatHangsOrBreaksIsOnePartOfMany() throws Exception {
    var released = new java.util.concurrent.CountDownLatch(1);
    door.bindCheck(Health.Check.of("a", () -> Health.ok("fine")), Map.of());
    door.bindCheck(Health.Check.of("hangs", () -> {
      try {
        released.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return Health.ok("late");
    }), Map.of());
    door.bindCheck(new Health.Check() {
      @Override
      public String name() {
        throw new AssertionError("no name");
      }

      @Override
      public Health health() {
        throw new AssertionError("no health");
      }
    }, Map.of("service.bundleid", 77L));
    try {
      assertThat(send("GET", "/health", null, null, null).statusCode()).isEqualTo(503);
      assertThat(json(send("GET", "/health", basic("reader", "ok"), null, null))).isEqualTo(Map.of("state", "DOWN", "checks", List.of(
          Map.of("name", "a", "state", "OK", "detail", "fine"), Map.of("name", "bundle 77", "state", "DOWN", "detail", "its check failed: AssertionError"),
          Map.of("name", "hangs", "state", "DEGRADED", "detail", "its check does not answer"))));
    } finally {
      released.countDown();
    }
  }

  @ParameterizedTest
  @CsvSource({"Sec-Fetch-Site, cross-site, 403", "Sec-Fetch-Site, same-site, 403", "Origin, http://evil.example, 403", "Origin, null, 403",
      "Sec-Fetch-Site, none, 200", "Sec-Fetch-Site, same-origin, 200"})
  void refusesAPageOfAnotherSite(String header, String value, int status) throws Exception {
    var answer = client().send(request("/api/v1/things", admin()).header(header, value).build(), BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(status);
  }

  @Test
  void refusesPlainHttpFromOutside() throws Exception {
    Optional<String> outside = outside();
    org.junit.jupiter.api.Assumptions.assumeTrue(outside.isPresent(), "this machine has no address but loopback");
    stop();
    start("0.0.0.0", 1);
    var answer = client().send(HttpRequest.newBuilder(URI.create("http://" + outside.get() + ":" + connector.getLocalPort() + "/api/v1/things"))
        .header("Authorization", admin()).build(), BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(json(answer)).containsEntry("type", "urn:strowger:problem:needs-https");
    assertThat(get("/api/v1/things").statusCode()).isEqualTo(200);
  }

  private static Optional<String> outside() throws IOException {
    return Collections.list(NetworkInterface.getNetworkInterfaces()).stream().flatMap(NetworkInterface::inetAddresses)
        .filter(address -> !address.isLoopbackAddress() && address instanceof java.net.Inet4Address).map(InetAddress::getHostAddress).findFirst();
  }

  static final class Users implements Login {
    @Override
    public Optional<Caller> byPassword(String name, char[] password) {
      throw new AssertionError("not asked");
    }

    @Override
    public Optional<Caller> byToken(String token) {
      throw new AssertionError("not asked");
    }

    @Override
    public Answer byAuthorization(String authorization, String source) {
      assertThat(source).isEqualTo("127.0.0.1");
      if (basic("limited", "x").equals(authorization)) {
        return new Answer.TooMany(Duration.ofSeconds(5));
      }
      if (basic("admin", "ok").equals(authorization)) {
        return new Answer.Granted(new Caller("admin", Role.ADMIN));
      }
      return basic("reader", "ok").equals(authorization) || "Bearer token".equals(authorization)
          ? new Answer.Granted(new Caller("reader", Role.READ_ONLY)) : new Answer.Refused();
    }
  }

  private HttpResponse<String> get(String path) throws Exception {
    return send("GET", path, admin(), null, null);
  }

  private HttpResponse<String> delete(String path) throws Exception {
    return send("DELETE", path, admin(), null, null);
  }

  private HttpResponse<String> post(String path, String body, String type) throws Exception {
    return send("POST", path, admin(), body, type);
  }

  private HttpResponse<String> send(String method, String path, String authorization, String body, String type) throws Exception {
    var request = request(path, authorization).method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (type != null) {
      request.header("Content-Type", type);
    }
    return client().send(request.build(), BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path, String authorization) {
    var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + connector.getLocalPort() + path)).timeout(Duration.ofSeconds(15));
    return authorization == null ? request : request.header("Authorization", authorization);
  }

  private String raw(String requestLine) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", connector.getLocalPort())) {
      socket.setSoTimeout(5000);
      socket.getOutputStream().write((requestLine + "\r\nHost: x\r\nConnection: close\r\nAuthorization: " + admin() + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static HttpClient client() {
    return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  }

  private static Map<String, Object> json(HttpResponse<String> answer) {
    return new JsonReader().object(answer.body().getBytes(StandardCharsets.UTF_8));
  }

  private static String admin() {
    return basic("admin", "ok");
  }

  static String basic(String name, String password) {
    return "Basic " + java.util.Base64.getEncoder().encodeToString((name + ":" + password).getBytes(StandardCharsets.UTF_8));
  }

  static RestResource resource(String name, Endpoint... endpoints) {
    return new RestResource() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public List<Endpoint> endpoints() {
        return List.of(endpoints);
      }
    };
  }

  static RestConfig config(int limitSeconds) {
    return (RestConfig) Proxy.newProxyInstance(DoorTest.class.getClassLoader(), new Class<?>[] {RestConfig.class}, (proxy, method, arguments) ->
        switch (method.getName()) {
          case "max_body_kib" -> 1;
          case "max_concurrent" -> 4;
          case "limit_seconds" -> limitSeconds;
          default -> throw new UnsupportedOperationException(method.getName());
        });
  }
}
