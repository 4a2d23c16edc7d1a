package org.strowger.scenarios;

import static org.strowger.scenarios.World.SOON;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.strowger.phone.Behaviour;
import org.strowger.phone.CallOptions;
import org.strowger.phone.Carrier;
import org.strowger.phone.Phone;
import org.strowger.phone.PhoneTimeout;
import org.strowger.phone.Waiting;
import org.strowger.scenarios.World.Subscriber;

/** The samples, one per SPI, built as a vendor would; each with somebody whom it concerns and a newer build that answers differently. */
final class SamplePlugs implements AutoCloseable {

  /** Files of {@code etc/}. */
  static final Map<String, String> SETTINGS = Map.of("com.example.acme.prefixes.cfg", "prefixes = 1900\n", "com.example.acme.list-acme.cfg", "dnc.list = acme\nnumbers = 14165550188\n",
      "com.example.acme.names.cfg", "file = etc/acme-names.csv\n", "acme-names.csv", "8005550100,Reception\n", "com.example.acme.csv.cfg", "file = cdr/acme.csv\n");
  private static final String NUMERIC = "8005550100";
  private static final String LISTED_ON_THE_WEB = "14165550189";
  private static final Duration WRITTEN = Duration.ofSeconds(3);

  private final Samples samples = Samples.build();
  private final HttpServer web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
  private final World world;
  private final Plug dncl;
  private final Carrier peer;
  private final int plan;
  private final int group;
  private final Phone careful;
  private final Subscriber asking;

  /** @param dncl asks the lists that two of them bring */
  SamplePlugs(World world, Plug dncl) throws IOException {
    this.world = world;
    this.dncl = dncl;
    web.createContext("/", exchange -> {
      boolean listed = exchange.getRequestURI().getPath().equals("/" + LISTED_ON_THE_WEB);
      exchange.sendResponseHeaders(exchange.getRequestMethod().equals("GET") ? listed ? 200 : 404 : 405, -1);
      exchange.close();
    });
    web.start();
    Files.writeString(world.at.home().resolve("etc/com.example.dnc.http-web.cfg"), "list = web\nurl = http://127.0.0.1:" + web.getAddress().getPort() + "/{number}\n");
    peer = world.peer().otherwise(Behaviour.answer());
    plan = world.plan(world.tariff("", "1=0.00"));
    group = world.group(world.carrier(peer, null, ""));
    asking = world.account(plan, group, "5", "0");
    careful = Plugs.phone(world, asking);
  }

  List<Plug> all() throws IOException {
    return List.of(accountFeature(), callPolicy(), asyncCallPolicy(), cdrSink(), restResource(), dncSource(), dncHttp());
  }

  private Jar sample(String kind) throws IOException {
    return Jar.read(samples.jar(kind));
  }

  private Phone paying() {
    return Plugs.phone(world, world.account(plan, group, "5", "0"));
  }

  private Plug accountFeature() throws IOException {
    Jar jar = sample("account-feature");
    Subscriber busy = world.subscriber();
    world.registered(busy).onCall(Behaviour.answer());
    Phone phone = paying();
    return new Plug(jar, jar.as(Plug.NEWER).saying("TEMPORARILY_UNAVAILABLE", "FORBIDDEN"), () -> Plugs.set(world, busy, "acme", "doNotDisturb"),
        () -> Plugs.answer(phone, busy.name(), CallOptions.standard()), "200 OK", "480 Temporarily Unavailable", "403 Forbidden");
  }

  private Plug callPolicy() throws IOException {
    Jar jar = sample("call-policy");
    Phone phone = paying();
    return new Plug(jar, jar.as(Plug.NEWER).describing("value=\"403\"", "value=\"480\""), () -> { },
        () -> Plugs.answer(phone, "19005550100", CallOptions.standard()), "200 OK", "403 Forbidden", "480 Temporarily Unavailable");
  }

  private Plug asyncCallPolicy() throws IOException {
    Jar jar = sample("async-call-policy");
    JsonNode made = world.rest.post("/accounts", "{\"name\":\"" + NUMERIC + "\",\"plan\":" + plan + ",\"balance\":\"5\",\"creditLimit\":\"0\",\"routingGroup\":" + group + "}");
    Phone phone = Plugs.phone(world, new Subscriber(made.get("id").asInt(), NUMERIC, made.get("voipPassword").asText()));
    String number = "14165550177";
    return new Plug(jar, jar.as(Plug.NEWER).saying("strip", "toUpperCase"), () -> { }, () -> {
      Plugs.answer(phone, number, CallOptions.standard());
      String from = peer.calls(number).get(peer.calls(number).size() - 1).header("From").orElseThrow();
      return from.startsWith("\"") ? from.substring(1, from.indexOf('"', 1)) : from.substring(0, from.indexOf('<')).strip();
    }, "", "Reception", "RECEPTION");
  }

  /** What stands behind the id of a call's CDR in the file. */
  private Plug cdrSink() throws IOException {
    Jar jar = sample("cdr-sink");
    Subscriber caller = world.account(plan, group, "5", "0");
    Phone phone = Plugs.phone(world, caller);
    Path file = world.at.home().resolve("cdr/acme.csv");
    return new Plug(jar, jar.as(Plug.NEWER).saying(",", ";"), () -> { }, () -> {
      int before = cdrs(caller).size();
      Plugs.answer(phone, "14165550176", CallOptions.standard());
      Waiting.until("a CDR", () -> cdrs(caller).size() > before, SOON);
      String id = cdrs(caller).get(0).get("id").asText();
      try {
        Waiting.until("its line", () -> !behind(id, file).isEmpty(), WRITTEN);
      } catch (PhoneTimeout nobodyWrites) {
        return "";
      }
      return behind(id, file);
    }, "", ",", ";");
  }

  private JsonNode cdrs(Subscriber caller) {
    return world.rest.get("/cdrs?account=" + caller.id() + "&limit=1000");
  }

  private static String behind(String id, Path file) {
    try {
      String written = Files.exists(file) ? "\n" + Files.readString(file) : "";
      int at = written.indexOf("\n" + id);
      return at < 0 ? "" : written.substring(at + 1 + id.length(), at + 2 + id.length());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Plug restResource() throws IOException {
    Jar jar = sample("rest-resource");
    return new Plug(jar, jar.as(Plug.NEWER).saying("/acme/contacts", "/acme/people"), () -> { },
        () -> world.rest.send("GET", "/acme/contacts", null).status() + " " + world.rest.send("GET", "/acme/people", null).status(), "404 404", "200 404", "404 200");
  }

  private Plug dncSource() throws IOException {
    Jar jar = sample("dnc-source");
    return new Plug(jar, jar.as(Plug.NEWER).saying("READY", "FAILED"), () -> Plugs.set(world, asking, "dncl", "lookup"), () -> Plugs.answer(careful, "14165550188", CallOptions.standard()),
        "200 OK", "470 Consent Needed", "503 Service Unavailable").with(dncl);
  }

  private Plug dncHttp() throws IOException {
    Jar jar = Jar.read(samples.dncHttp());
    return new Plug(jar, jar.as(Plug.NEWER).saying("GET", "DELETE"), () -> { }, () -> Plugs.answer(careful, LISTED_ON_THE_WEB, CallOptions.standard()),
        "200 OK", "470 Consent Needed", "503 Service Unavailable").with(dncl);
  }

  @Override
  public void close() throws IOException {
    web.stop(0);
    samples.close();
  }
}
