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
 * tariff, a carrier. Run again it makes nothing twice and gives the accounts new passwords.
 */
class Demo {

  private static final Pattern ID = Pattern.compile("\"id\"\\s*:\\s*(\\d+)");
  private static final Pattern PASSWORD = Pattern.compile("\"voipPassword\"\\s*:\\s*\"([^\"]+)\"");
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

  private static String rate(String prefix, String price, int first, int next) {
    return "{\"prefix\":\"" + prefix + "\",\"price1\":\"" + price + "\",\"priceN\":\"" + price + "\",\"interval1\":" + first + ",\"intervalN\":" + next + "}";
  }

  private String account(String name, int plan, int group) throws IOException, InterruptedException {
    int id = findOrZero("/accounts?limit=1000", name);
    if (id == 0) {
      return first(PASSWORD, send("POST", "/accounts", "{\"name\":\"" + name + "\",\"plan\":" + plan + ",\"routingGroup\":" + group + ",\"balance\":\"5\"}"));
    }
    String password = "demo-" + Long.toString(new java.security.SecureRandom().nextLong(1L << 62), 36) + Long.toString(new java.security.SecureRandom().nextLong(1L << 62), 36);
    send("PATCH", "/accounts/" + id, "{\"voipPassword\":\"" + password + "\"}");
    return password;
  }

  private int make(String path, String name, String fields) throws IOException, InterruptedException {
    int there = findOrZero(path, name);
    return there != 0 ? there : Integer.parseInt(first(ID, send("POST", path, "{\"name\":\"" + name + "\"" + fields + "}")));
  }

  /** The id of the thing with that name in a list: the last id that stands before the name. */
  private int findOrZero(String path, String name) throws IOException, InterruptedException {
    String list = send("GET", path, null);
    int at = list.indexOf("\"name\":\"" + name + "\"");
    int found = 0;
    for (Matcher id = ID.matcher(at < 0 ? "" : list.substring(0, at)); id.find();) {
      found = Integer.parseInt(id.group(1));
    }
    return found;
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
