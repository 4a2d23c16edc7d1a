package org.strowger.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.strowger.scenarios.World.SOON;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.strowger.phone.Behaviour;
import org.strowger.phone.Carrier;
import org.strowger.phone.Challenger;
import org.strowger.phone.Digest;
import org.strowger.phone.IncomingCall;
import org.strowger.phone.OutgoingCall;
import org.strowger.phone.Phone;
import org.strowger.phone.Waiting;
import org.strowger.scenarios.World.Subscriber;

/** What an operator saves of one instance serves in another one: the phones need not be told. */
@ExtendWith(SharedSwitch.class)
class BackupScenario {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Test
  void anotherInstanceGoesOnWithTheBackup(Switch at, @TempDir Path folder) throws Exception {
    Path file = folder.resolve("switch.backup");
    try (var world = new World(at)) {
      Carrier peer = world.keep(new Carrier(Phone.builder().local("127.0.0.3:0").challenger(new Challenger(407, "carrier", List.of(Digest.Algorithm.MD5)).user("trunk", "trunk-secret")).build()));
      peer.on("1416", Behaviour.answer());
      int carrier = world.carrier(peer, null, "\"username\":\"trunk\",\"password\":\"trunk-secret\"");
      int plan = world.plan(world.tariff("\"connectFee\":\"0.05\"", "1416=0.60"));
      Subscriber alice = world.account(plan, world.group(carrier), "5", "0");
      Subscriber bob = world.account(plan, null, "0", "0");
      callOut(world.registered(alice));
      List<JsonNode> charged = world.cdrs(alice, 1);

      assertThat(at.run(LIMIT, "backup", file.toString()).status()).isZero();
      for (Path written : List.of(file, Path.of(file + ".keys"))) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(written))).as(written.toString()).isEqualTo("rw-------");
      }
      assertThat(at.run(LIMIT, "backup", file.toString())).satisfies(again -> assertThat(again.status()).isNotZero())
          .satisfies(again -> assertThat(again.output()).contains("exists"));

      // Somewhere else: in another time zone, and listening on every address.
      try (Switch other = Switch.startElsewhere("restored", Map.of("TZ", "America/St_Johns"), "--sip-host", Switch.hasIpv6() ? "::" : "0.0.0.0")) {
        refusedWhenCutOff(other, file, folder.resolve("cut.backup"));
        Switch.Result restored = other.run(LIMIT, "restore", file.toString());
        assertThat(restored.status()).as(restored.output()).isZero();
        assertThat(restored.output()).contains("and its keys");
        Waiting.until("the directory is back", () -> other.rest().send("GET", "/accounts/" + alice.id(), null).status() == 200, SOON);

        JsonNode funds = other.rest().get("/accounts/" + alice.id()).get("funds");
        assertThat(new BigDecimal(funds.at("/balance/amount").asText())).isEqualByComparingTo(world.balance(alice)).isLessThan(new BigDecimal("5"));
        assertThat(new BigDecimal(funds.at("/held/amount").asText())).isZero();
        assertThat(other.rest().get("/cdrs?account=" + alice.id())).contains(charged.get(0));
        try (Phone from = phone(other.sip(), alice); Phone to = phone(Switch.hasIpv6() ? other.sip6() : other.sip(), bob)) {
          OutgoingCall call = from.call(bob.name());
          IncomingCall rings = to.awaitIncoming(SOON);
          rings.answer();
          call.awaitAnswered(SOON);
          call.hangup();
          rings.awaitHangup(SOON);
          callOut(from);
        }
        Waiting.until("the call out is charged there", () -> other.rest().get("/cdrs?account=" + alice.id()).size() == 3, SOON);

        Switch.Result twice = other.run(LIMIT, "restore", file.toString());
        assertThat(twice.status()).isNotZero();
        assertThat(twice.output()).contains("only restored onto an empty instance", "accounts.account").doesNotContain("\tat ");
        assertThat(other.rest().get("/cdrs?account=" + alice.id())).as("nothing was changed").hasSize(3);
        // Karaf logs every command that is refused.
        assertThat(other.log().lines().filter(line -> line.contains(" ERROR ") && !line.contains("ShellUtil"))).isEmpty();
      }
    }
  }

  private static void refusedWhenCutOff(Switch at, Path good, Path cut) throws Exception {
    byte[] bytes = Files.readAllBytes(good);
    Files.write(cut, Arrays.copyOf(bytes, bytes.length / 2));
    Switch.Result refused = at.run(LIMIT, "restore", cut.toString());
    assertThat(refused.status()).isNotZero();
    assertThat(refused.output()).contains(cut.toString(), "is no backup, or is damaged").doesNotContain("\tat ");
    assertThat(at.rest().get("/accounts")).isEmpty();
  }

  private static Phone phone(String server, Subscriber subscriber) {
    Phone phone = Phone.builder().user(subscriber.name()).password(subscriber.password()).local(server.startsWith("[") ? "[::1]:0" : "127.0.0.1:0").server(server).build();
    phone.register(Duration.ofMinutes(5));
    return phone;
  }

  private static void callOut(Phone phone) {
    OutgoingCall call = phone.call("14165550100");
    call.awaitAnswered(SOON);
    call.hangup();
  }
}
