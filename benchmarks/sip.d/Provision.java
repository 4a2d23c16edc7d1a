import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Fills a switch for the benchmark, through REST, and writes the calls that sipp makes: account, number, credentials. */
class Provision {

  private static final int PREFIXES = 10_000;
  private static final int CALLS = 10_000;
  private static final long SEED = 7;
  private static final Pattern ID = Pattern.compile("\"id\"\\s*:\\s*(\\d+)");

  private final HttpClient http = HttpClient.newHttpClient();
  private final String base;
  private final String authorization;

  Provision(String base, String password) {
    this.base = base;
    this.authorization = "Basic " + Base64.getEncoder().encodeToString(("admin:" + password).getBytes());
  }

  public static void main(String[] a) throws Exception {
    var provision = new Provision(a[0], Files.readString(Path.of(a[1])).trim());
    provision.run(a[2], Integer.parseInt(a[3]), System.getenv("BENCH_PASSWORD"), Path.of(a[4]));
  }

  void run(String carrierAddress, int accounts, String password, Path calls) throws Exception {
    var random = new Random(SEED);
    List<String> prefixes = prefixes(random);
    int selling = tariff("selling", prefixes, "0.6", random);
    int buying = tariff("buying", prefixes, "0.3", random);
    int plan = id(post("/plans", "{\"name\":\"bench\",\"tariff\":" + selling + "}"));
    int carrier = id(post("/carriers", "{\"name\":\"bench\",\"address\":\"" + carrierAddress + "\",\"tariff\":" + buying + "}"));
    int group = id(post("/routing-groups", "{\"name\":\"bench\"}"));
    post("/routing-groups/" + group + "/entries", "{\"carrier\":" + carrier + "}");
    for (int i = 0; i < accounts; i++) {
      post("/accounts", "{\"name\":\"bench" + i + "\",\"plan\":" + plan + ",\"routingGroup\":" + group + ",\"balance\":\"1000000\",\"voipPassword\":\"" + password + "\"}");
    }
    var lines = new ArrayList<String>(List.of("SEQUENTIAL"));
    for (int i = 0; i < CALLS; i++) {
      String account = "bench" + random.nextInt(accounts);
      String number = prefixes.get(random.nextInt(prefixes.size())) + (1_000_000 + random.nextInt(9_000_000));
      lines.add(account + ";" + number + ";[authentication username=" + account + " password=" + password + "]");
    }
    Files.write(calls, lines);
  }

  private static List<String> prefixes(Random random) {
    var found = new LinkedHashSet<String>();
    while (found.size() < PREFIXES) {
      found.add(Integer.toString(10 + random.nextInt(999_990)));
    }
    return List.copyOf(found);
  }

  private int tariff(String name, List<String> prefixes, String top, Random random) throws Exception {
    int id = id(post("/tariffs", "{\"name\":\"" + name + "\",\"currency\":\"USD\"}"));
    var rates = new StringBuilder();
    for (String prefix : prefixes) {
      String price = new BigDecimal(top).multiply(BigDecimal.valueOf(random.nextInt(10_000), 4)).toPlainString();
      rates.append(rates.isEmpty() ? "" : ",").append("{\"prefix\":\"").append(prefix).append("\",\"price1\":\"").append(price).append("\",\"priceN\":\"").append(price)
          .append("\",\"interval1\":1,\"intervalN\":6}");
    }
    post("/tariffs/" + id + "/rates", "{\"rates\":[" + rates + "]}");
    return id;
  }

  private String post(String path, String body) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(base + path)).header("Authorization", authorization).header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body)).build();
    HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() >= 300) {
      throw new IllegalStateException("POST " + path + ": " + response.statusCode() + " " + response.body());
    }
    return response.body();
  }

  private static int id(String json) {
    Matcher found = ID.matcher(json);
    if (!found.find()) {
      throw new IllegalStateException("no id in " + json);
    }
    return Integer.parseInt(found.group(1));
  }
}
