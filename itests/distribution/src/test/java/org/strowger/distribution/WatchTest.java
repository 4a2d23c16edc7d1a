package org.strowger.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What broke is started again, what was ended is not. In the place of the Java machine a line of bash runs; the scenarios have the real one. */
class WatchTest {

  private static final Program PROGRAM = Program.unpack("program");
  private static final String PARTS = "common etc net instance watch client";

  /** A watcher in a process and a session of its own, as a start leaves it behind; MACHINE is what it watches. Prints the machine's pid. */
  private static final String WATCHER = """
      watcher_of_its_own() {
        setsid bash -uc 'for part in PARTS; do . "$LIB/$part.sh"; done
          command=watch checkout= home=$FOLDER; take_lock
          java_command() { jvm=(bash -c "$MACHINE"); }
          do_watch java program' </dev/null
      }
      command=stop checkout= home=$FOLDER
      running_pid() { local pid; pid=$(cat "$home/strowger.pid") && [ -d "/proc/$pid" ] && printf '%s' "$pid"; }
      """.replace("PARTS", PARTS);

  @TempDir Path folder;

  @BeforeEach
  void anInstance() throws IOException {
    for (String each : List.of("etc", "log", "karaf")) {
      Files.createDirectories(folder.resolve(each));
    }
  }

  private Outcome bash(String lines) {
    return PROGRAM.bash(folder, PARTS, lines);
  }

  /** Watches machines that end one after the other with these statuses, ready or not; pauses take no time. @return how often one was started, and each pause */
  private List<String> watch(String ends, boolean ready, String lines) {
    Outcome over = bash("""
        command=run checkout= home=$FOLDER ends=(ENDS) run=0; exec 9>>"$home/strowger.lock"
        java_command() { jvm=(bash -c "echo run >>said; READY >>karaf/ready; exit ${ends[run++]}"); }
        wait_until() { echo "$1" >>"$home/said"; return 1; }
        """.replace("ENDS", ends).replace("READY", ready ? "echo ready" : "true") + lines + "\nspawn; watch_over; echo over");
    assertThat(over.output()).endsWith("over\n");
    try {
      return Files.readAllLines(folder.resolve("said"));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private List<String> console() throws IOException {
    Path log = folder.resolve("log/console.log");
    return Files.exists(log) ? Files.readAllLines(log) : List.of();
  }

  @ParameterizedTest
  @CsvSource({"3, out of memory", "134, signal 6", "139, signal 11", "135, signal 7"})
  void aMachineThatBrokeIsStartedAgain(int status, String why) throws IOException {
    assertThat(watch(status + " 0", true, "")).containsExactly("run", "2", "run");
    assertThat(console()).singleElement().asString().contains("the switch ended by itself: ", why, "exit status " + status + ")", "started again in 2 s, restart 1 of at most 5 within 10 minutes");
  }

  /** In order, by a stop, by Ctrl-C, by {@code kill -9}, and one that could not begin. */
  @ParameterizedTest
  @CsvSource({"0", "143", "130", "137", "1"})
  void oneThatWasEndedIsNot(int status) throws IOException {
    assertThat(watch(status + " 0", true, "")).containsExactly("run");
    assertThat(console()).isEmpty();
  }

  @Test
  void oneThatWasNeverReadyAndOneThatNobodyWantsAgainAreNot() throws IOException {
    assertThat(watch("3 0", false, "")).containsExactly("run");
    Files.delete(folder.resolve("said"));
    assertThat(watch("3 0", true, "restart_limit=0")).containsExactly("run");
    assertThat(console()).isEmpty();
  }

  @Test
  void afterFiveTimesInTenMinutesItGivesUpAndSaysSo() throws IOException {
    assertThat(watch("3 3 3 3 3 3 3", true, "")).containsExactly("run", "2", "run", "4", "run", "8", "run", "16", "run", "32", "run");
    assertThat(console()).hasSize(6).last().asString().contains("Not started again", "5 times within 10 minutes", "strowger run --home " + folder);
    assertThat(folder.resolve("strowger.pid")).doesNotExist();
  }

  @Test
  void whatBrokeLongAgoCountsNoMore() throws IOException {
    assertThat(watch("3 3 3 3 3 3 3 0", true, "wait_until() { SECONDS=$((SECONDS + 200)); return 1; }").stream().filter("run"::equals)).hasSize(8);
    assertThat(console()).hasSize(7).last().asString().contains("restart 4 of at most 5");
  }

  @Test
  void whileItWaitsItIsBeingStartedAgainAndAStopEndsThat() throws IOException {
    Outcome said = bash(WATCHER + """
        export MACHINE='echo ready >karaf/ready; exit 3'
        read -r pid < <(watcher_of_its_own)
        wait_until 10 waits_why; echo
        by=$(watcher); running_pid() { false; }
        (do_status); echo "status $?"
        (flock() { false; }; take_lock) 2>&1; echo "start $?"
        (do_stop); echo "stop $?"
        (do_status); echo "status $?"
        [ ! -d "/proc/$by" ] && flock -n "$home/strowger.lock" true && echo gone
        """);

    assertThat(said.output().lines()).as(said.output()).containsExactly("out of memory",
        "it ended by itself (out of memory) and is being started again; see " + folder + "/log/console.log", "status 3",
        "strowger: this instance ended by itself (out of memory) and is being started again (" + folder + "). 'strowger stop --home " + folder + "' ends that.", "start 1",
        "stopped", "stop 0", "not running: " + folder, "status 4", "gone");
    assertThat(folder.resolve("strowger.pid")).doesNotExist();
  }

  /** Asked to stop, it runs out of memory. */
  @Test
  void whatIsStoppedIsNotStartedAgainHoweverItEnds() throws IOException {
    Outcome said = bash(WATCHER + """
        export MACHINE='trap "exit 3" TERM; echo ready >karaf/ready; while :; do sleep 0.1; done'
        read -r pid < <(watcher_of_its_own)
        wait_until 10 [ -s "$home/karaf/ready" ]
        machine=$pid by=$(watcher)
        (do_stop); echo "stop $?"
        [ ! -d "/proc/$by" ] && [ ! -d "/proc/$machine" ] && flock -n "$home/strowger.lock" true && echo gone
        """);

    assertThat(said.output().lines()).as(said.output()).containsExactly("stopped", "stop 0", "gone");
    assertThat(console()).isEmpty();
    assertThat(folder.resolve("strowger.pid")).doesNotExist();
  }

  /** It leaves at once, so that the next start has the lock. */
  @Test
  void whoWatchedOneThatWasKilledIsGoneToo() throws IOException {
    Outcome said = bash(WATCHER + """
        export MACHINE='echo ready >karaf/ready; exec sleep 60'
        read -r pid < <(watcher_of_its_own)
        wait_until 10 [ -s "$home/karaf/ready" ]
        kill -KILL "$pid"
        flock -w 10 "$home/strowger.lock" true && ! watcher && echo gone
        (do_status); cat "$home/strowger.pid" >/dev/null && echo "its pid is there"
        """);

    assertThat(said.output().lines()).as(said.output()).containsExactly("gone", "not running: " + folder, "its pid is there");
    assertThat(console()).isEmpty();
  }

  @Test
  void toWatchIsNoCommand() {
    Outcome refused = Outcome.of(Map.of(), 30, PROGRAM.folder().resolve("bin/strowger").toString(), "watch", "--home", folder.toString(), "java", "program");
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.output()).contains("there is no command 'watch'");
    assertThat(folder.resolve("strowger.pid")).doesNotExist();
  }
}
