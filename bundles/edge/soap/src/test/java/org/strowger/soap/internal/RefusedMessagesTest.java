package org.strowger.soap.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.strowger.soap.internal.RunningDoor.basic;
import static org.strowger.soap.internal.RunningDoor.envelope;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.strowger.testkit.Waiting;

/** What is wrong with a message is told to its sender, in one fault that names field, value and rule, and not to the log. */
class RefusedMessagesTest {

  private static final String FUNDS = envelope("<AddFundsRequest><account>1</account><amount><amount>10</amount><currency>USD</currency></amount></AddFundsRequest>");

  private static RunningDoor door;

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final PrintStream before = System.err;
  private final List<LogRecord> logged = new ArrayList<>();
  private final Handler handler = new Handler() {
    @Override
    public void publish(LogRecord line) {
      if (line.getLevel().intValue() >= Level.WARNING.intValue()) {
        logged.add(line);
      }
    }

    @Override
    public void flush() {
      // nothing is kept back
    }

    @Override
    public void close() {
      // nothing is held
    }
  };

  @BeforeAll
  static void open() throws Exception {
    door = new RunningDoor();
    assertThat(door.post("admin", envelope("<ListAccountsRequest/>")).statusCode()).isEqualTo(200);
  }

  @AfterAll
  static void close() throws Exception {
    door.close();
  }

  @BeforeEach
  void takeTheLog() {
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    Logger.getLogger("").addHandler(handler);
  }

  @AfterEach
  void giveItBack() {
    Logger.getLogger("").removeHandler(handler);
    System.setErr(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "multipart/related; type=\"text/xml\"; boundary=x", "application/xml",
      "application/soap+xml", "text/xml; charset=foo", "text/xml; charset=UTF-16", "", "text/xmlx"})
  void booksNothingForAFormOfAnotherSite(String type) throws Exception {
    door.world.payments.clear();
    var request = HttpRequest.newBuilder(URI.create(door.address())).header("Authorization", basic("admin", "ok")).POST(HttpRequest.BodyPublishers.ofString(FUNDS));
    if (!type.isEmpty()) {
      request.header("Content-Type", type);
    }
    var answer = send(request);
    assertThat(answer.statusCode()).isEqualTo(415);
    assertThat(answer.body()).isEqualTo("a message is text/xml (SOAP 1.1) in UTF-8\n");
    assertThat(door.world.payments).isEmpty();
    assertQuiet();
  }

