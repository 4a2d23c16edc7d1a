package org.strowger.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.strowger.scenarios.World.SOON;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.strowger.phone.Behaviour;
import org.strowger.phone.CallOptions;
import org.strowger.phone.IncomingCall;
import org.strowger.phone.Carrier;
import org.strowger.phone.OutgoingCall;
import org.strowger.phone.Phone;
import org.strowger.phone.SipMessage;
import org.strowger.phone.TransportKind;
import org.strowger.phone.Waiting;
import org.strowger.scenarios.World.Subscriber;

/**
 * The optional plugins are installed, act, are taken out and put back by feature while a call is up: their settings are at every
 * door while they are here, their values wait while they are not, and nobody else is touched.
 */
@ExtendWith(SharedSwitch.class)
@Execution(ExecutionMode.SAME_THREAD)
class PluginsScenario {

  private static final Duration DEPLOYED = Duration.ofSeconds(20);
  private static final CallOptions PRIVATE = CallOptions.standard().withHeader("Privacy", "id");

  private World world;
  private Carrier peer;
  private Subscriber alice;
  private Subscriber bob;
  private UpCall up;
  private int plan;
  private List<String> before;

  @BeforeEach
  void callIsUp(Switch at) {
    world = new World(at);
    peer = world.peer().otherwise(Behaviour.answer());
    plan = world.plan(world.tariff("", "1=0.00"));
    alice = world.account(plan, world.group(world.carrier(peer, null, "")), "5", "0");
    bob = world.account(plan, null, "5", "0");
    up = UpCall.begin(world, alice, bob);
    before = bundles();
  }

  @AfterEach
  void close() throws Exception {
    for (String feature : List.of("strowger-dncl", "strowger-anonymous-calling")) {
      world.at.tell("feature:uninstall " + feature);
    }
    Files.deleteIfExists(world.at.home().resolve("etc/org.strowger.dncl.file-test.cfg"));
    Files.deleteIfExists(world.at.home().resolve("etc/org.strowger.dncl.file-broken.cfg"));
    Files.deleteIfExists(world.at.home().resolve("etc/org.strowger.anonymous.cfg"));
    world.close();
  }

  private List<String> bundles() {
    return Arrays.stream(world.at.shell("switch:bundles --json").strip().split("(?<=\\}),\\s*")).map(line -> line.replaceAll("^\\[|\\]$", ""))
        .filter(line -> !line.contains("org.strowger.dncl") && !line.contains("org.strowger.anonymous")).toList();
  }

  private void nobodyElseMovedAndTheCallStays() {
    assertThat(bundles()).isEqualTo(before);
    up.assertUnharmed();
  }

  private void install(String feature) {
    world.at.shell("feature:install " + feature);
  }

  private void uninstall(String feature) {
    world.at.shell("feature:uninstall " + feature);
  }

  private int status(String number) {
    return up.dial(number).status();
  }

  /** Every door at once: REST and its description, SOAP, the shell. */
  private void shown(Subscriber account, String feature, String setting, String value) {
    JsonNode section = world.rest.get("/accounts/" + account.id()).at("/features/" + feature);
    assertThat(section.toString()).contains("\"" + setting + "\":" + (value.matches("true|false") ? value : "\"" + value + "\"")).doesNotContain("\"installed\":false");
    assertThat(world.rest.get("/openapi.json").toString()).contains("\"" + setting + "\"");
    assertThat(soap(account)).contains("feature=\"" + feature + "\" name=\"" + setting + "\"");
    assertThat(world.at.shell("account:show " + account.name())).containsPattern(setting + " +" + value);
    if (value.matches("true|false")) {
      world.at.shell("account:set " + account.name() + " " + feature + "." + setting + "=" + value);
      assertThat(createdWith(feature, setting).body()).contains("feature=\"" + feature + "\" name=\"" + setting + "\"").contains("true");
    }
  }

  private void gone(Subscriber account, String feature, String setting, String change) {
    var set = world.at.tell("account:set " + account.name() + " " + feature + "." + setting + "=true");
    assertThat(set.status()).as(set.output()).isNotZero();
    assertThat(set.output()).as("names the feature").contains(feature);
    String shown = world.at.shell("account:show " + account.name());
    assertThat(!shown.contains(setting) || shown.matches("(?s).*" + feature + "\\s+installed +false\\s+stored.*")).as(shown).isTrue();
    HttpResponse<String> created = createdWith(feature, setting);
    assertThat(created.statusCode()).as(created.body()).isEqualTo(500);
    assertThat(created.body()).as("a fault that names the feature").contains("Fault").contains(feature).doesNotContain("Exception");
    assertThat(world.rest.get("/openapi.json").toString()).doesNotContain("\"" + setting + "\"");
    assertThat(soap(account)).doesNotContain("feature=\"" + feature + "\"");
    assertThat(world.rest.send("PATCH", "/accounts/" + account.id(), change).status()).isBetween(400, 409);
    JsonNode section = world.rest.get("/accounts/" + account.id()).at("/features/" + feature);
    assertThat(section.isMissingNode() || section.toString().contains("\"installed\":false")).as("%s", section).isTrue();
  }

