package org.strowger.soap.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.strowger.soap.internal.RunningDoor.envelope;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostileXmlTest {

  private static final String GOOD = envelope("<ListAccountsRequest/>");

  private static RunningDoor door;

  @BeforeAll
  static void open() throws Exception {
    door = new RunningDoor();
  }

  @AfterAll
  static void close() throws Exception {
    door.close();
  }

  @Test
  void servesAPlainMessage() throws Exception {
    var answer = door.post("reader", GOOD);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("AccountsAnswer");
  }

  @Test
  void readsNoFileAndExpandsNothing(@TempDir Path folder) throws Exception {
    Path secret = Files.writeString(folder.resolve("secret"), "the secret");
    for (String dtd : new String[] {
        "<!DOCTYPE x [<!ENTITY e SYSTEM \"" + secret.toUri() + "\">]>",
        "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY e \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">]>",
        "<!DOCTYPE x SYSTEM \"" + secret.toUri() + "\">"}) {
      var answer = door.post("admin", dtd + envelope("<ListAccountsRequest><search>&e;</search></ListAccountsRequest>"));
      assertThat(answer.statusCode()).as(dtd).isEqualTo(500);
      assertThat(answer.body()).contains("soap:Client").contains("document type").doesNotContain("the secret").doesNotContain("\tat ");
    }
  }

  @Test
  void refusesWhatIsTooDeepTooManyTooLongOrTooLarge() {
    var limits = new XmlLimits();
    assertThat(limits.complaint(bytes(GOOD))).isNull();
    assertThat(limits.complaint(bytes("<a>".repeat(40) + "</a>".repeat(40)))).isNull();
    assertThat(limits.complaint(bytes("<a>".repeat(41) + "</a>".repeat(41)))).contains("deep");
    assertThat(limits.complaint(bytes("<a>" + "<b/>".repeat(20_000) + "</a>"))).contains("20000");
    assertThat(limits.complaint(bytes("<a>" + "x".repeat(65_537) + "</a>"))).contains("65536");
    assertThat(limits.complaint(bytes("<a>" + "<![CDATA[" + "x".repeat(40_000) + "]]>" + "y".repeat(40_000) + "</a>"))).contains("65536");
    var attributes = new StringBuilder("<a");
    for (int i = 0; i <= 50; i++) {
      attributes.append(" a").append(i).append("='1'");
    }
    assertThat(limits.complaint(bytes(attributes + "/>"))).contains("attributes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "<a>", "<a></b>", "<a>&e;</a>", "<a b=c/>", "<a/><b/>", "{\"json\":1}"})
  void refusesWhatIsNoXml(String text) throws Exception {
    var answer = door.post("admin", text);
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body()).contains("soap:Client").doesNotContain("\tat ").doesNotContain("Exception");
  }

  @Test
  void refusesWhatIsTooLarge() throws Exception {
    assertThat(door.post("admin", envelope("<!--" + "x".repeat(300_000) + "--><ListAccountsRequest/>")).statusCode()).isEqualTo(413);
  }

  @ParameterizedTest
  @ValueSource(strings = {"<ListAccountsRequest><limit>ten</limit></ListAccountsRequest>", "<ListAccountsRequest><nonsense/></ListAccountsRequest>", "<DropDatabase/>",
      "<AddFundsRequest><account>1</account><amount><amount>1e5</amount><currency>USD</currency></amount></AddFundsRequest>", "<GetAccountRequest><id>99999999999</id></GetAccountRequest>"})
  void refusesWhatTheSchemaDoesNotHave(String body) throws Exception {
    var answer = door.post("admin", envelope(body));
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body()).contains("Fault").doesNotContain("\tat ");
  }

  @Test
  void showsNothingElse() throws Exception {
    assertThat(door.get("/soap/v1").statusCode()).isEqualTo(404);
    assertThat(door.get("/soap/").statusCode()).isEqualTo(404);
    assertThat(door.get("/soap/services?stylesheet=1").statusCode()).isEqualTo(404);
    assertThat(door.get("/soap/v1?xsd=../../etc/passwd").statusCode()).isEqualTo(404);
    assertThat(door.post(null, GOOD).statusCode()).isEqualTo(401);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
