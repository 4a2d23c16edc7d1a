package org.strowger.accounts.internal.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.strowger.accounts.internal.AccountsFixture;
import org.strowger.accounts.spi.AccountSettings;
import org.strowger.accounts.spi.Settings;
import org.strowger.kernel.ErrorCode;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.data.FieldSchema;
import org.strowger.kernel.data.Setting;
import org.strowger.rest.api.Caller;
import org.strowger.rest.api.Endpoint;
import org.strowger.rest.api.RestAnswer;
import org.strowger.rest.api.RestRequest;
import org.strowger.rest.api.Role;
import org.strowger.testkit.postgres.TestDatabase;

@SuppressWarnings("unchecked")
class AccountResourceTest {

  @AccountSettings(feature = "voicemail", section = "Voicemail")
  record Voicemail(@Setting(initial = "false") boolean enabled, @Setting(optional = true, secret = true) String pin) {}

  @TempDir
  Path home;

  private TestDatabase database;
  private AccountsFixture switchboard;
  private AccountResource resource;

  @BeforeEach
  void open() {
    database = TestDatabase.open();
    switchboard = new AccountsFixture(database, home);
    resource = new AccountResource(switchboard.accounts);
    resource.bindFunds(switchboard.funds);
  }

  @AfterEach
  void close() {
    switchboard.close();
    database.close();
  }

  private Endpoint endpoint(String method, String path) {
    return resource.endpoints().stream().filter(e -> e.method().equals(method) && e.path().equals(path)).findFirst().orElseThrow();
  }

  private RestAnswer ask(String method, String path, Map<String, String> names, Map<String, Object> body, Role role) {
    return endpoint(method, path).handler().handle(new RestRequest(names, Map.of(), body, new Caller("rita", role)));
  }

  private Map<String, Object> post(Map<String, Object> body) {
    RestAnswer answer = ask("POST", "/accounts", Map.of(), body, Role.ADMIN);
    assertThat(answer.status()).isEqualTo(201);
    var data = (Map<String, Object>) answer.data();
    assertThat(answer.location()).isEqualTo("/accounts/" + data.get("id"));
    return data;
  }

  private Map<String, Object> patch(Object id, Map<String, Object> body) {
    return (Map<String, Object>) ask("PATCH", "/accounts/{id}", Map.of("id", id.toString()), body, Role.ADMIN).data();
  }

  private Map<String, Object> get(Object id, Role role) {
    return (Map<String, Object>) ask("GET", "/accounts/{id}", Map.of("id", id.toString()), Map.of(), role).data();
  }

  @Test
  void namesAllThatIsWrongWithANewAccountAtOnce() {
    assertThatThrownBy(() -> post(Map.of("name", "not a name", "plan", 99L, "language", "english", "voipPassword", "short", "webPassword", "short", "balance", "much")))
        .isInstanceOfSatisfying(InvalidInput.class, e -> assertThat(e.violations()).extracting("field").contains("name", "language", "voipPassword", "webPassword", "balance"))
        .message().doesNotContain("short");
    assertThatThrownBy(() -> post(Map.of("name", "1001", "plan", 99L, "routingGroup", 98L)))
        .isInstanceOfSatisfying(InvalidInput.class, e -> assertThat(e.violations()).extracting("field").containsExactly("routingGroup", "plan"));
    var made = post(Map.of("name", "1001", "plan", 1L));
    assertThatThrownBy(() -> patch(made.get("id"), Map.of("plan", 99L, "voipPassword", "short")))
        .isInstanceOfSatisfying(InvalidInput.class, e -> assertThat(e.violations()).extracting("field").containsExactlyInAnyOrder("voipPassword", "plan"));
  }

