package org.strowger.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.strowger.phone.Behaviour;
import org.strowger.phone.Carrier;
import org.strowger.phone.Phone;
import org.strowger.phone.TransportKind;

/** Bad input gets a message that names field, value and rule, and changes nothing. */
@ExtendWith(SharedSwitch.class)
class BadInputScenario {

  private World world;

  @BeforeEach
  void open(Switch at) {
    world = new World(at);
  }

  @AfterEach
  void close() throws Exception {
    world.close();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '~', quoteCharacter = '\0', value = {
    "/tariffs ~ {\"name\":\"x\",\"currency\":\"USD\",\"connectFee\":\"0.123456789012345678901\"} ~ connectFee ~ 0.123456789012345678901 ~ 20 decimals",
    "/tariffs ~ {\"name\":\"x\",\"currency\":\"ABC\"} ~ currency ~ ABC ~ ISO 4217",
    "/tariffs ~ {\"name\":\"x\",\"currency\":\"USD\",\"colour\":\"red\"} ~ colour ~ red ~ no field",
    "/carriers ~ {\"name\":\"x\",\"address\":\"127.0.0.1:5099\",\"cldTranslation\":\"s/(/x/\"} ~ cldTranslation ~ s/(/x/ ~ broken",
    "/accounts ~ {\"name\":\"sp ace\",\"plan\":1} ~ name ~ sp ace ~ matches",
    "/plans ~ {\"name\":\"x\",\"tariff\":999999} ~ tariff ~ 999999 ~ id of a tariff"})
  void isNamedByFieldValueAndRule(String path, String body, String field, String value, String rule) {
    var answer = world.rest.send("POST", path, body);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body().get("violations")).anySatisfy(violation -> {
      assertThat(violation.get("field").asText()).isEqualTo(field);
      assertThat(violation.get("value").asText()).isEqualTo(value);
      assertThat(violation.get("rule").asText()).contains(rule);
    });
    assertThat(answer.text()).doesNotContain("Exception").doesNotContain("\tat ");
  }

  @Test
  void aRoutingGroupThatIsNotThereIsRefusedAtEveryDoor() throws Exception {
    int plan = world.plan(world.tariff(""));
    var subscriber = world.account(plan, null, "0", "0");
    String rule = "is the id of a routing group";

    var made = world.rest.send("POST", "/accounts", "{\"name\":\"" + world.name("lost") + "\",\"plan\":" + plan + ",\"routingGroup\":999999}");
    assertThat(made.status()).isEqualTo(400);
    assertThat(made.body().get("violations").toString()).contains("\"routingGroup\"", "999999", rule, "route:group-list");
    assertThat(world.rest.send("PATCH", "/accounts/" + subscriber.id(), "{\"routingGroup\":999999}").status()).isEqualTo(400);

    var shell = world.at.run(Duration.ofSeconds(30), "client", "account:update " + subscriber.name() + " routingGroup=999999");
    assertThat(shell.status()).isNotZero();
    assertThat(shell.output()).contains("routingGroup '999999'", rule).doesNotContain("\tat ");

    String name = world.name("lost");
    String soap = world.rest.soap(world.at.http() + "/soap/v1", "<CreateAccountRequest xmlns=\"urn:strowger:soap:v1\"><profile><name>" + name + "</name><plan>" + plan
        + "</plan><routingGroup>999999</routingGroup></profile></CreateAccountRequest>");
    assertThat(soap).contains("Fault", "<field>routingGroup</field>", "999999", rule).doesNotContain("\tat ");
    assertThat(world.rest.get("/accounts?search=" + name)).isEmpty();
    assertThat(world.rest.get("/accounts/" + subscriber.id()).get("routingGroup").isNull()).isTrue();
  }

  @Test
  void aBrokenTranslationIsRefusedInTheShellAndChangesNothing() throws Exception {
    String carrier = world.name("regex");
    String broken = "s/^(0/44/";
    String log = world.at.log();
    var made = world.at.tell("route:carrier-create " + carrier + " 127.0.0.1:5099 'cldTranslation=" + broken + "'");
    assertThat(made.status()).isNotZero();
    String said = "cldTranslation '" + broken + "': expression of the item at character 1 is broken";
    assertThat(made.output()).contains(said, "missing )", "route:translate").doesNotContain("\tat ", "Exception").containsOnlyOnce(said);
    assertThat(world.rest.get("/carriers").toString()).doesNotContain(carrier);

    assertThat(world.at.tell("route:carrier-create " + carrier + " 127.0.0.1:5099 'cldTranslation=s/^0/44/'").status()).isZero();
    var changed = world.at.tell("route:carrier-update " + carrier + " capacity=7 'cliTranslation=" + broken + "'");
    assertThat(changed.status()).isNotZero();
    assertThat(changed.output()).contains("cliTranslation '" + broken + "'", "route:translate").doesNotContain("\tat ");
    assertThat(world.at.tell("route:carrier-show --json " + carrier).output()).contains("\"cldTranslation\":\"s/^0/44/\"", "\"capacity\":0", "\"cliTranslation\":null");
    var tried = world.at.tell("route:translate '" + broken + "' 0123");
    assertThat(tried.status()).isNotZero();
    assertThat(tried.output()).contains("rule '" + broken + "'", "is broken");
    assertThat(world.at.log().substring(log.length())).as("the log").doesNotContain(broken, "\tat ");
  }

  @Test
  void aDuplicateNameIsAConflict() {
    String name = world.name("dup");
    String body = "{\"name\":\"" + name + "\",\"currency\":\"USD\"}";
    assertThat(world.rest.send("POST", "/tariffs", body).status()).isEqualTo(201);
    var again = world.rest.send("POST", "/tariffs", body);
    assertThat(again.status()).isEqualTo(409);
    assertThat(again.text()).contains(name);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '~', quoteCharacter = '\0', value = {"{ ~ 400", "[] ~ 400", "{\"name\":\"a\",\"name\":\"b\"} ~ 400", "nonsense ~ 400"})
  void aBodyThatIsNoObjectIsRefused(String body, int status) {
    assertThat(world.rest.send("POST", "/tariffs", body).status()).isEqualTo(status);
  }

  @Test
  void nobodyGetsInWithoutAPassword() {
    var stranger = new Rest(world.rest.base(), "admin", "guess");
    assertThat(stranger.send("GET", "/accounts", null).status()).isEqualTo(401);
    assertThat(world.rest.send("GET", "/nowhere", null).status()).isEqualTo(404);
  }

  @Test
  void aMalformedSipMessageDisturbsNobody() throws Exception {
    var subscriber = world.account(world.plan(world.tariff("")), null, "0", "0");
    Phone phone = world.phone(subscriber, TransportKind.UDP);
    String log = world.at.log();
    for (String junk : new String[] {"\r\n", "INVITE", "INVITE sip:a SIP/2.0\r\n\r\n", "\0\0\0\0", "REGISTER sip:x SIP/2.0\r\nVia: SIP/2.0/UDP x\r\nCSeq: z\r\n\r\n"}) {
      phone.sendRaw(junk.getBytes(StandardCharsets.ISO_8859_1));
    }
    assertThat(phone.options().status()).isEqualTo(200);
    String since = world.at.log().substring(log.length());
    assertThat(since).doesNotContain("\tat ");
  }

  /** Separators, parameters, odd characters: none hides a prefix, and none is a fault of a policy. */
  @Test
  void aNumberIsPricedAsItIsDialledHoweverItIsWritten() throws Exception {
    Carrier peer = world.peer().otherwise(Behaviour.busy());
    int tariff = world.tariff("", "1=0.60");
    assertThat(world.rest.send("POST", "/tariffs/" + tariff + "/rates", "{\"rates\":[{\"prefix\":\"1900\",\"forbidden\":true}]}").status()).isEqualTo(204);
    var alice = world.account(world.plan(tariff), world.group(world.carrier(peer, null, "")), "5", "0");
    Phone phone = world.phone(alice, TransportKind.UDP);
    String faults = faults();

    for (String forbidden : new String[] {"19005550100", "1-9005550100", "1(900)5550100", "1%2E900.555.0100"}) {
      assertThat(phone.call(forbidden).awaitFailed(World.SOON).status()).as(forbidden).isEqualTo(403);
    }
    assertThat(phone.call("1/9005550100").awaitFailed(World.SOON).status()).isEqualTo(484);
    assertThat(phone.call("1416%0d%0aX").awaitFailed(World.SOON).status()).isEqualTo(400);
    assertThat(peer.calls()).isEmpty();
    assertThat(phone.call("1-416-555-0100").awaitFailed(World.SOON).status()).isEqualTo(486);
    assertThat(peer.calls()).extracting(call -> call.cld()).containsExactly("14165550100");
    assertThat(faults()).as("faults of plugins").isEqualTo(faults);
  }

  private String faults() {
    return java.util.regex.Pattern.compile("\"faults\"\\s*:\\s*\\d+").matcher(world.at.shell("switch:plugins --json")).results().map(java.util.regex.MatchResult::group).toList().toString();
  }

  @Test
  void aTranslationThatNeedsTooManyStepsRefusesTheCallAndSaysSo() {
    Carrier peer = world.peer().otherwise(Behaviour.answer());
    int carrier = world.carrier(peer, null, "\"cldTranslation\":\"s/^(1*)(1*)(1*)(1*)\\\\1b$/x/\"");
    var alice = world.account(world.plan(world.tariff("", "1=0.60")), world.group(carrier), "5", "0");
    assertThat(world.phone(alice, TransportKind.UDP).call("1".repeat(60)).awaitFailed(World.SOON).status()).isEqualTo(500);
    var cdr = world.cdrs(alice, 1).get(0);
    assertThat(cdr.get("result").asInt()).isEqualTo(500);
    assertThat(cdr.toString()).contains("translation for carrier");
    assertThat(world.explain(cdr)).contains("ROUTE", "translation for carrier", "steps");
    assertThat(peer.calls()).isEmpty();
  }
}
