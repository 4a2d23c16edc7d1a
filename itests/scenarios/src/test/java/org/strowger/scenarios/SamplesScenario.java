package org.strowger.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.strowger.scenarios.World.SOON;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.strowger.phone.Behaviour;
import org.strowger.phone.Carrier;
import org.strowger.phone.Waiting;
import org.strowger.scenarios.World.Subscriber;

/**
 * One complete sample per SPI, built as a vendor would and dropped into the running switch while a call is up: each of them acts while
 * it is there, and nothing of it is left when its jar is taken out.
 */
@ExtendWith(SharedSwitch.class)
@Execution(ExecutionMode.SAME_THREAD)
class SamplesScenario {

  private static final Duration DEPLOYED = Duration.ofSeconds(30);
  private static final Duration UNLOADED = Duration.ofSeconds(60);
  private static final String BY_PREFIX = "19005550100";
  private static final String LISTED = "14165550188";
  private static final String LISTED_ON_THE_WEB = "14165550189";
  private static final String FREE = "14165550190";
  private static final String DISTURB = "{\"features\":{\"acme\":{\"doNotDisturb\":true}}}";

  private World world;
  private Carrier peer;
  private Subscriber alice;
  private Subscriber bob;
  private UpCall up;
  private HttpServer web;
  private Samples samples;
  private List<String> before;
  private final Map<Path, String> configurations = new LinkedHashMap<>();

  @BeforeEach
  void callIsUp(Switch at) throws Exception {
    samples = Samples.build();
    web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    web.createContext("/", exchange -> {
      exchange.sendResponseHeaders(exchange.getRequestURI().getPath().equals("/" + LISTED_ON_THE_WEB) ? 200 : 404, -1);
      exchange.close();
    });
    web.start();
    at.shell("feature:install strowger-dncl");
    world = new World(at);
    peer = world.peer().otherwise(Behaviour.answer());
    int plan = world.plan(world.tariff("", "1=0.00"));
    alice = world.account(plan, world.group(world.carrier(peer, null, "")), "5", "0");
    bob = world.account(plan, null, "5", "0");
    world.rest.patch("/accounts/" + alice.id(), "{\"features\":{\"dncl\":{\"lookup\":true}}}");
    up = UpCall.begin(world, alice, bob);
    before = bundles();
    configure("com.example.acme.prefixes.cfg", "prefixes = 1900\n");
    configure("com.example.acme.list-acme.cfg", "dnc.list = acme\nnumbers = " + LISTED + "\n");
    configure("com.example.acme.names.cfg", "file = etc/acme-names.csv\n");
    configure("acme-names.csv", alice.name() + ",Reception\n");
    configure("com.example.acme.csv.cfg", "file = cdr/acme.csv\n");
    configure("com.example.acme.directory.cfg", "contacts = 1001=Reception, 1002=Sales\n");
    configure("com.example.dnc.http-web.cfg", "list = web\nurl = http://127.0.0.1:" + web.getAddress().getPort() + "/{number}\n");
  }

  private void configure(String file, String text) {
    configurations.put(world.at.home().resolve("etc").resolve(file), text);
  }

  @AfterEach
  void close() throws Exception {
    web.stop(0);
    takeOut();
    world.at.tell("feature:uninstall strowger-dncl");
    world.close();
    samples.close();
  }

  private List<String> bundles() {
    return Arrays.stream(world.at.shell("switch:bundles --json").strip().split("(?<=\\}),\\s*")).map(line -> line.replaceAll("^\\[|\\]$", "")).toList();
  }

  private Path deployed(Path jar) {
    return world.at.home().resolve("deploy").resolve(jar.getFileName());
  }

  private List<Path> jars() {
    return Stream.concat(Samples.KINDS.stream().map(samples::jar), Stream.of(samples.dncHttp())).toList();
  }

