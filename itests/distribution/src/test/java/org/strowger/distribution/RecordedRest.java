package org.strowger.distribution;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A REST door with at most one account and one carrier, and what else it is given; it notes what is asked to be changed. */
final class RecordedRest implements AutoCloseable {

  private final String account;
  private final String carrier;
  private final Map<String, String> others = new ConcurrentHashMap<>();
  private final List<String> changes = new CopyOnWriteArrayList<>();
  private final HttpServer server;

  /** @param account as listed; null for none */
  RecordedRest(String account, String carrier) throws IOException {
    this.account = Objects.requireNonNullElse(account, "");
    this.carrier = Objects.requireNonNullElse(carrier, "");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  /** @param path below {@code /api/v1}; what is in the list there, or the one thing that is there */
  RecordedRest with(String path, String what) {
    others.put("/api/v1" + path, what);
    return this;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      String said = "{\"id\":1,\"voipPassword\":\"generated\"}";
      if (exchange.getRequestMethod().equals("GET")) {
        said = "[" + (path.endsWith("/accounts") ? account : path.endsWith("/carriers") ? carrier : others.getOrDefault(path, "")) + "]";
      } else {
        changes.add(exchange.getRequestMethod() + " " + path + " " + body);
      }
      byte[] bytes = said.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/api/v1";
  }

  List<String> changes() {
    return List.copyOf(changes);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
