package org.strowger.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.strowger.kernel.data.Shape;
import org.strowger.rest.api.Endpoint;
import org.strowger.rest.api.RestAnswer;
import org.strowger.rest.api.Role;
import org.strowger.testkit.LeavingBundle;

/** Who may only look opens many requests and finishes none: the others don't feel it. */
class UnfinishedBodiesTest {

  record Thing(String name) {}

  private final Server server = new Server(new QueuedThreadPool(12));
  private final ServerConnector connector = new ServerConnector(server, 1, 1);
  private final List<Socket> sockets = new ArrayList<>();
  private Door door;

  @BeforeEach
  void start() throws Exception {
    door = new Door(new LeavingBundle().context(), new DoorTest.Users(), DoorTest.config(30), Duration.ofSeconds(3));
    door.bindResource(DoorTest.resource("looks",
        Endpoint.post("/look", "look", request -> RestAnswer.ok(Map.of("name", "seen"))).taking(() -> Shape.of(Thing.class).schema()).forRole(Role.READ_ONLY)));
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    DoorTest.serve(server, door);
  }

  @AfterEach
  void stop() throws Exception {
    for (Socket socket : sockets) {
      socket.close();
    }
    server.stop();
    door.stop();
  }

  @Test
  void theDoorStaysOpenForOthers() throws Exception {
    for (int i = 0; i < 20; i++) {
      sockets.add(unfinished());
    }
    assertThat(status("/health", null)).isEqualTo(200);
    assertThat(status("/api/v1", DoorTest.basic("admin", "ok"))).isEqualTo(200);
    var answers = new ArrayList<String>();
    for (Socket socket : sockets) {
      answers.add(statusLine(socket));
    }
    // Of four places the reader has half: all others of his were told so at once.
    assertThat(answers).contains("HTTP/1.1 408 Request Timeout").containsOnly("HTTP/1.1 408 Request Timeout", "HTTP/1.1 503 Service Unavailable");
    assertThat(Collections.frequency(answers, "HTTP/1.1 503 Service Unavailable")).isGreaterThan(10);
  }

  @Test
  void aByteNowAndThenBuysNoTime() throws Exception {
    Socket slow = unfinished();
    sockets.add(slow);
    var drips = Executors.newSingleThreadScheduledExecutor();
    try {
      drips.scheduleAtFixedRate(() -> {
        try {
          slow.getOutputStream().write(' ');
        } catch (IOException e) {
          throw new IllegalStateException("closed, as it should be", e);
        }
      }, 100, 100, TimeUnit.MILLISECONDS);
      assertThat(statusLine(slow)).isEqualTo("HTTP/1.1 408 Request Timeout");
    } finally {
      drips.shutdownNow();
    }
    // His place is free again.
    Socket next = unfinished();
    sockets.add(next);
    next.getOutputStream().write("{\"name\":\"x\"}".getBytes(StandardCharsets.US_ASCII));
    next.getOutputStream().write(" ".repeat(488 - 1).getBytes(StandardCharsets.US_ASCII));
    assertThat(statusLine(next)).isEqualTo("HTTP/1.1 200 OK");
  }

  private Socket unfinished() throws IOException {
    var socket = new Socket("127.0.0.1", connector.getLocalPort());
    socket.setSoTimeout(15_000);
    // With the first byte of the body: the web server begins no work without it.
    socket.getOutputStream().write(("POST /api/v1/look HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 500\r\nAuthorization: "
        + DoorTest.basic("reader", "ok") + "\r\n\r\n ").getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private static String statusLine(Socket socket) throws IOException {
    return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII)).readLine();
  }

  private int status(String path, String authorization) throws Exception {
    var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + connector.getLocalPort() + path)).timeout(Duration.ofSeconds(2));
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString()).statusCode();
  }
}