  private void dropIn() throws IOException {
    for (var file : configurations.entrySet()) {
      Files.writeString(file.getKey(), file.getValue());
    }
    for (Path jar : jars()) {
      // As a whole: half a jar would be looked at.
      Path half = Files.copy(jar, world.at.home().resolve(jar.getFileName() + ".part"));
      Files.move(half, deployed(jar), StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private void takeOut() throws IOException {
    for (Path jar : jars()) {
      Files.deleteIfExists(deployed(jar));
    }
    for (Path file : configurations.keySet()) {
      Files.deleteIfExists(file);
    }
  }

  private void eventually(String what, String number, int status) {
    Waiting.until(what, () -> up.dial(number).status() == status, DEPLOYED);
  }

  private String nameOfTheCallerAtThePeer() {
    int seen = peer.calls(FREE).size();
    up.dial(FREE);
    return peer.awaitCall(FREE, seen + 1, SOON).invite().header("From").orElseThrow();
  }

  private int contacts() {
    return world.rest.send("GET", "/acme/contacts", null).status();
  }

  @Test
  void everySampleActsWhileItIsHereAndLeavesNothing() throws Exception {
    nothingActs();
    dropIn();

    Map<String, Runnable> proofs = proofs();
    assertThat(proofs.keySet()).as("every kind is seen to act").containsExactlyInAnyOrderElementsOf(Samples.KINDS);
    proofs.values().forEach(Runnable::run);
    assertThat(world.at.shell("switch:plugins; dncl:lists")).containsPattern("acme +.*READY").containsPattern("web +.*READY")
        .contains("acme-call-policy", "acme-async-call-policy", "acme-account-feature");
    whoRefusedIsNamed();
    assertThat(jcmd("VM.classloaders", "show-classes=true")).contains("com.example.acme.PrefixPolicy", "com.example.dnc.HttpSource");

    takeOut();
    Waiting.until("the bundles are those that were there before", () -> bundles().equals(before), DEPLOYED);
    nothingActs();
    assertThat(world.at.shell("switch:plugins; account:show " + bob.name())).doesNotContain("acme-");
    nothingIsLeftInTheProcess();
    up.assertUnharmed();
  }

  /** What each kind of sample does, by kind. In this order: the sink is asked last, when there is something to write. */
  private Map<String, Runnable> proofs() {
    var proofs = new LinkedHashMap<String, Runnable>();
    proofs.put("call-policy", () -> eventually("the call policy refuses a prefix", BY_PREFIX, 403));
    proofs.put("dnc-source", () -> {
      eventually("the list is asked", LISTED, 470);
      eventually("the list on the web is asked", LISTED_ON_THE_WEB, 470);
    });
    proofs.put("async-call-policy", () -> Waiting.until("the asynchronous policy names the caller", () -> nameOfTheCallerAtThePeer().contains("Reception"), DEPLOYED));
    proofs.put("rest-resource", () -> {
      Waiting.until("the resource is there", () -> contacts() == 200, DEPLOYED);
      assertThat(world.rest.get("/acme/contacts").toString()).contains("{\"number\":\"1002\",\"name\":\"Sales\"}");
      assertThat(world.rest.send("GET", "/acme/contacts/1003", null).status()).isEqualTo(404);
      assertThat(world.rest.get("/openapi.json").toString()).contains("/acme/contacts/{number}");
    });
    proofs.put("account-feature", this::theSettingIsObeyed);
    proofs.put("cdr-sink", this::theSinkHasEveryCdr);
    return proofs;
  }

  private void theSettingIsObeyed() {
    Waiting.until("the feature's settings are taken", () -> world.rest.send("PATCH", "/accounts/" + bob.id(), DISTURB).status() == 200, DEPLOYED);
    assertThat(up.dial(bob.name()).startLine()).contains("480 Temporarily Unavailable");
    assertThat(world.rest.get("/accounts/" + bob.id()).at("/features/acme").toString()).contains("\"doNotDisturb\":true");
    assertThat(world.rest.get("/openapi.json").toString()).contains("\"doNotDisturb\"");
    assertThat(world.at.shell("account:set " + bob.name() + " acme.exceptFrom=4711; account:show " + bob.name())).containsPattern("doNotDisturb +true").containsPattern("exceptFrom +4711");
  }

  /** Neither a thread nor a class: what a plugin leaves behind is there for ever. */
  private void nothingIsLeftInTheProcess() {
    Waiting.until("the samples' threads are gone", () -> {
      String threads = jcmd("Thread.print");
      assertThat(threads).contains("\"main\"");
      return !threads.contains("acme-") && !threads.contains("dnc-http-");
    }, UNLOADED);
    Waiting.until("the samples' classes are unloaded", () -> {
      jcmd("GC.run");
      String loaded = jcmd("VM.classloaders", "show-classes=true");
      assertThat(loaded).contains("org.strowger.calls.internal.");
      return !loaded.contains("com.example.");
    }, UNLOADED);
  }

  private String jcmd(String... command) {
    var line = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/jcmd", Long.toString(world.at.pid())));
    line.addAll(List.of(command));
    try {
      Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void nothingActs() {
    for (String number : List.of(BY_PREFIX, LISTED, LISTED_ON_THE_WEB, bob.name())) {
      assertThat(up.dial(number).status()).as(number).isEqualTo(200);
    }
    assertThat(nameOfTheCallerAtThePeer()).doesNotContain("Reception");
    assertThat(contacts()).isEqualTo(404);
    assertThat(world.rest.send("PATCH", "/accounts/" + bob.id(), DISTURB).status()).isBetween(400, 409);
    assertThat(world.rest.get("/openapi.json").toString()).doesNotContain("doNotDisturb", "/acme/");
  }

  private void whoRefusedIsNamed() {
    Map.of(BY_PREFIX, "numbers that begin with 1900 are not called", LISTED, "on list acme", LISTED_ON_THE_WEB, "on list web", bob.name(), "does not want to be disturbed").forEach((number, why) ->
        Waiting.until("a CDR says why " + number + " was refused", () -> refusal(number).contains(why), SOON));
  }

  private String refusal(String number) {
    for (var cdr : world.rest.get("/cdrs?account=" + alice.id() + "&limit=1000")) {
      if (cdr.get("cld").asText().equals(number) && cdr.get("result").asInt() != 0) {
        return cdr.get("reason").asText();
      }
    }
    return "";
  }

  private void theSinkHasEveryCdr() {
    Path file = world.at.home().resolve("cdr/acme.csv");
    Waiting.until("the sink has written what there is", () -> {
      try {
        String written = Files.exists(file) ? Files.readString(file) : "";
        for (var cdr : world.rest.get("/cdrs?account=" + alice.id() + "&limit=1000")) {
          if (!written.contains(cdr.get("id").asText() + ",")) {
            return false;
          }
        }
        return written.contains("," + alice.name() + "," + BY_PREFIX + ",403,0,");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }, SOON);
  }
}
