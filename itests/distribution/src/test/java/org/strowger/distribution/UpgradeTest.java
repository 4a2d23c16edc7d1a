package org.strowger.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.strowger.phone.Phone;

/** House plan §7: program and instance are separate. What the operator did survives the cache and the program: one instance, through one of its lives after the other. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class UpgradeTest {

  private static final String FEATURE = "strowger-anonymous-calling";
  private static final String PASSWORD = "older-than-the-program";

  private static Instance instance;
  private static String password;
  private static final String CHOSEN = "chosen long ago 1";
  private static final String TOKEN = "strowger_of-an-earlier-release";

  private static String database;

  @BeforeAll
  static void anInstanceThatIsInUse() throws IOException {
    instance = new Instance(Program.unpack("old"), "upgraded");
    instance.start();
    instance.shell("feature:install package " + FEATURE + "; tariff:create standard USD; plan:create standard standard; account:create --balance 12.34 --voip-password " + PASSWORD
        + " 1001 standard");
    String web = instance.read("etc/org.ops4j.pax.web.cfg");
    instance.write("etc/org.ops4j.pax.web.cfg", web.replace("maxThreads = 80", "maxThreads = 81"));
    register();
    instance.stop();
    password = instance.read("keys/admin-password");
    database = instance.read("db/instance.id");
    assertThat(instance.read("etc/strowger.features")).contains("feature package");
    keptItsUsersAsTheReleaseBeforeDid();
  }

  /** Unsalted: what Karaf itself hashes, by a file that nobody edited, and what the tokens' file held. */
  private static void keptItsUsersAsTheReleaseBeforeDid() throws IOException {
    String users = instance.read("etc/users.properties");
    assertThat(users).contains("\nadmin = ");
    instance.write("etc/users.properties", users.replaceAll("(?m)^admin = [^,]*,", "admin = {CRYPT}" + sha256(password.strip()).toUpperCase(Locale.ROOT) + "{CRYPT},")
        + "older = {CRYPT}" + sha256(CHOSEN).toUpperCase(Locale.ROOT) + "{CRYPT},_g_:viewergroup\n");
    instance.write("keys/tokens", "robot READ_ONLY 2026-11-01T00:00:00Z " + sha256(TOKEN) + "\n");
    for (String file : List.of("etc/org.apache.karaf.jaas.cfg", "etc/.shipped/etc/org.apache.karaf.jaas.cfg")) {
      String now = instance.read(file);
      assertThat(now).contains("encryption.name=strowger", "encryption.prefix={CRYPT}$");
      instance.write(file, now.replace("encryption.name=strowger", "encryption.name=basic").replace("encryption.prefix={CRYPT}$", "encryption.prefix={CRYPT}"));
    }
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @AfterAll
  static void stop() {
    instance.close();
  }

  private static void register() {
    try (Phone phone = Phone.builder().user("1001").password(PASSWORD).server("127.0.0.1:" + instance.sipPort()).build()) {
      phone.register(Duration.ofMinutes(5));
    }
  }

  @Test
  @Order(1)
  void aNewerProgramServesItsNewCodeAndKeepsWhatTheOperatorDid() throws IOException {
    Program newer = Program.unpack("newer")
        .withText("instance", "org.strowger.instance.internal.shell.AboutCommand", "state", "condition");
    Files.writeString(newer.folder().resolve("etc/org.ops4j.pax.web.cfg"), "\norg.strowger.brought = by the newer program\n",
        java.nio.file.StandardOpenOption.APPEND);
    instance.use(newer);

    String said = instance.start();

    everythingIsThere();
    assertThat(instance.shell("switch:about")).contains("Strowger 0", "condition").doesNotContain("state ");
    assertThat(instance.read("etc/strowger.features")).contains("feature package");
    assertThat(instance.shell("feature:list -i --no-format | grep ^package")).contains("package");
    assertThat(said).contains("newer").contains("etc/org.ops4j.pax.web.cfg is yours");
    assertThat(instance.read("etc/org.ops4j.pax.web.cfg.new")).contains("brought = by the newer program");
    assertThat(instance.read("etc/org.ops4j.pax.web.cfg")).doesNotContain("brought");
    whoMightLogInMayStillAndNobodysPasswordIsKeptWithoutASalt();
  }

  private static void whoMightLogInMayStillAndNobodysPasswordIsKeptWithoutASalt() throws IOException {
    try (var older = new Ssh(instance, "older", CHOSEN); var guessing = new Ssh(instance, "older", CHOSEN + "!")) {
      assertThat(older.shell("switch:status")).contains("uptime");
      assertThatThrownBy(guessing::login).isInstanceOf(IOException.class).hasMessageContaining("No more authentication methods");
    }
    assertThat(instance.read("etc/users.properties")).contains("admin = {CRYPT}$sha256$argon2id$", "older = {CRYPT}$sha256$argon2id$")
        .doesNotContainIgnoringCase(sha256(CHOSEN)).doesNotContainIgnoringCase(sha256(password.strip()));
    var rest = (HttpURLConnection) URI.create("http://127.0.0.1:" + instance.httpPort() + "/api/v1/accounts").toURL().openConnection();
    rest.setRequestProperty("Authorization", "Bearer " + TOKEN);
    assertThat(rest.getResponseCode()).isEqualTo(200);
    assertThat(instance.read("keys/tokens")).contains("robot READ_ONLY 2026-11-01T00:00:00Z $sha256$sha256-generated$").doesNotContain(sha256(TOKEN));
  }

  private static void everythingIsThere() {
    assertThat(instance.read("etc/org.ops4j.pax.web.cfg")).contains("maxThreads = 81");
    assertThat(instance.read("keys/admin-password")).isEqualTo(password);
    assertThat(instance.read("db/instance.id")).isEqualTo(database);
    assertThat(instance.read("etc/strowger.features")).contains("feature " + FEATURE);
    assertThat(instance.shell("feature:list -i --no-format | grep ^" + FEATURE + "; account:show 1001"))
        .contains(FEATURE).containsPattern("balance\\s+amount\\s+12\\.34\\s+currency\\s+USD");
    register();
  }

  @Test
  @Order(2)
  void theCacheMayBeDeletedAtAnyTimeAndAFeatureThatWasUninstalledStaysAway() {
    instance.shell("feature:uninstall package");
    instance.stop();
    instance.deleteCache();

    instance.start();

    everythingIsThere();
    assertThat(instance.shell("switch:about")).contains("Strowger 0");
    assertThat(instance.read("etc/strowger.features")).doesNotContain("feature package");
    assertThat(instance.shell("feature:list --no-format | grep ^package")).contains("Uninstalled");
  }
}
