package org.strowger.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;

/** A REST client as an integrator would write it. */
record Rest(String base, String user, String password) {

  private static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private static final ObjectMapper JSON = new ObjectMapper();

  record Answer(int status, JsonNode body, String text) {}

  Answer send(String method, String path, String body) {
    var request = request(base + path)
        .header("Content-Type", "application/json")
        .method(method, body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body))
        .build();
    HttpResponse<String> response = answer(request);
    boolean json = response.headers().firstValue("Content-Type").orElse("").contains("json");
    try {
      return new Answer(response.statusCode(), json ? JSON.readTree(response.body()) : JSON.nullNode(), response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private HttpRequest.Builder request(String address) {
    return HttpRequest.newBuilder(URI.create(address)).timeout(Duration.ofSeconds(30))
        .header("Authorization", "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8)));
  }

  private static HttpResponse<String> answer(HttpRequest request) {
    try {
      return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  JsonNode get(String path) {
    return expect(200, send("GET", path, null), "GET " + path);
  }

  JsonNode post(String path, String body) {
    Answer answer = send("POST", path, body);
    assertThat(answer.status()).as("POST %s %s: %s", path, body, answer.text()).isBetween(200, 204);
    return answer.body();
  }

  JsonNode patch(String path, String body) {
    return expect(200, send("PATCH", path, body), "PATCH " + path);
  }

  /** What the SOAP door answers to a body, as text. */
  String soap(String address, String body) {
    String envelope = "<Envelope xmlns=\"http://schemas.xmlsoap.org/soap/envelope/\"><Body>" + body + "</Body></Envelope>";
    var request = request(address).header("Content-Type", "text/xml; charset=UTF-8").header("SOAPAction", "\"\"").POST(HttpRequest.BodyPublishers.ofString(envelope)).build();
    return answer(request).body();
  }

  private static JsonNode expect(int status, Answer answer, String what) {
    assertThat(answer.status()).as("%s: %s", what, answer.text()).isEqualTo(status);
    return answer.body();
  }
}
