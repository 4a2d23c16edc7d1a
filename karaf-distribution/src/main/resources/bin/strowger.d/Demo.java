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
 * it did not make itself it leaves alone: its accounts have the batch tag {@code demo} (or are of a build that
 * set none, and have its plan and routing group), its carrier is on this machine, and its tariff, plan and
 * routing group are those of its accounts, or hold nothing but what it puts there.
 */
class Demo {

  private static final String ACCOUNTS = "/accounts?limit=1000&search=";
  private static final Pattern ID = Pattern.compile("\"id\"\\s*:\\s*(\\d+)");
  private static final Pattern TARIFF = Pattern.compile("\"tariff\"\\s*:\\s*(\\d+)");
  private static final Pattern PLAN = Pattern.compile("\"plan\"\\s*:\\s*(\\d+)");
  private static final Pattern GROUP = Pattern.compile("\"routingGroup\"\\s*:\\s*(\\d+)");
  private static final Pattern CARRIER = Pattern.compile("\"carrier\"\\s*:\\s*(\\d+)");
  private static final Pattern PREFIX = Pattern.compile("\"prefix\"\\s*:\\s*\"([^\"]*)\"");
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
    boolean old = refuseWhatIsNotOurs();
    int tariff = make("/tariffs", "demo", ",\"currency\":\"USD\",\"connectFee\":\"0.01\"");
    if (old) {
      // It charged the calls between its own phones.
      send("DELETE", "/tariffs/" + tariff + "/rates/1", null);
    }
    send("POST", "/tariffs/" + tariff + "/rates", "{\"rates\":[" + rate("1416", "0.60", 1, 1) + "," + rate("44", "1.20", 30, 6) + "," + rate("1900", "0", 1, 1).replace("}", ",\"forbidden\":true}") + "]}");
    int plan = make("/plans", "demo", ",\"tariff\":" + tariff);
    int carrier = make("/carriers", "demo", ",\"address\":\"" + carrierAddress + "\"");
    send("PATCH", "/carriers/" + carrier, "{\"address\":\"" + carrierAddress + "\"}");
    int group = make("/routing-groups", "demo", "");
    if (number(CARRIER, send("GET", "/routing-groups/" + group, null)) == 0) {
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

  /**
   * Before anything is changed: an instance in use may have accounts 1001 and 1002, or something named 'demo', of its own.
   *
   * @return whether the demo here is of a build that did not tag its accounts
   */
  private boolean refuseWhatIsNotOurs() throws IOException, InterruptedException {
    String carrier = find("/carriers", "demo");
    if (!carrier.isEmpty() && !carrier.contains("\"address\":\"127.0.0.1:")) {
      throw notOurs("a carrier 'demo'", "its address is not on 127.0.0.1");
    }
    String tariff = find("/tariffs", "demo");
    String plan = find("/plans", "demo");
    String group = find("/routing-groups", "demo");
    boolean complete = !carrier.isEmpty() && !tariff.isEmpty() && !group.isEmpty() && !plan.isEmpty() && number(TARIFF, plan) == number(ID, tariff);
    boolean used = false;
    boolean old = false;
    for (String name : new String[] {"1001", "1002"}) {
      String there = find(ACCOUNTS + name, name);
      boolean tagged = there.contains("\"batchTag\":\"demo\"");
      boolean uses = complete && number(PLAN, there) == number(ID, plan) && number(GROUP, there) == number(ID, group);
      if (!there.isEmpty() && !tagged && !uses) {
        throw notOurs("an account " + name, "its batch tag is not 'demo'");
      }
      used |= uses;
      old |= uses && !tagged;
    }
    if (!used) {
      refuseOthers(tariff, plan, group, carrier);
    }
    return old;
  }

  /** What an account of ours does not use is ours if it is as we begin it: a load may have been interrupted. */
  private void refuseOthers(String tariff, String plan, String group, String carrier) throws IOException, InterruptedException {
    if (!tariff.isEmpty()) {
      boolean ours = tariff.contains("\"currency\":\"USD\"") && tariff.contains("\"connectFee\":\"0.01\"");
      for (Matcher prefix = PREFIX.matcher(ours ? send("GET", "/tariffs/" + number(ID, tariff) + "/rates", null) : ""); prefix.find();) {
        ours &= prefix.group(1).matches("1416|44|1900");
      }
      if (!ours) {
        throw notOurs("a tariff 'demo'", "its terms or prefixes are others");
      }
    }
    if (!plan.isEmpty() && (tariff.isEmpty() || number(TARIFF, plan) != number(ID, tariff))) {
      throw notOurs("a service plan 'demo'", "its tariff is another");
    }
    for (Matcher by = CARRIER.matcher(group.isEmpty() ? "" : send("GET", "/routing-groups/" + number(ID, group), null)); by.find();) {
      if (carrier.isEmpty() || Integer.parseInt(by.group(1)) != number(ID, carrier)) {
        throw notOurs("a routing group 'demo'", "it leads to another carrier");
      }
    }
  }

  private static IllegalStateException notOurs(String what, String why) {
    return new IllegalStateException("this instance has " + what + " that is not the demo's (" + why + "), and nothing was changed. Use another instance: --home DIR.");
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
    send("PATCH", "/accounts/" + id, "{\"voipPassword\":\"" + password + "\",\"batchTag\":\"demo\"}");
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

  /** 0 if there is none. */
  private static int number(Pattern pattern, String text) {
    Matcher found = pattern.matcher(text);
    return found.find() ? Integer.parseInt(found.group(1)) : 0;
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
