package org.strowger.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Base64;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** REST and SOAP as the shipped switch serves them. */
@ExtendWith(SharedInstance.class)
class WebDoorsTest {

  private final Instance instance;
  private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  WebDoorsTest(Instance instance) {
    this.instance = instance;
  }

  @Test
  void theDescriptionThatIsServedIsOpenApi() throws Exception {
    var answer = send(request("/api/v1/openapi.json"));
    assertThat(answer.statusCode()).isEqualTo(200);
    var options = new ParseOptions();
    options.setResolve(true);
    SwaggerParseResult read = new OpenAPIV3Parser().readContents(answer.body(), null, options);
    assertThat(read.getMessages()).isEmpty();
    assertThat(read.getOpenAPI().getPaths()).containsKeys("/accounts", "/tariffs", "/carriers", "/calls/simulate", "/cdrs").hasSizeGreaterThan(20);
    assertThat(read.getOpenAPI().getPaths().values()).allSatisfy(path -> assertThat(path.readOperations()).isNotEmpty()
        .allSatisfy(operation -> assertThat(operation.getResponses()).isNotEmpty()));

    var goOn = new TreeSet<String>();
    read.getOpenAPI().getPaths().forEach((path, methods) -> {
      var listed = methods.getGet() == null ? null : methods.getGet().getResponses().get("200");
      if (listed != null && listed.getHeaders() != null) {
        goOn.add(path);
      }
      if (methods.getPatch() != null) {
        assertThat(methods.getPatch().getRequestBody().getContent()).as(path).containsKeys("application/json", "application/merge-patch+json");
      }
    });
    assertThat(goOn).containsExactly("/accounts", "/accounts/{id}/payments", "/carriers/{id}/payments", "/cdrs", "/tariffs/{id}/rates");
  }

  @Test
  void whatIsRefusedIsToldOnceAndNotLogged() throws Exception {
    int before = lines();

    var rest = send(request("/api/v1/accounts").header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString("{\"nmae\":\"x\"}")));
    assertThat(rest.statusCode()).isEqualTo(400);
    assertThat(rest.body()).contains("\"field\":\"nmae\"");
    assertThat(send(request("/api/v1/accounts").header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString("{"))).statusCode()).isEqualTo(400);

    assertThat(instance.client("account:show nobody").output().lines().filter(line -> line.contains("there is no account"))).hasSize(1);

    assertThat(soap("<GetAccountRequest><id>ten</id></GetAccountRequest>").body()).contains("soap:Client").contains("<field>id</field><value>ten</value><rule>is a whole number</rule>");
    assertThat(soap("<GetAccountRequest><name>nobody</name></GetAccountRequest>").body()).contains("soap:Client").contains("NOT_FOUND");
    assertThat(soap("").body()).contains("soap:Client").contains("INVALID");
    assertThat(soap("<ListAccountsRequest/>").statusCode()).isEqualTo(200);

    assertThat(lines() - before).as(instance.read("log/strowger.log")).isLessThanOrEqualTo(1);
    assertThat(instance.logged("ERROR", "\tat ")).isEmpty();
  }

  @Test
  void neitherDoorServesAPageOfAnotherSite() throws Exception {
    for (String path : new String[] {"/api/v1/accounts", "/soap/v1", "/health"}) {
      assertThat(send(request(path).header("Sec-Fetch-Site", "cross-site").POST(HttpRequest.BodyPublishers.ofString("<a/>"))).statusCode()).as(path).isEqualTo(403);
    }
    assertThat(send(request("/soap/v1").header("Content-Type", "text/plain").POST(HttpRequest.BodyPublishers.ofString(envelope("<ListAccountsRequest/>")))).statusCode()).isEqualTo(415);
  }

  private int lines() {
    // SOAP says once that it is up.
    return (int) instance.read("log/strowger.log").lines().filter(line -> !line.contains("SOAP is up")).count();
  }

  private HttpResponse<String> soap(String body) throws Exception {
    return send(request("/soap/v1").header("Content-Type", "text/xml; charset=UTF-8").POST(HttpRequest.BodyPublishers.ofString(envelope(body))));
  }

  private static String envelope(String body) {
    return "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns=\"urn:strowger:soap:v1\"><s:Body>" + body + "</s:Body></s:Envelope>";
  }

  private HttpRequest.Builder request(String path) throws IOException {
    String admin = "admin:" + Files.readString(instance.home().resolve("keys/admin-password")).strip();
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + instance.httpPort() + path)).timeout(Duration.ofSeconds(30))
        .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(admin.getBytes(StandardCharsets.UTF_8)));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
