package org.strowger.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the benchmarks say of figures that were measured: which limit is kept, and that one which is not fails the run. Nothing is measured here. */
class BenchmarkTest {

  private static final Path SIP = Path.of("../../benchmarks/sip.d").toAbsolutePath().normalize();
  /** Calls made, answered and failed, retransmissions, ms of CPU, PostgreSQL's, MB, INVITEs repeated: three rounds of 2026-11-22, of which the first alone is too slow. */
  private static final String ROUNDS = """
      strowger 18000 18000 0 0 32940 5040 967 0
      kamailio 18000 17973 27 60 12060 0 41 30
      strowger 18000 18000 0 0 22860 4860 967 0
      kamailio 18000 18000 0 0 11200 0 41 0
      strowger 18000 18000 0 0 21240 4680 967 0
      kamailio 18000 18000 0 0 10440 0 41 0
      """;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"12, 12, kept, 0", "12.1, 12, NOT KEPT, 1", "9.8, 12, kept, 0", "'', 12, NOT KEPT, 1", "garbage, 12, NOT KEPT, 1"})
  void aFigurePastItsLimitIsSaidAndFails(String figure, String limit, String said, int status) {
    Outcome judged = judge("judge figure '" + figure + "' " + limit + " s");

    assertThat(judged.output()).contains("limit " + limit + ": " + said);
    assertThat(judged.status()).isEqualTo(status);
  }

  @Test
  void roundsWhoseMediansAreWithinTheLimitsKeepThem() throws IOException {
    Outcome judged = judgeRounds(ROUNDS);

    assertThat(judged.output().lines()).containsExactly(
        "Switch JVM, median: 1.270 ms a call, limit 1.5: kept", "PostgreSQL, median: 0.270 ms a call, limit 0.3: kept",
        "Sum, median: 2.483 times Kamailio, limit 2.7: kept", "Failed, worst round: 0 calls, limit 0: kept", "INVITEs repeated, worst round: 0.000 %, limit 0.1: kept");
    assertThat(judged.status()).isZero();
  }

  /** What is changed in what was recorded, and what is said of it. */
  @ParameterizedTest
  @CsvSource({
    "strowger 18000 18000 0 0 22860 4860 967 0, strowger 18000 18000 0 0 27540 4860 967 0, 'Switch JVM, median: 1.530 ms a call, limit 1.5'",
    "strowger 18000 18000 0 0 22860 4860 967 0, strowger 18000 18000 0 0 22860 6000 967 0, 'Sum, median: 2.577 times Kamailio, limit 2.7: kept'",
    "' 4[68][68]0 967', ' 5410 967', 'PostgreSQL, median: 0.301 ms a call, limit 0.3'",
    "kamailio 18000 18000 0 0 11200 0 41 0, kamailio 18000 18000 0 0 9900 0 41 0, 'Sum, median: 2.800 times Kamailio, limit 2.7'",
    "strowger 18000 18000 0 0 22860, strowger 18000 17999 1 0 22860, 'Failed, worst round: 1 calls, limit 0'",
    "strowger 18000 18000 0 0 21240 4680 967 0, strowger 18000 18000 0 22 21240 4680 967 22, 'INVITEs repeated, worst round: 0.122 %, limit 0.1'"})
  void aRoundThatIsTooDearOrLosesCallsFails(String was, String is, String said) throws IOException {
    assertThat(ROUNDS).containsPattern(was);
    Outcome judged = judgeRounds(ROUNDS.replaceAll(was, is));

    boolean kept = said.endsWith(": kept");
    assertThat(judged.output()).contains(kept ? said : said + ": NOT KEPT");
    assertThat(judged.status()).isEqualTo(kept ? 0 : 1);
  }

  @Test
  void oneRoundIsJudgedAndSaidToBeOne() throws IOException {
    Files.writeString(folder.resolve("figures"), "strowger 18000 18000 0 0 29880 5040 929 0\nkamailio 18000 17997 3 5 16560 0 41 0\n");
    Outcome judged = judge("rounds=1; judge_rounds");

    assertThat(judged.output()).contains("The limits are those of 3 rounds of 60 s at 300 calls a second; this is 1 of 60 s at 300:",
        "Switch JVM, median: 1.660 ms a call, limit 1.5: NOT KEPT", "Sum, median: 2.109 times Kamailio, limit 2.7: kept");
    assertThat(judged.status()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "88860000, 10000, 0, 10000 held calls: 8886 bytes, kept, kept", "122880000, 10000, 0, 10000 held calls: 12288 bytes, kept, kept", "122890000, 10000, 0, 10000 held calls: 12289 bytes, NOT KEPT, kept",
    // those that failed keep nothing
    "88860000, 10000, 3000, 7000 held calls: 12694 bytes, NOT KEPT, NOT KEPT", "80000000, 10000, 1, 9999 held calls: 8000 bytes, kept, NOT KEPT",
    "0, 10000, 10000, 0 held calls: nothing measured bytes, NOT KEPT, NOT KEPT"})
  void theHeapIsOfTheCallsThatAreUp(String bytes, String count, String failed, String each, String heap, String none) {
    Outcome judged = judge("judge_held " + bytes + " " + count + " " + failed);

    String figure = each.replace("held calls:", "held calls, 60 s after the last set-up, after GC:");
    assertThat(judged.output()).contains(figure + ", limit 12288: " + heap + "\n", "Failed of 10000 held calls: " + failed + " calls, limit 0: " + none + "\n");
    assertThat(judged.status()).isEqualTo(heap.equals("kept") && none.equals("kept") ? 0 : 1);
  }

  @ParameterizedTest
  @CsvSource({"0.0, 0, kept, kept", "5.1, 0, NOT KEPT, kept", "4.9, 1, kept, NOT KEPT"})
  void manyCallsLeaveLittleAndNoneFails(String grown, String failed, String heap, String none) {
    Outcome judged = judge("judge_many " + grown + " 100000 " + failed);

    assertThat(judged.output()).contains(grown + " MB, limit 5: " + heap + "\n", "Failed of 100000 calls: " + failed + " calls, limit 0: " + none + "\n");
    assertThat(judged.status()).isEqualTo(heap.equals("kept") && none.equals("kept") ? 0 : 1);
  }

  /** What was recorded of whole rounds. */
  private Outcome judgeRounds(String figures) throws IOException {
    Files.writeString(folder.resolve("figures"), figures);
    return judge("judge_rounds");
  }

  private Outcome judge(String lines) {
    return Outcome.of(Map.of("SIP", SIP.toString(), "FOLDER", folder.toString()), 10, "bash", "-euo", "pipefail", "-c",
        "work=$FOLDER rounds=3 seconds=60 rate=300; . \"$SIP/measure.sh\"; . \"$SIP/limits.sh\"\n" + lines + "\nexit $past");
  }
}
