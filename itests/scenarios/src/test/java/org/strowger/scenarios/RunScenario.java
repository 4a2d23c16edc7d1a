package org.strowger.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.strowger.scenarios.World.SOON;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.strowger.phone.IncomingCall;
import org.strowger.phone.OutgoingCall;
import org.strowger.phone.Phone;
import org.strowger.phone.Waiting;

/** The README's first screen, as a newcomer without privileges does it: run the demo, type into two phones what it says, Ctrl-C, run it again. */
@OwnSwitch
class RunScenario {

  private static final Duration START = Duration.ofSeconds(180);
  private static final Duration STOP = Duration.ofSeconds(90);
  private static final Pattern LOGIN = Pattern.compile("user (\\S+) +password (\\S+)");
  private static final Pattern SERVER = Pattern.compile("server / domain +(\\S+)");

  @Test
  void aNewcomerRunsTheDemoCallsStopsItAndRunsItAgain() throws Exception {
    try (var user = OrdinaryUser.make(Switch.program())) {
      Switch own = Switch.of(user, "demo");
      ProcessHandle database;
      try (Terminal terminal = own.run("--demo")) {
        String shown = terminal.await("Ctrl-C stops the switch", START);
        assertThat(shown).contains("first start", "starting bundles", "ready after", "Audio goes straight between the phones");
        assertThat(shown).contains("strowger client --home " + own.home() + " \"cdr:list\"");
        assertThat(shown).contains(own.http() + "/api/v1", own.http() + "/soap", own.home() + "/keys/admin-password").doesNotContain(own.password());
        assertThat(Files.getOwner(own.home().resolve("db/18/data")).getName()).as("owner of the database").isEqualTo(user.name());
        database = postmaster(own);

        try (Phone alice = phone(shown, "1001"); Phone bob = phone(shown, "1002")) {
          talk(alice, bob);
          OutgoingCall out = alice.call("14165550100");
          out.awaitAnswered(SOON);
          Waiting.until(() -> System.nanoTime() - out.answeredNanos() > 1_200_000_000L, SOON);
          out.hangup();
          Waiting.until(() -> own.rest().get("/cdrs").size() == 2, SOON);
          assertThat(new BigDecimal(own.rest().get("/cdrs").get(1).at("/cost/amount").asText())).as("from 1001 to 1002, which the demo calls free").isZero();
          JsonNode paid = own.rest().get("/cdrs").get(0);
          assertThat(new BigDecimal(paid.at("/cost/amount").asText())).as("a second or a few at 0.60 a minute, and 0.01").isBetween(new BigDecimal("0.02"), new BigDecimal("0.06"));

          OutgoingCall cut = alice.call("14165550101");
          cut.awaitAnswered(SOON);
          terminal.pressCtrlC();
          terminal.pressCtrlC();
        }
        assertThat(terminal.awaitEnd(STOP)).as(terminal.shown()).isZero();
        assertThat(terminal.shown()).contains("Stopping", "stopped");
      }
      nothingIsLeft(own, database);

      try (Terminal terminal = own.run("--demo")) {
        String shown = terminal.await("Ctrl-C stops the switch", START);
        assertThat(own.rest().get("/accounts")).hasSize(2);
        assertThat(own.rest().get("/carriers")).hasSize(1);
        assertThat(own.rest().get("/tariffs")).hasSize(1);
        JsonNode cdrs = own.rest().get("/cdrs");
        assertThat(cdrs).as("the call that was up at Ctrl-C has its CDR").hasSize(3);
        assertThat(cdrs.get(0).get("cld").asText()).isEqualTo("14165550101");
        assertThat(cdrs.get(0).get("crashed").asBoolean()).as("cut by a crash").isFalse();
        assertThat(new BigDecimal(own.rest().get("/accounts/" + own.rest().get("/accounts").get(0).get("id").asInt()).at("/funds/held/amount").asText())).isZero();
        try (Phone alice = phone(shown, "1001"); Phone bob = phone(shown, "1002")) {
          talk(alice, bob);
          database = postmaster(own);
          aMachineThatCrashedIsStartedAgain(own, terminal);
          talk(alice, bob);
          OutgoingCall out = alice.call("14165550102");
          out.awaitAnswered(SOON);
          out.hangup();
        }
        terminal.pressCtrlC();
        assertThat(terminal.awaitEnd(STOP)).as(terminal.shown()).isZero();
      }
      nothingIsLeft(own, database);
    }
  }

  /** As it does when it finds itself broken: it aborts. */
  private static void aMachineThatCrashedIsStartedAgain(Switch own, Terminal terminal) throws Exception {
    ProcessHandle broken = ProcessHandle.of(own.pid()).orElseThrow();
    Postgres.signal("ABRT", List.of(broken));
    terminal.await("the switch ended by itself: the Java machine crashed, signal 6 (process " + broken.pid() + ", exit status 134). It is started again in 2 s", Duration.ofSeconds(20));
    Waiting.until("SIP answers again", () -> own.run(Duration.ofSeconds(60), "status").status() == 0, START);
    assertThat(own.pid()).isNotEqualTo(broken.pid());
  }

  /** A phone with what the demo printed typed into it, registered. */
  private static Phone phone(String shown, String name) {
    Matcher server = SERVER.matcher(shown);
    assertThat(server.find()).as(shown).isTrue();
    Matcher login = LOGIN.matcher(shown);
    while (login.find()) {
      if (login.group(1).equals(name)) {
        Phone phone = Phone.builder().user(name).password(login.group(2)).server(server.group(1)).build();
        phone.register(Duration.ofMinutes(5));
        return phone;
      }
    }
    throw new AssertionError("no password for " + name + " in:\n" + shown);
  }

  private static void talk(Phone from, Phone to) {
    OutgoingCall call = from.call("1002");
    IncomingCall rings = to.awaitIncoming(SOON);
    rings.answer();
    call.awaitAnswered(SOON);
    call.hangup();
    rings.awaitHangup(SOON);
  }

  private static ProcessHandle postmaster(Switch at) throws IOException {
    long pid = Long.parseLong(Files.readAllLines(at.home().resolve("db/18/data/postmaster.pid")).get(0).strip());
    return ProcessHandle.of(pid).orElseThrow();
  }

  /** PostgreSQL outlived the switch, so that it could settle, and then went in order. */
  private static void nothingIsLeft(Switch at, ProcessHandle database) throws IOException {
    assertThat(Postgres.runs(database)).as("PostgreSQL runs").isFalse();
    assertThat(at.home().resolve("strowger.pid")).doesNotExist();
    assertThat(at.log().lines().filter(line -> line.contains(" ERROR "))).isEmpty();
    var said = new StringBuilder();
    try (var logs = Files.list(at.home().resolve("db/18/log"))) {
      for (Path log : logs.toList()) {
        said.append(Files.readString(log));
      }
    }
    assertThat(said).contains("database system is shut down").doesNotContain("not properly shut down");
  }
}