  private String soap(Subscriber account) {
    HttpResponse<String> answer = soap("<GetAccountRequest xmlns=\"urn:strowger:soap:v1\"><id>" + account.id() + "</id></GetAccountRequest>");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  /** Asks SOAP to make an account with this setting. */
  private HttpResponse<String> createdWith(String feature, String setting) {
    return soap("<CreateAccountRequest xmlns=\"urn:strowger:soap:v1\"><profile><name>" + world.name("soap") + "</name><plan>" + plan + "</plan></profile><setting feature=\"" + feature
        + "\" name=\"" + setting + "\"><value><flag>true</flag></value></setting></CreateAccountRequest>");
  }

  private HttpResponse<String> soap(String content) {
    String body = "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Body>" + content + "</e:Body></e:Envelope>";
    String login = Base64.getEncoder().encodeToString(("admin:" + world.at.password()).getBytes(StandardCharsets.UTF_8));
    var request = HttpRequest.newBuilder(URI.create(world.at.http() + "/soap/v1")).timeout(Duration.ofSeconds(30)).header("Authorization", "Basic " + login)
        .header("Content-Type", "text/xml; charset=utf-8").header("SOAPAction", "\"\"").POST(HttpRequest.BodyPublishers.ofString(body)).build();
    try {
      return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The CDR of a refused call and its trace name who refused and why. */
  private void namedInCdrAndTrace(Subscriber caller, int status, String plugin, String why) {
    Waiting.until(() -> refusedCdr(caller, status) != null, SOON);
    JsonNode cdr = refusedCdr(caller, status);
    assertThat(cdr.get("reason").asText()).contains(why);
    assertThat(world.at.shell("call:explain " + cdr.get("call").asText())).contains(plugin).contains(Integer.toString(status)).contains(why);
  }

  private JsonNode refusedCdr(Subscriber caller, int status) {
    for (JsonNode cdr : world.rest.get("/cdrs?account=" + caller.id() + "&limit=1000")) {
      if (cdr.get("result").asInt() == status) {
        return cdr;
      }
    }
    return null;
  }

  @Test
  void aListedNumberNeedsConsentWhileDnclIsHere() throws Exception {
    String change = "{\"features\":{\"dncl\":{\"lookup\":true}}}";
    Path file = world.at.home().resolve("dncl/test.csv");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "416,5550100\n416,5550102\n");
    Path configuration = world.at.home().resolve("etc/org.strowger.dncl.file-test.cfg");
    String good = "list = test\nfile = dncl/test.csv\nformat = area-number\nprefix = 1\ncheck.seconds = 1\n";
    Files.writeString(configuration, good);
    gone(alice, "dncl", "lookup", change);
    assertThat(status("14165550100")).isEqualTo(200);

    install("strowger-dncl");
    shown(alice, "dncl", "lookup", "false");
    assertThat(status("14165550100")).as("an account that does not ask").isEqualTo(200);
    world.rest.patch("/accounts/" + alice.id(), change);
    shown(alice, "dncl", "lookup", "true");
    Waiting.until(() -> world.rest.get("/dncl/lists").toString().contains("READY"), DEPLOYED);
    SipMessage refused = up.dial("14165550100", CallOptions.standard());
    assertThat(refused.startLine()).contains("470 Consent Needed");
    assertThat(status("14165550101")).isEqualTo(200);
    namedInCdrAndTrace(alice, 470, "dncl", "dialled number is on list test");
    assertThat(world.at.shell("dncl:check --json 14165550100")).contains("\"answer\":\"listed\"");
    assertThat(world.rest.get("/dncl/numbers/14165550101").toString()).contains("not listed");

    assertThat(world.at.shell("switch:plugins")).containsPattern("dncl-test .*DncSource");

    Files.writeString(configuration, good.replace("area-number", "area-nmuber"));
    Waiting.until(() -> world.at.shell("dncl:lists --json").contains("STALE"), DEPLOYED);
    assertThat(status("14165550100")).as("a broken configuration leaves the list as it is").isEqualTo(470);
    Files.writeString(configuration, good);
    Waiting.until(() -> world.at.shell("dncl:lists --json").contains("READY"), DEPLOYED);
    Path broken = world.at.home().resolve("etc/org.strowger.dncl.file-broken.cfg");
    Files.writeString(broken, good.replace("list = test", "list = broken").replace("check.seconds = 1", "check.seconds = often"));
    Waiting.until(() -> world.at.shell("dncl:lists --json").contains("FAILED"), DEPLOYED);
    assertThat(world.at.shell("switch:health")).contains("broken failed: its configuration cannot be taken");
    assertThat(status("14165550101")).as("a list that nobody can read lets nothing pass").isEqualTo(503);
    assertThat(status("14165550100")).as("what is listed elsewhere is known").isEqualTo(470);
    Files.delete(broken);
    Waiting.until(() -> status("14165550101") == 200, DEPLOYED);

    Files.writeString(file, "416,5550101\n");
    world.at.shell("dncl:reload test");
    Waiting.until(() -> status("14165550101") == 470, DEPLOYED);
    assertThat(status("14165550100")).isEqualTo(200);

    uninstall("strowger-dncl");
    assertThat(status("14165550101")).isEqualTo(200);
    gone(alice, "dncl", "lookup", change);

    install("strowger-dncl");
    shown(alice, "dncl", "lookup", "true");
    Waiting.until(() -> status("14165550101") == 470, DEPLOYED);
    nobodyElseMovedAndTheCallStays();
  }

  @Test
  void anonymousCallsAreRefusedAndNumbersHiddenWhileThePluginIsHere() throws Exception {
    String change = "{\"features\":{\"anonymous-calling\":{\"blockIncomingAnonymous\":true,\"incomingAnonymousAction\":\"VOICEMAIL\"}}}";
    gone(bob, "anonymous-calling", "blockIncomingAnonymous", change);
    assertThat(up.dial(bob.name(), PRIVATE).status()).isEqualTo(200);

    install("strowger-anonymous-calling");
    world.rest.patch("/accounts/" + bob.id(), change);
    shown(bob, "anonymous-calling", "incomingAnonymousAction", "VOICEMAIL");
    assertThat(up.dial(bob.name(), PRIVATE).startLine()).contains("433 Anonymity Disallowed");
    assertThat(up.dial(bob.name(), CallOptions.standard().withFrom("\"Anonymous\" <sip:anonymous@anonymous.invalid>")).status()).isEqualTo(433);
    assertThat(status(bob.name())).isEqualTo(200);
    namedInCdrAndTrace(alice, 433, "anonymous-calling", "Transfer To Voicemail answers as Reject");

    world.rest.patch("/accounts/" + alice.id(), "{\"features\":{\"anonymous-calling\":{\"hideOwnCli\":true}}}");
    assertThat(status(bob.name())).as("a hidden number is anonymous too").isEqualTo(433);
    OutgoingCall hidden = up.from().call("14165550100", CallOptions.standard().withHeader("Subject", "from " + alice.name()));
    hidden.awaitAnswered(SOON);
    IncomingCall heard = peer.awaitCall("14165550100", 1, SOON);
    SipMessage out = heard.invite();
    assertThat(out.header("From").orElseThrow()).contains("anonymous@anonymous.invalid");
    assertThat(out.headers("Privacy")).containsExactly("id");
    assertThat(out.bodyText()).contains("o=- ");
    hidden.hold().await(SOON);
    hidden.hangup();
    heard.awaitHangup(SOON);
    assertThat(hidden.print()).as("her phone names her").contains("o=" + alice.name() + " ");
    assertThat(heard.print()).contains("INVITE", "BYE").doesNotContain(alice.name());
    Waiting.until(() -> world.rest.get("/cdrs?account=" + alice.id() + "&limit=1000").toString().contains("14165550100"), SOON);
    assertThat(world.rest.get("/cdrs?account=" + alice.id() + "&limit=1000")).allSatisfy(cdr -> assertThat(cdr.get("cli").asText()).isEqualTo(alice.name()));

    Files.writeString(world.at.home().resolve("etc/org.strowger.anonymous.cfg"), "offnet.block = EVERY\nidentity.carriers = *\n");
    world.rest.patch("/accounts/" + alice.id(), "{\"features\":{\"anonymous-calling\":{\"hideOwnCli\":true,\"blockIncomingAnonymous\":true,\"incomingAnonymousAction\":\"PROMPT_AND_REJECT\"}}}");
    Waiting.until(() -> up.dial("14165550101", PRIVATE).status() == 433, DEPLOYED);
    assertThat(status("14165550102")).isEqualTo(200);
    assertThat(peer.awaitCall("14165550102", 1, SOON).invite().headers("P-Asserted-Identity")).singleElement().asString().contains(alice.name());

    uninstall("strowger-anonymous-calling");
    assertThat(up.dial(bob.name(), PRIVATE).status()).isEqualTo(200);
    gone(bob, "anonymous-calling", "blockIncomingAnonymous", change);
    install("strowger-anonymous-calling");
    shown(bob, "anonymous-calling", "incomingAnonymousAction", "VOICEMAIL");
    assertThat(up.dial(bob.name(), PRIVATE).status()).isEqualTo(433);
    nobodyElseMovedAndTheCallStays();
  }

  @Test
  void phonesWithoutTheSettingNoticeNothing() {
    install("strowger-dncl");
    install("strowger-anonymous-calling");
    Phone plain = world.phone(alice, TransportKind.UDP);
    OutgoingCall call = plain.call("14165550100");
    call.awaitAnswered(SOON);
    call.hangup();
    assertThat(peer.awaitCall("14165550100", 1, SOON).cli()).isEqualTo(alice.name());
    nobodyElseMovedAndTheCallStays();
  }
}
