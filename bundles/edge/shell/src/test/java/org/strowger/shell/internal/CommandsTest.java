package org.strowger.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.strowger.kernel.Health;
import org.strowger.kernel.Meter;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.Unavailable;
import org.strowger.plugins.api.PluginInfo;
import org.strowger.plugins.api.PluginRegistry;
import org.strowger.rest.api.Role;
import org.strowger.rest.api.Tokens;
import org.strowger.testkit.NoPlugins;

class CommandsTest {

  @TempDir Path cache;
  private final Checks checks = new Checks();
  private Fixture fixture;

  @BeforeEach
  void start() throws Exception {
    fixture = new Fixture(cache);
    fixture.register(Checks.class, checks);
  }

  @AfterEach
  void stop() throws Exception {
    fixture.close();
    checks.close();
  }

  private HealthCommand health(boolean json) {
    var command = new HealthCommand();
    command.context = fixture.context();
    command.json = json;
    return command;
  }

  @Test
  void healthListsThePartsByName() throws Exception {
    checks.bindCheck(Health.Check.of("sip", () -> Health.degraded("one port closed")), Map.of());
    checks.bindCheck(Health.Check.of("ledger", () -> Health.ok("fine")), Map.of());
    assertThat(Fixture.run(health(true)).trim()).isEqualTo("[{\"part\":\"ledger\",\"state\":\"OK\",\"detail\":\"fine\"},{\"part\":\"sip\",\"state\":\"DEGRADED\",\"detail\":\"one port closed\"}]");
    assertThat(Fixture.run(health(false))).contains("sip     DEGRADED  one port closed");
  }

  @Test
  void healthFailsWhenAPartIsDownOrItsCheckBreaksOrNothingRuns() {
    assertThatThrownBy(() -> Fixture.run(health(false))).isInstanceOf(StrowgerException.class).hasMessageContaining("no part");
    checks.bindCheck(Health.Check.of("sip", () -> {
      throw new IllegalStateException("x");
    }), Map.of());
    checks.bindCheck(Health.Check.of("db", () -> Health.down("gone")), Map.of());
    checks.bindCheck(Health.Check.of("rest", () -> Health.ok("fine")), Map.of());
    assertThatThrownBy(() -> Fixture.run(health(false))).isInstanceOf(StrowgerException.class).hasMessage("down: db, sip");
  }

  @Test
  void healthIsToldWhenAPluginsCheckHasNoNameAndThrowsAnError() throws Exception {
    checks.bindCheck(Health.Check.of("sip", () -> Health.ok("fine")), Map.of());
    Health.Check broken = new Health.Check() {
      @Override
      public String name() {
        throw new AssertionError("no name");
      }

      @Override
      public Health health() {
        return Health.ok("never asked");
      }
    };
    checks.bindCheck(broken, Map.of("service.bundleid", 77L));
    assertThatThrownBy(() -> Fixture.run(health(false))).isInstanceOf(StrowgerException.class).hasMessage("down: bundle 77");
    checks.unbindCheck(broken);
    assertThat(Fixture.run(health(false))).contains("sip");
  }

  @Test
  void metersMergesWhatAllCount() throws Exception {
    var sip = new Meter("sip");
    sip.counter("requests").add(7);
    var rest = new Meter("rest");
    rest.gauge("active", () -> 2);
    fixture.register(Meter.class, sip);
    fixture.register(Meter.class, rest);
    var command = new MetersCommand();
    command.context = fixture.context();
    command.json = true;
    assertThat(Fixture.run(command).trim()).isEqualTo("{\"rest.active\":2,\"sip.requests\":7}");

    var names = new MeterNames();
    names.context = fixture.context();
    var offered = new java.util.ArrayList<String>();
    names.complete(null, new org.apache.karaf.shell.support.completers.ArgumentCommandLine("sip", 3), offered);
    assertThat(offered).extracting(String::strip).containsExactly("sip.requests");
    command.prefix = "sip";
    assertThat(Fixture.run(command).trim()).isEqualTo("{\"sip.requests\":7}");
  }

  @Test
  void statusWorksWithNothingThere() throws Exception {
    var command = new StatusCommand();
    command.context = fixture.context();
    assertThat(Fixture.run(command)).contains("state").contains("DOWN").contains("closed");
    command.json = true;
    assertThat(Fixture.run(command)).contains("\"state\":\"DOWN\"").contains("\"sip\":[]").contains("\"parts\":{}");
  }

  @Test
  void uptimeIsReadable() {
    assertThat(StatusCommand.words(Duration.ofSeconds(61))).isEqualTo("0:01:01");
    assertThat(StatusCommand.words(Duration.ofHours(49))).isEqualTo("2 days 1:00:00");
  }

  @Test
  void pluginsShowsHowTheyDo() throws Exception {
    var command = new PluginsCommand();
    command.context = fixture.context();
    command.json = true;
    assertThatThrownBy(() -> Fixture.run(command)).isInstanceOf(Unavailable.class);
    fixture.register(PluginRegistry.class, new NoPlugins() {
      @Override
      public List<PluginInfo> list() {
        return List.of(new PluginInfo("dncl", "1.2.0", 77, "CallPolicy", PluginInfo.State.QUARANTINED, 10, 2, 1, 3, 5, 90, "4 of its calls are stuck"));
      }
    });
    assertThat(Fixture.run(command).trim()).isEqualTo(
        "[{\"plugin\":\"dncl\",\"version\":\"1.2.0\",\"bundle\":77,\"offers\":\"CallPolicy\",\"state\":\"quarantined\",\"calls\":10,\"p50\":5,\"p99\":90,\"faults\":2,\"abandoned\":1,\"leases\":3,\"why\":\"4 of its calls are stuck\"}]");
  }

  @Test
  void versionNamesJava() throws Exception {
    var command = new VersionCommand();
    command.context = fixture.context();
    assertThat(Fixture.run(command)).contains(System.getProperty("java.runtime.version"));
  }

  @Test
  void tokensAreMadeListedAndRevoked() throws Exception {
    var made = new TreeMap<String, Role>();
    fixture.register(Tokens.class, new Tokens() {
      @Override
      public String create(String name, Role role) {
        made.put(name, role);
        return "secret-of-" + name;
      }

      @Override
      public List<Token> list() {
        return made.entrySet().stream().map(token -> new Token(token.getKey(), token.getValue(), Instant.EPOCH)).toList();
      }

      @Override
      public void revoke(String name) {
        made.remove(name);
      }
    });
    var create = new TokenCreateCommand();
    create.context = fixture.context();
    create.name = "robot";
    create.readOnly = true;
    create.json = true;
    assertThat(Fixture.run(create).trim()).isEqualTo("{\"name\":\"robot\",\"role\":\"READ_ONLY\",\"token\":\"secret-of-robot\"}");
    var list = new TokenListCommand();
    list.context = fixture.context();
    list.json = true;
    assertThat(Fixture.run(list).trim()).isEqualTo("[{\"name\":\"robot\",\"role\":\"READ_ONLY\",\"created\":\"1970-01-01T00:00:00Z\"}]");
    var revoke = new TokenRevokeCommand();
    revoke.context = fixture.context();
    revoke.name = "robot";
    Fixture.run(revoke);
    assertThat(made).isEmpty();
  }
}
