package org.strowger.soap.internal;

import java.lang.reflect.Proxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.servlet.ServletContextHandler;
import org.eclipse.jetty.servlet.ServletHolder;
import org.strowger.rest.api.Caller;
import org.strowger.rest.api.Login;
import org.strowger.rest.api.Role;

/** The door in a web server, with two users: admin and reader, whose password is "ok". */
final class RunningDoor implements AutoCloseable {

  final FakeSwitch world = new FakeSwitch();
  private final SoapDoor door;
  private final Server server = new Server();
  private final ServerConnector connector = new ServerConnector(server);

  RunningDoor() throws Exception {
    door = new SoapDoor(new Users(), config(), Duration.ofSeconds(3));
    door.bindAccounts(world);
    door.bindFunds(world.funds);
    door.bindCdrs(world.cdrs);
    door.bindTariffs(world.tariffs);
    door.bindPlans(world.plans);
    door.bindCalls(world.calls);
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    var handler = new ServletContextHandler();
    handler.addServlet(new ServletHolder(door), "/soap/*");
    server.setHandler(handler);
    server.start();
  }

  SoapDoor door() {
    return door;
  }

  int port() {
    return connector.getLocalPort();
  }

  String address() {
    return "http://127.0.0.1:" + port() + "/soap/v1";
  }

  HttpResponse<String> get(String path) throws Exception {
    return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path)).build());
  }

  HttpResponse<String> post(String user, String envelope) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(address())).header("Content-Type", "text/xml; charset=UTF-8").header("SOAPAction", "\"\"")
        .timeout(Duration.ofSeconds(30)).POST(HttpRequest.BodyPublishers.ofString(envelope));
    return send(user == null ? request.build() : request.header("Authorization", basic(user, "ok")).build());
  }

  private static HttpResponse<String> send(HttpRequest request) throws Exception {
    return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build().send(request, HttpResponse.BodyHandlers.ofString());
  }

  static String basic(String name, String password) {
    return "Basic " + Base64.getEncoder().encodeToString((name + ":" + password).getBytes(StandardCharsets.UTF_8));
  }

  static String envelope(String body) {
    return "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns=\"urn:strowger:soap:v1\"><s:Body>" + body + "</s:Body></s:Envelope>";
  }

  private static final class Users implements Login {
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
      if (basic("admin", "ok").equals(authorization)) {
        return new Answer.Granted(new Caller("admin", Role.ADMIN));
      }
      return basic("reader", "ok").equals(authorization) ? new Answer.Granted(new Caller("reader", Role.READ_ONLY)) : new Answer.Refused();
    }
  }

  private static SoapConfig config() {
    return (SoapConfig) Proxy.newProxyInstance(RunningDoor.class.getClassLoader(), new Class<?>[] {SoapConfig.class}, (proxy, method, arguments) ->
        switch (method.getName()) {
          case "max_body_kib" -> 256;
          case "max_concurrent" -> 4;
          default -> throw new UnsupportedOperationException(method.getName());
        });
  }

  @Override
  public void close() throws Exception {
    server.stop();
    door.stop();
  }
}
