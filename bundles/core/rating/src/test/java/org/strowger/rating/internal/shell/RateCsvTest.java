package org.strowger.rating.internal.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.strowger.billing.api.Rate;
import org.strowger.kernel.InvalidInput;

/** Files as people bring them. */
class RateCsvTest {

  private static final String RATES = "prefix,price1,priceN,interval1,intervalN,description\n1,0.60,0.60,1,1,Nordamerika\n49,0.10,0.10,1,1,München\n";

  @TempDir
  private Path folder;

  private Path file(byte[] content) throws IOException {
    return Files.write(folder.resolve("rates.csv"), content);
  }

  private static void refused(Path file, String... words) {
    assertThatThrownBy(() -> RateCsv.read(file)).isInstanceOf(InvalidInput.class).hasMessageContainingAll(words);
  }

  @Test
  void theMarkThatSpreadsheetsPutFirstIsNoPartOfAField() throws IOException {
    String rates = RATES.replace(",description", "").replaceAll(",[A-Z].*", "");
    assertThat(RateCsv.read(file(("\uFEFF" + rates).getBytes(StandardCharsets.UTF_8)))).extracting(rate -> rate.prefix()).containsExactly("1", "49");
  }

  @Test
  void aFileInAnotherEncodingIsRefusedWithItsLine() throws IOException {
    refused(file(RATES.getBytes(StandardCharsets.ISO_8859_1)), "line 3", "UTF-8");
  }

  @Test
  void aLineWithoutAPriceIsRefusedUnlessItForbids() throws IOException {
    refused(file("prefix,price1,priceN\n1,0.6,\n44,,0.5\n49, ,\n".getBytes(StandardCharsets.UTF_8)),
        "line 3, price1: is the price a minute", "line 4, price1: ", "0 where calls are free", "only a forbidden rate has none");
    refused(file("prefix,interval1\n44,60\n".getBytes(StandardCharsets.UTF_8)), "line 2, price1: is the price a minute");
    assertThat(RateCsv.read(file("prefix,price1,forbidden\n44,,true\n45,0,\n".getBytes(StandardCharsets.UTF_8)))).extracting(Rate::prefix).containsExactly("44", "45");
  }

  @Test
  void aFileThatIsNotThereOrIsAFolderIsNamed() throws IOException {
    refused(folder.resolve("absent.csv"), "file", "absent.csv", "there is none of this name");
    refused(folder, "file", folder.toString(), "not a folder");
    refused(file(new byte[0]), "file", "rates.csv", "has a first line");
    refused(file("prefix,price1\n1\n".getBytes(StandardCharsets.UTF_8)), "line 2", "as many as in the first line");
  }
}
