package ${package};

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.strowger.billing.spi.CdrSink;
import org.strowger.testkit.plugin.CdrSinkContract;
import org.strowger.testkit.plugin.Config;
import org.strowger.testkit.plugin.SampleCdr;

/** What the switch expects of every sink, and what this one does beyond that. */
class CsvSinkTest extends CdrSinkContract {

  @TempDir Path folder;

  @Override
  protected CdrSink sink() {
    return sink(file());
  }

  @Override
  protected CdrSink again() {
    return sink(file());
  }

  /** There is a file where its folder ought to be. */
  @Override
  protected CdrSink sinkThatCannotTake() throws IOException {
    return sink(Files.createFile(folder.resolve("taken")).resolve("cdrs.csv"));
  }

  @Override
  protected List<String> arrived() throws IOException {
    return Files.readAllLines(file()).stream().map(line -> line.split(",", 2)[0]).toList();
  }

  private Path file() {
    return folder.resolve("out/cdrs.csv");
  }

  private static CdrSink sink(Path file) {
    return new CsvSink(Config.of(CsvConfig.class, Map.of("file", file.toString())));
  }

  @Test
  void aLineSaysWhoCalledWhomAndWhatItCost() throws Exception {
    sink().receive(List.of(SampleCdr.of(1)));
    assertThat(Files.readString(file())).contains(",1001,14165550100,0,61,account:1,0.61,USD,BYE\n");
  }

  @Test
  void textsWithCommasAndQuotesStayOneCell() throws Exception {
    sink().receive(SampleCdr.ofManyKinds());
    assertThat(Files.readString(file())).contains(",\"a, \"\"b\"\" = c\"\n");
  }

  /** The switch was killed in the middle of a line. */
  @Test
  void halfALineIsCutAway() throws Exception {
    sink().receive(List.of(SampleCdr.of(1)));
    Files.writeString(file(), SampleCdr.of(2).id() + ",half of", StandardOpenOption.APPEND);
    again().receive(List.of(SampleCdr.of(2), SampleCdr.of(3)));
    assertThat(arrived()).containsExactly(SampleCdr.of(1).id().toString(), SampleCdr.of(2).id().toString(), SampleCdr.of(3).id().toString());
    assertThat(Files.readString(file())).doesNotContain("half");
  }
}