  @Test
  void findsTheGreatestIdThereCanBe() throws java.sql.SQLException {
    post(Map.of("name", "1001", "plan", 1L));
    try (var connection = java.sql.DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password()); var statement = connection.createStatement()) {
      assertThat(statement.executeUpdate("update accounts.account set id = 2147483647")).isEqualTo(1);
    }
    assertThat(get("2147483647", Role.READ_ONLY)).containsEntry("name", "1001");
    for (String id : List.of("2147483648", "9999999999", "0", "01", "x")) {
      assertThatThrownBy(() -> get(id, Role.READ_ONLY)).extracting("code").isEqualTo(ErrorCode.NOT_FOUND);
    }
  }

  @Test
  void makesShowsChangesAndDeletes() {
    switchboard.install(Settings.of(Voicemail.class));
    var made = post(Map.of("name", "1001", "plan", 1L, "features", Map.of("voicemail", Map.of("enabled", true, "pin", "4711"))));
    assertThat(made.get("voipPassword").toString()).hasSize(16);
    assertThat(made.get("webPassword").toString()).hasSize(16);
    var shown = get(made.get("id"), Role.READ_ONLY);
    assertThat(shown).doesNotContainKeys("voipPassword", "webPassword").containsEntry("name", "1001").containsEntry("version", 1L)
        .containsEntry("features", Map.of("voicemail", Map.of("enabled", true, "pin", "(set)")));
    assertThat((Map<String, Object>) shown.get("funds")).containsEntry("available", Map.of("amount", "0", "currency", "USD"));
    assertThat((Map<String, Object>) shown.get("info")).containsEntry("createdBy", "rita").containsEntry("currency", "USD");

    var changes = new HashMap<String, Object>(Map.of("version", 1L, "description", "lobby", "creditLimit", "2.5"));
    changes.put("features", Map.of("voicemail", Map.of("enabled", false)));
    var changed = patch(made.get("id"), changes);
    assertThat(changed).containsEntry("version", 2L).containsEntry("description", "lobby").containsEntry("creditLimit", "2.5");
    assertThat(((Map<String, Object>) changed.get("features")).get("voicemail")).isEqualTo(Map.of("enabled", false, "pin", "(set)"));

    assertThat((List<Object>) ask("GET", "/accounts", Map.of(), Map.of(), Role.READ_ONLY).data()).hasSize(1);
    assertThat(ask("DELETE", "/accounts/{id}", Map.of("id", made.get("id").toString()), Map.of(), Role.ADMIN).status()).isEqualTo(204);
    assertThatThrownBy(() -> get(made.get("id"), Role.ADMIN)).isInstanceOf(StrowgerException.class).hasMessageContaining("there is no account");
  }

  /** RFC 7396: what is named changes, a null sets what was there initially, an object keeps what is not named. */
  @Test
  void aChangeIsAMergePatch() {
    switchboard.install(Settings.of(Voicemail.class));
    var made = post(Map.of("name", "1001", "plan", 1L, "description", "lobby", "timeZone", "Europe/Berlin",
        "features", Map.of("voicemail", Map.of("enabled", true, "pin", "4711"))));
    var nulls = new HashMap<String, Object>();
    nulls.put("description", null);
    nulls.put("timeZone", null);
    var settings = new HashMap<String, Object>();
    settings.put("pin", null);
    nulls.put("features", Map.of("voicemail", settings));
    var changed = patch(made.get("id"), nulls);
    assertThat(changed).containsEntry("description", null).containsEntry("timeZone", "UTC").containsEntry("name", "1001");
    var voicemail = new HashMap<String, Object>(Map.of("enabled", true));
    voicemail.put("pin", null);
    assertThat(changed.get("features")).isEqualTo(Map.of("voicemail", voicemail));
    var name = new HashMap<String, Object>();
    name.put("name", null);
    assertThatThrownBy(() -> patch(made.get("id"), name)).hasMessageContaining("name: is required");
  }

  @Test
  void findsTheOneOfAName() {
    var made = post(Map.of("name", "1001", "plan", 1L));
    post(Map.of("name", "10010", "plan", 1L, "description", "beside 1001"));
    assertThat(list(Map.of("name", "1001"))).extracting(line -> line.get("id")).containsExactly(made.get("id"));
    assertThat(list(Map.of("search", "1001"))).hasSize(2);
    assertThat(list(Map.of("name", "1001", "blocked", "true"))).as("all that is asked for").isEmpty();
    assertThat(list(Map.of("name", "100_"))).isEmpty();
    assertThat(list(Map.of("name", ""))).isEmpty();
  }

  private List<Map<String, Object>> list(Map<String, String> query) {
    var request = new RestRequest(Map.of(), query, Map.of(), new Caller("rita", Role.READ_ONLY));
    return (List<Map<String, Object>>) endpoint("GET", "/accounts").handler().handle(request).data();
  }

  @Test
  void namesEveryUnknownField() {
    var made = post(Map.of("name", "1001", "plan", 1L));
    assertThatThrownBy(() -> post(Map.of("name", "1002", "plan", 1L, "colour", "red"))).isInstanceOf(InvalidInput.class)
        .hasMessageContaining("colour 'red': is no field here; known are name, voipLogin, plan");
    assertThatThrownBy(() -> patch(made.get("id"), Map.of("creditLimt", new BigDecimal("2.50"), "languages", List.of("en", "de")))).hasMessageContaining("creditLimt '2.50': is no field")
        .hasMessageContaining("languages: is no field");
    for (String name : List.of("voipPasword", "VOIPPASSWORD", "voipPsword", "webbPassword", "webPassword2", "password", "secret", "oldPwd")) {
      assertThatThrownBy(() -> post(Map.of("name", "1002", "plan", 1L, name, "geheim1234"))).as(name).hasMessageContaining(name + ": is no field here").hasMessageNotContaining("geheim");
    }
    assertThatThrownBy(() -> patch(made.get("id"), Map.of("voipLogn", "10o1"))).hasMessageContaining("voipLogn '10o1': is no field");
    assertThatThrownBy(() -> patch(made.get("id"), Map.of("colour", "red", "version", "x"))).hasMessageContaining("colour").hasMessageContaining("version 'x'");
    assertThatThrownBy(() -> patch(made.get("id"), Map.of("features", Map.of("dncl", Map.of("lookup", true))))).hasMessageContaining("features.dncl");
    assertThatThrownBy(() -> patch(made.get("id"), Map.of("features", "all"))).hasMessageContaining("features: is an object");
    assertThatThrownBy(() -> patch(made.get("id"), Map.of("voipPassword", List.of("geheim1234")))).hasMessageContaining("voipPassword").hasMessageNotContaining("geheim");
    assertThatThrownBy(() -> post(Map.of("plan", 1L, "balance", "1.5e3"))).hasMessageContaining("name: is required").hasMessageContaining("balance '1.5e3'");
    assertThat(get(made.get("id"), Role.ADMIN)).containsEntry("version", 1L);
  }

  @Test
  void aSectionWhosePluginIsAwayIsForAdministratorsToSee() {
    var installed = switchboard.install(Settings.of(Voicemail.class));
    var made = post(Map.of("name", "1001", "plan", 1L, "features", Map.of("voicemail", Map.of("enabled", true))));
    switchboard.uninstall(installed);
    assertThat(get(made.get("id"), Role.ADMIN)).containsEntry("features", Map.of("voicemail", Map.of("installed", false, "stored", Map.of("enabled", true))));
    assertThat(get(made.get("id"), Role.READ_ONLY)).containsEntry("features", Map.of());
    assertThatThrownBy(() -> patch(made.get("id"), Map.of("features", Map.of("voicemail", Map.of("enabled", false)))))
        .isInstanceOf(StrowgerException.class).hasMessageContaining("voicemail").extracting("code").isEqualTo(ErrorCode.CONFLICT);
  }

  @Test
  void aSecretWhosePluginIsAwayIsShownToNobody() throws java.sql.SQLException {
    var installed = switchboard.install(Settings.of(Voicemail.class));
    var made = post(Map.of("name", "1001", "plan", 1L, "features", Map.of("voicemail", Map.of("enabled", true, "pin", "4711"))));
    var empty = post(Map.of("name", "1002", "plan", 1L));
    patch(empty.get("id"), Map.of("features", Map.of("voicemail", Map.of("pin", "4712"))));
    switchboard.uninstall(installed);
    assertThat(stored(made.get("id"))).isEqualTo(Map.of("enabled", true, "pin", "(set)"));
    assertThat(stored(empty.get("id"))).isEqualTo(Map.of("pin", "(set)"));

    database("update accounts.settings set secrets = null");
    assertThat(stored(made.get("id"))).as("stored before anybody noted what is secret").isEqualTo(Map.of("enabled", "(set)", "pin", "(set)"));

    switchboard.install(Settings.of(Voicemail.class));
    var back = (Map<String, Object>) patch(made.get("id"), Map.of("features", Map.of("voicemail", Map.of("enabled", false)))).get("features");
    assertThat(back).containsEntry("voicemail", Map.of("enabled", false, "pin", "(set)"));
    assertThat(switchboard.accounts.byName(org.strowger.kernel.CustomerId.ROOT, "1001").orElseThrow().features().get("voicemail").secrets()).containsExactly("pin");
    assertThat(switchboard.accounts.byName(org.strowger.kernel.CustomerId.ROOT, "1001").orElseThrow().features().get("voicemail").values()).containsEntry("pin", "4711");
  }

  private Object stored(Object id) {
    var features = (Map<String, Map<String, Object>>) get(id, Role.ADMIN).get("features");
    return features.get("voicemail").get("stored");
  }

  private void database(String update) throws java.sql.SQLException {
    try (var connection = java.sql.DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password()); var statement = connection.createStatement()) {
      assertThat(statement.executeUpdate(update)).isPositive();
    }
  }

  @Test
  void withoutTheLedgerAnAccountIsShownWithoutMoney() {
    var made = post(Map.of("name", "1001", "plan", 1L));
    resource.unbindFunds(switchboard.funds);
    assertThat(get(made.get("id"), Role.ADMIN)).containsEntry("funds", null);
  }

  @Test
  void schemasFollowTheFeatures() {
    var body = endpoint("PATCH", "/accounts/{id}").body();
    assertThat(body.get().field("features").orElseThrow().fields()).isEmpty();
    var installed = switchboard.install(Settings.of(Voicemail.class));
    assertThat(body.get().field("features").orElseThrow().fields()).extracting(FieldSchema::name).containsExactly("voicemail");
    switchboard.uninstall(installed);
    assertThat(body.get().field("features").orElseThrow().fields()).isEmpty();
    for (String id : List.of("x", "0", "-1", "99999999999", "1.0")) {
      assertThatThrownBy(() -> get(id, Role.ADMIN)).isInstanceOf(StrowgerException.class).hasMessageContaining("no account " + id);
    }
  }
}
