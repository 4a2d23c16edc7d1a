package org.strowger.instance.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsoleLogTest {

  @TempDir Path log;

  @Test
  void aShortOneIsLeftAlone() throws IOException {
    Files.writeString(log.resolve("console.log"), "short\n");
    new ConsoleLog(log).look();
    assertThat(log.resolve("console.log")).hasContent("short");
    assertThat(log.resolve("console.log.1")).doesNotExist();
  }

  @Test
  void isNotThere() {
    new ConsoleLog(log).look();
    assertThat(log).isEmptyDirectory();
  }

  @Test
  void whileSomebodyAppendsItStaysSmallAndNothingIsLost() throws IOException {
    var keeper = new ConsoleLog(log);
    var kept = new StringBuilder();
    var written = new StringBuilder();
    Path aside = log.resolve("console.log.1");
    try (OutputStream jvm = Files.newOutputStream(log.resolve("console.log"), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      for (int line = 0; line < 60_000; line++) {
        String text = "line " + line + " of what the JVM prints, with 50 characters or more\n";
        jvm.write(text.getBytes(StandardCharsets.UTF_8));
        written.append(text);
        if (line % 1000 == 999) {
          keeper.look();
          assertThat(Files.size(log.resolve("console.log"))).isLessThanOrEqualTo(ConsoleLog.MOST);
          if (Files.exists(aside)) {
            kept.append(Files.readString(aside));
            assertThat(Files.getPosixFilePermissions(aside)).hasSize(2);
            Files.delete(aside);
          }
        }
      }
    }
    assertThat(kept).hasSizeGreaterThan(2 * ConsoleLog.MOST);
    assertThat(kept + Files.readString(log.resolve("console.log"))).isEqualTo(written.toString());
  }

  @Test
  void whatStandsInItsWayIsSaidAndNothingIsCut() throws IOException {
    Files.writeString(log.resolve("console.log"), "x".repeat(ConsoleLog.MOST + 1));
    Files.createDirectories(log.resolve("console.log.1/not-empty"));
    new ConsoleLog(log).look();
    assertThat(Files.size(log.resolve("console.log"))).isEqualTo(ConsoleLog.MOST + 1);
  }
}