  @ParameterizedTest
  @CsvSource({"Sec-Fetch-Site, cross-site", "Sec-Fetch-Site, same-site", "Origin, http://evil.example", "Origin, null"})
  void booksNothingForAPageOfAnotherSite(String header, String value) throws Exception {
    door.world.payments.clear();
    var answer = send(HttpRequest.newBuilder(URI.create(door.address())).header("Authorization", basic("admin", "ok")).header("Content-Type", "text/xml; charset=\"utf-8\"")
        .header(header, value).POST(HttpRequest.BodyPublishers.ofString(FUNDS)));
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(door.world.payments).isEmpty();
    assertQuiet();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "<a/>|Client|message: is an Envelope",
      "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body/></s:Envelope>|Client|message: has an operation in its Body",
      "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'/>|Client|message: has a Body with an operation",
      "<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope'><s:Body/></s:Envelope>|VersionMismatch|message: is an Envelope of SOAP 1.1",
      "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body><GetAccountRequest/></s:Body></s:Envelope>|Client|of the namespace urn:strowger:soap:v1",
      "<?xml version='1.0' encoding='ISO-8859-1'?><a/>|Client|message: is in UTF-8"})
  void saysWhatIsNoMessage(String message, String code, String detail) throws Exception {
    var answer = door.post("admin", message);
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("text/xml");
    assertThat(answer.body()).contains("<faultcode>soap:" + code + "</faultcode>").contains("<code>INVALID</code>").contains(detail)
        .contains("<field>message</field>").doesNotContain("Exception");
    assertQuiet();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "<ListAccountsRequest><limit>ten</limit></ListAccountsRequest>|limit|ten|is a whole number",
      "<GetAccountRequest><id>99999999999</id></GetAccountRequest>|id|99999999999|is at most 2147483647",
      "<ListAccountsRequest><nonsense/></ListAccountsRequest>|nonsense||does not stand here; what may is search, batchTag, blocked, offset, limit",
      "<ListAccountsRequest><limit>1</limit><limit>2</limit></ListAccountsRequest>|limit||is not known here",
      "<ListCdrsRequest><type>SOME</type></ListCdrsRequest>|type|SOME|is one of ALL, NON_ZERO_AND_ERRORS, NON_ZERO, COMPLETE, INCOMPLETE, ERRORS",
      "<ListCdrsRequest><from>now</from></ListCdrsRequest>|from|now|is a time such as 2026-11-21T12:00:00Z",
      "<AddFundsRequest><account>1</account></AddFundsRequest>|amount||is missing",
      "<AddFundsRequest><account>1</account><amount><amount>1e5</amount><currency>USD</currency></amount></AddFundsRequest>|amount.amount|1e5|is a plain decimal number",
      "<AddFundsRequest><account>1</account><amount><amount>1</amount></amount></AddFundsRequest>|amount.currency||is missing",
      "<AddFundsRequest unit='x'><account>1</account><amount><amount>1</amount><currency>USD</currency></amount></AddFundsRequest>|message||has no such attribute",
      "<GetAccountRequest><id>1<b/></id></GetAccountRequest>|id|1|has text, not elements"})
  void namesFieldValueAndRuleOfWhatTheSchemaDoesNotHave(String body, String field, String value, String rule) throws Exception {
    var answer = door.post("admin", envelope(body));
    assertThat(answer.body()).contains("<faultcode>soap:Client</faultcode>").contains("<code>INVALID</code>").doesNotContain("cvc-").doesNotContain("Unmarshalling");
    String said = value == null || field.equals("id") && value.equals("1") ? "" : "<value>" + value + "</value>";
    assertThat(answer.body()).contains("<violation><field>" + field + "</field>" + said + "<rule>" + rule + "</rule></violation>");
    assertQuiet();
  }

  @Test
  void namesAllThatIsWrongAtOnceAndNoPassword() throws Exception {
    var answer = door.post("admin", envelope("<CreateAccountRequest><profile><name>x</name><plan>one</plan></profile><balance>much</balance>"
        + "<voipPassword>geheim<b/></voipPassword></CreateAccountRequest>"));
    assertThat(answer.body()).contains("<field>profile.plan</field><value>one</value>").contains("<field>balance</field><value>much</value>")
        .contains("<field>voipPassword</field><rule>").doesNotContain("geheim");
    assertQuiet();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "reader|<AddFundsRequest><account>1</account><amount><amount>1</amount><currency>USD</currency></amount></AddFundsRequest>|FORBIDDEN",
      "admin|<GetAccountRequest><id>99</id></GetAccountRequest>|NOT_FOUND",
      "admin|<GetAccountRequest><id>-1</id></GetAccountRequest>|INVALID"})
  void theFaultOfACallerIsCalledHis(String user, String body, String code) throws Exception {
    assertThat(door.post(user, envelope(body)).body()).contains("<faultcode>soap:Client</faultcode>").contains(code);
    assertQuiet();
  }

  @Test
  void aBrokenTranslationRuleIsNamedWithItsRemedyAndNothingIsMade() throws Exception {
    int before = door.world.accounts.size();
    var answer = door.post("admin", envelope("<CreateAccountRequest><profile><name>regex</name><plan>1</plan></profile>"
        + "<setting feature='forward' name='to'><value><text>1</text></value></setting><setting feature='forward' name='numbers'><value><list/></value></setting>"
        + "<setting feature='forward' name='translation'><value><text>s/^(0/44/</text></value></setting></CreateAccountRequest>"));
    assertThat(answer.body()).contains("<faultcode>soap:Client</faultcode>", "<code>INVALID</code>", "translation</field><value>s/^(0/44/</value>",
        "expression of the item at character 1 is broken: missing )", "route:translate").doesNotContain("Exception");
    assertThat(door.world.accounts).hasSize(before);
    assertQuiet();
  }

  @Test
  void aFaultOfTheSwitchIsCalledItsAndLoggedOnce() throws Exception {
    door.world.broken = true;
    try {
      assertThat(door.post("admin", envelope("<GetAccountRequest><id>1</id></GetAccountRequest>")).body()).contains("<faultcode>soap:Server</faultcode>").contains("UNEXPECTED");
    } finally {
      door.world.broken = false;
    }
    assertThat(logged).isEmpty();
    assertThat(err.toString(StandardCharsets.UTF_8).lines().filter(line -> line.contains("Incident"))).hasSize(1);
  }

  @Test
  void aHeaderThatMustBeUnderstoodIsTheCallersFaultAndAnActionIsNothing() throws Exception {
    var answer = door.post("admin", FUNDS.replace("<s:Body>", "<s:Header><x:y xmlns:x='urn:x' s:mustUnderstand='1'/></s:Header><s:Body>"));
    assertThat(answer.body()).contains("<faultcode>soap:MustUnderstand</faultcode>");
    var action = send(HttpRequest.newBuilder(URI.create(door.address())).header("Authorization", basic("admin", "ok")).header("Content-Type", "text/xml").header("SOAPAction", "\"x\"")
        .POST(HttpRequest.BodyPublishers.ofString(envelope("<ListAccountsRequest/>"))));
    assertThat(action.statusCode()).isEqualTo(200);
    assertQuiet();
  }

  @Test
  void whoSendsHalvesOfMessagesShutsTheDoorForHimselfAlone() throws Exception {
    var sockets = new ArrayList<Socket>();
    try {
      for (int i = 0; i < 8; i++) {
        sockets.add(half("reader"));
      }
      assertThat(door.post("admin", envelope("<ListAccountsRequest/>")).statusCode()).isEqualTo(200);
      var answers = new ArrayList<String>();
      for (Socket socket : sockets) {
        answers.add(new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII)).readLine().substring(9, 12));
      }
      assertThat(answers).contains("408", "503").containsOnly("408", "503");
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
    assertThat(door.post("reader", envelope("<ListAccountsRequest/>")).statusCode()).isEqualTo(200);
  }

  @Test
  void theWsdlIsServedWhileNoMessageHasAPlace() throws Exception {
    assertThat(door.get("/soap/v1?wsdl").statusCode()).isEqualTo(200);
    var sockets = new ArrayList<Socket>();
    try {
      for (String user : new String[] {"reader", "reader", "admin", "admin"}) {
        sockets.add(half(user));
      }
      Waiting.until("no message has a place", () -> door.door().health().detail().startsWith("0 requests"));
      assertThat(door.post("admin", envelope("<ListAccountsRequest/>")).statusCode()).isEqualTo(503);
      assertThat(door.get("/soap/v1?wsdl").statusCode()).isEqualTo(200);
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  private static Socket half(String user) throws IOException {
    var socket = new Socket("127.0.0.1", door.port());
    socket.setSoTimeout(15_000);
    socket.getOutputStream().write(("POST /soap/v1 HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nContent-Length: 500\r\nAuthorization: " + basic(user, "ok") + "\r\n\r\n<")
        .getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private void assertQuiet() {
    assertThat(logged).isEmpty();
    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()
        .send(request.timeout(Duration.ofSeconds(30)).build(), HttpResponse.BodyHandlers.ofString());
  }
}
