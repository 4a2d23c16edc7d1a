import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Loads a small world through REST, as an integrator would: two accounts, a service plan with a
 * tariff, a carrier. Run again it makes nothing twice and gives the accounts new passwords. What
 * it did not make itself it leaves alone: its accounts have the batch tag {@code demo}, its carrier
 * is on this machine.
 */
class Demo {

  private static final String ACCOUNTS = "/accounts?limit=1000&search=";
  private static final Pattern ID = Pattern.compile("\"id\"\\s*:\\s*(\\d+)");
  private static final Pattern PASSWORD = Pattern.compile("\"voipPassword\"\\s*:\\s*\"([^\"]+)\"");
  /** A brace, a whole string, or what is between them. */
  private static final Pattern TOKEN = Pattern.compile("[{}]|\"(?:[^\"\\\\]|\\\\.)*+\"|[^{}\"]++");
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final String base;
  private final String authorization;
  private final String carrierAddress;

  private Demo(String base, String password, String carrierAddress) {
    this.base = base;
    this.carrierAddress = carrierAddress;
    this.authorization = "Basic " + Base64.getEncoder().encodeToString(("admin:" + password).getBytes(StandardCharsets.UTF_8));
  }

  /** Arguments: address of REST, file with the admin's password, SIP address, address of the carrier, how a shell command is typed. */
  public static void main(String[] arguments) throws Exception {
    var demo = new Demo(arguments[0], Files.readString(Path.of(arguments[1])).trim(), arguments[3]);
    try {
      demo.load(arguments[2], arguments[4]);
    } catch (IOException e) {
      System.err.println("strowger: the demo could not be loaded: REST at " + arguments[0] + " can't be reached (" + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()) + ").");
      System.exit(1);
    } catch (IllegalStateException e) {
      System.err.println("strowger: the demo could not be loaded: " + e.getMessage());
      System.exit(1);
    }
  }

  private void load(String sip, String client) throws IOException, InterruptedException {
    refuseWhatIsNotOurs();
    int tariff = make("/tariffs", "demo", ",\"currency\":\"USD\",\"connectFee\":\"0.01\"");
    send("POST", "/tariffs/" + tariff + "/rates", "{\"rates\":[" + rate("1416", "0.60", 1, 1) + "," + rate("44", "1.20", 30, 6) + "," + rate("1900", "0", 1, 1).replace("}", ",\"forbidden\":true}") + "]}");
    int plan = make("/plans", "demo", ",\"tariff\":" + tariff);
    int carrier = make("/carriers", "demo", ",\"address\":\"" + carrierAddress + "\"");
    send("PATCH", "/carriers/" + carrier, "{\"address\":\"" + carrierAddress + "\"}");
    int group = findOrZero("/routing-groups", "demo");
    if (group == 0) {
      group = make("/routing-groups", "demo", "");
      send("POST", "/routing-groups/" + group + "/entries", "{\"carrier\":" + carrier + "}");
    }
    String alice = account("1001", plan, group);
    String bob = account("1002", plan, group);
    System.out.println();
    System.out.println("  Demo: type this into two softphones (transport UDP or TCP, no TLS)");
    System.out.println();
    System.out.println("    server / domain   " + sip);
    System.out.println("    first phone       user 1001   password " + alice);
    System.out.println("    second phone      user 1002   password " + bob);
    System.out.println();
    System.out.println("  Dial 1002 from the first: on-net, free. Dial 1416… or 44…: out through the carrier 'demo', which runs on this machine too");
    System.out.println("  (" + carrierAddress + "), answers every number and sends the voice of phones on this machine back. 1416 costs 0.60 USD a minute by");
    System.out.println("  the second, 44 costs 1.20 by 30/6, each with 0.01 for the connection, 1900 is forbidden. Each account begins with 5 USD.");
    System.out.println("  Then: " + client + " \"cdr:list\", \"call:explain ID\", \"account:show 1001\".");
    System.out.println("  Audio goes straight between the phones: there is no media relay yet, so both must reach each other.");
  }

  /** Before anything is changed: an instance in use may have accounts 1001 and 1002, or a carrier of that name, of its own. */
  private void refuseWhatIsNotOurs() throws IOException, InterruptedException {
    for (String name : new String[] {"1001", "1002"}) {
      String there = find(ACCOUNTS + name, name);
      if (!there.isEmpty() && !there.contains("\"batchTag\":\"demo\"")) {
        throw new IllegalStateException("this instance has an account " + name + " that is not the demo's (its batch tag is not 'demo'), and nothing was changed. Use another instance: --home DIR.");
      }
    }
    String carrier = find("/carriers", "demo");
    if (!carrier.isEmpty() && !carrier.contains("\"address\":\"127.0.0.1:")) {
      throw new IllegalStateException("this instance has a carrier 'demo' that is not the demo's (its address is not on 127.0.0.1), and nothing was changed. Use another instance: --home DIR.");
    }
  }

  private static String rate(String prefix, String price, int first, int next) {
    return "{\"prefix\":\"" + prefix + "\",\"price1\":\"" + price + "\",\"priceN\":\"" + price + "\",\"interval1\":" + first + ",\"intervalN\":" + next + "}";
  }

  private String account(String name, int plan, int group) throws IOException, InterruptedException {
    int id = findOrZero(ACCOUNTS + name, name);
    if (id == 0) {
      return first(PASSWORD, send("POST", "/accounts", "{\"name\":\"" + name + "\",\"batchTag\":\"demo\",\"plan\":" + plan + ",\"routingGroup\":" + group + ",\"balance\":\"5\"}"));
    }
    String password = "demo-" + Long.toString(new java.security.SecureRandom().nextLong(1L << 62), 36) + Long.toString(new java.security.SecureRandom().nextLong(1L << 62), 36);
    send("PATCH", "/accounts/" + id, "{\"voipPassword\":\"" + password + "\"}");
    return password;
  }

  private int make(String path, String name, String fields) throws IOException, InterruptedException {
    int there = findOrZero(path, name);
    return there != 0 ? there : Integer.parseInt(first(ID, send("POST", path, "{\"name\":\"" + name + "\"" + fields + "}")));
  }

  private int findOrZero(String path, String name) throws IOException, InterruptedException {
    String there = find(path, name);
    return there.isEmpty() ? 0 : Integer.parseInt(first(ID, there));
  }

  /** The thing with that name in a list, without what is nested in it; empty if there is none. */
  private String find(String path, String name) throws IOException, InterruptedException {
    String list = send("GET", path, null);
    var thing = new StringBuilder();
    int depth = 0;
    for (Matcher token = TOKEN.matcher(list); token.find();) {
      char begin = token.group().charAt(0);
      depth -= begin == '}' ? 1 : 0;
      if (begin == '}' && depth == 0) {
        if (thing.indexOf("\"name\":\"" + name + "\"") >= 0) {
          return thing.toString();
        }
        thing.setLength(0);
      } else if (depth == 1 && begin != '{' && begin != '}') {
        thing.append(token.group());
      }
      depth += begin == '{' ? 1 : 0;
    }
    return "";
  }

  private String send(String method, String path, String body) throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(30)).header("Authorization", authorization).header("Content-Type", "application/json")
        .method(method, body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body)).build();
    HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() >= 300) {
      throw new IllegalStateException(method + " " + path + ": " + response.statusCode() + " " + response.body());
    }
    return response.body();
  }

  private static String first(Pattern pattern, String text) {
    Matcher found = pattern.matcher(text);
    if (!found.find()) {
      throw new IllegalStateException("unexpected answer without " + pattern);
    }
    return found.group(1);
  }
}
