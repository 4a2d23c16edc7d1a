package org.strowger.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.strowger.kernel.data.Setting;
import org.strowger.kernel.data.Shape;
import org.strowger.rest.api.Endpoint;
import org.strowger.rest.api.RestAnswer;
import org.strowger.rest.api.RestRequest;
import org.strowger.testkit.LeavingBundle;

/** A client that follows {@code Link: rel="next"} reads a list once and to its end. */
class ListingTest {

  private static final Pattern NEXT = Pattern.compile("<([^>]*)>; rel=\"next\"");

  record Number(int number) {}

  record Page(@Setting(optional = true) String colour, @Setting(initial = "0", min = 0) int offset, @Setting(initial = "3", min = 1, max = 5) int limit) {}

  record First(@Setting(initial = "3", min = 1, max = 5) int limit) {}

  private static final Shape<Number> NUMBER = Shape.of(Number.class);
  private static final Shape<Page> PAGE = Shape.of(Page.class);
  private static final Shape<First> FIRST = Shape.of(First.class);

  private final List<Page> asked = new ArrayList<>();
  private final Server server = new Server();
  private final ServerConnector connector = new ServerConnector(server);
  private Door door;
  private int size = 7;

  @BeforeEach
  void start() throws Exception {
    door = new Door(new LeavingBundle().context(), new DoorTest.Users(), DoorTest.config(10));
    door.bindResource(DoorTest.resource("numbers",
        Endpoint.get("/some/{what}/numbers", "list", this::page).takingQuery(PAGE.schema()).answeringListOf(NUMBER::schema),
        Endpoint.get("/first", "list", request -> RestAnswer.ok(numbers(0, FIRST.decode(request.query()).limit()))).takingQuery(FIRST.schema())
            .answeringListOf(NUMBER::schema)));
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    DoorTest.serve(server, door);
  }

  @AfterEach
  void stop() throws Exception {
    server.stop();
    door.stop();
  }

  private synchronized RestAnswer page(RestRequest request) {
    Page page = PAGE.decode(request.query());
    asked.add(page);
    return RestAnswer.ok(numbers(page.offset(), page.limit()));
  }

  private List<Map<String, Object>> numbers(int offset, int limit) {
    return IntStream.range(0, size).skip(offset).limit(limit).mapToObj(number -> NUMBER.encode(new Number(number))).toList();
  }

  private HttpResponse<String> ask(String method, URI address) throws Exception {
    var request = HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(15)).header("Authorization", DoorTest.basic("admin", "ok"))
        .method(method, BodyPublishers.noBody()).build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
  }

  private URI address(String path) {
    return URI.create("http://127.0.0.1:" + connector.getLocalPort() + "/api/v1" + path);
  }

  private static Optional<String> next(HttpResponse<String> answer) {
    return answer.headers().firstValue("Link").map(link -> {
      var matcher = NEXT.matcher(link);
      assertThat(matcher.matches()).as(link).isTrue();
      return matcher.group(1);
    });
  }

  private List<String> pages(String path) throws Exception {
    var pages = new ArrayList<String>();
    Optional<URI> address = Optional.of(address(path));
    while (address.isPresent() && pages.size() < 10) {
      URI here = address.get();
      var answer = ask("GET", here);
      assertThat(answer.statusCode()).as(here.toString()).isEqualTo(200);
      pages.add(answer.body().replaceAll("[^0-9,]", ""));
      address = next(answer).map(here::resolve);
    }
    return pages;
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"7 | '' | 0,1,2 3,4,5 6", "6 | '' | 0,1,2 3,4,5", "3 | '' | 0,1,2", "0 | '' | ''",
      "7 | ?limit=5 | 0,1,2,3,4 5,6", "10 | ?limit=5 | 0,1,2,3,4 5,6,7,8,9", "5 | ?limit=5 | 0,1,2,3,4", "7 | ?limit=2&offset=4 | 4,5 6", "7 | ?offset=9 | ''"})
  void isReadToItsEndAndNoFurther(int rows, String query, String pages) throws Exception {
    size = rows;
    assertThat(String.join(" ", pages("/some/thing/numbers" + query))).isEqualTo(pages);
    assertThat(pages("/some/thing/numbers/" + query)).as("with a slash at its end").hasSize(pages.split(" ").length);
  }

  @Test
  void asksForOneRowMoreAndCountsNothing() throws Exception {
    ask("GET", address("/some/thing/numbers?offset=1"));
    assertThat(asked).as("one look").containsExactly(new Page(null, 1, 4));
    asked.clear();
    ask("GET", address("/some/thing/numbers?limit=5"));
    assertThat(asked).as("never more than the list allows").containsExactly(new Page(null, 0, 5), new Page(null, 5, 1));
  }

  @Test
  void theNextPageIsAskedForAsThisOneWas() throws Exception {
    String colour = "a b&c=\"<é>\"+";
    var first = ask("GET", address("/some/caf%C3%A9/numbers?colour=a+b%26c%3D%22%3C%C3%A9%3E%22%2B&limit=2"));
    assertThat(next(first)).contains("numbers?colour=a%20b%26c%3D%22%3C%C3%A9%3E%22%2B&limit=2&offset=2");
    URI second = first.uri().resolve(next(first).orElseThrow());
    assertThat(second.getRawPath()).isEqualTo("/api/v1/some/caf%C3%A9/numbers");
    ask("GET", second);
    assertThat(asked).last().isEqualTo(new Page(colour, 2, 3));
  }

  @Test
  void worksBehindWhateverAddressTheClientUsed() throws Exception {
    String next = next(ask("GET", address("/some/thing/numbers"))).orElseThrow();
    assertThat(URI.create("https://pbx.example/switch/one/api/v1/some/thing/numbers?offset=0").resolve(next))
        .isEqualTo(URI.create("https://pbx.example/switch/one/api/v1/some/thing/numbers?offset=3&limit=3"));
  }

  @Test
  void isSaidToWhoAsksForTheHeadersAlone() throws Exception {
    assertThat(next(ask("HEAD", address("/some/thing/numbers")))).contains("numbers?offset=3&limit=3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"limit=6", "limit=0", "limit=x", "offset=-1", "offset=99999999999"})
  void whatIsRefusedIsNamedAsItWasGiven(String query) throws Exception {
    var refused = ask("GET", address("/some/thing/numbers?" + query));
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("\"value\":\"" + query.split("=")[1] + "\"");
    assertThat(next(refused)).isEmpty();
  }

  @Test
  void theGreatestOffsetHasNoPageBehindIt() throws Exception {
    var last = ask("GET", address("/some/thing/numbers?offset=" + Integer.MAX_VALUE));
    assertThat(last.statusCode()).isEqualTo(200);
    assertThat(next(last)).isEmpty();
  }

  @Test
  void aListWithoutAnOffsetIsAnsweredAsItIs() throws Exception {
    var first = ask("GET", address("/first?limit=2"));
    assertThat(first.body()).isEqualTo("[{\"number\":0},{\"number\":1}]");
    assertThat(next(first)).isEmpty();
  }
}
