package org.strowger.dncl.internal.numbers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListReaderTest {

  private static NumberList read(ListFormat format, String prefix, String text) throws IOException {
    return read(format, prefix, text.getBytes(StandardCharsets.UTF_8));
  }

  private static NumberList read(ListFormat format, String prefix, byte[] bytes) throws IOException {
    return new ListReader(new ListReader.Source(format, prefix, 1_000_000, 1000)).read(new ByteArrayInputStream(bytes), () -> false);
  }

  @Test
  void textIsOneNumberALine() throws IOException {
    NumberList list = read(ListFormat.TEXT, "", "14165550100\n\n+44 (20) 7183-8750\r\n123,45678901\n007");
    assertThat(list.size()).isEqualTo(4);
    assertThat(list.has("14165550100")).isTrue();
    assertThat(list.has("442071838750")).isTrue();
    assertThat(list.has("12345678901")).isTrue();
    assertThat(list.has("007")).isTrue();
  }

  @Test
  void aPrefixStandsBeforeEachNumber() throws IOException {
    NumberList list = read(ListFormat.TEXT, "001", "4165550100\n");
    assertThat(list.has("0014165550100")).isTrue();
    assertThat(list.has("4165550100")).isFalse();
  }

  @Test
  void lettersAreRefusedWithTheirLines() {
    assertThatThrownBy(() -> read(ListFormat.TEXT, "", "14165550100\n1800FLOWERS\n14165550101\nName,Number\n"))
        .isInstanceOf(BadList.class).hasMessageContaining("line 2 '1800FLOWERS': has the letter F").hasMessageContaining("line 4 'Name,Number'")
        .hasMessageNotContaining("line 1").hasMessageNotContaining("line 3");
  }

  @Test
  void byteOrderMarksAreRefused() {
    byte[] utf8 = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf, '1', '2', '\n'};
    byte[] utf16 = {(byte) 0xff, (byte) 0xfe, '1', 0, '2', 0};
    for (byte[] bytes : new byte[][] {utf8, utf16}) {
      assertThatThrownBy(() -> read(ListFormat.TEXT, "", bytes)).hasMessageContaining("line 1").hasMessageContaining("byte order mark").hasMessageContaining("without BOM");
      assertThatThrownBy(() -> read(ListFormat.AREA_NUMBER, "", bytes)).hasMessageContaining("line 1").hasMessageContaining("byte order mark");
    }
    byte[] later = {'1', '\n', '2', (byte) 0xef, '\n'};
    assertThatThrownBy(() -> read(ListFormat.TEXT, "", later)).hasMessageContaining("line 2").hasMessageContaining("0xef");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"1416*|no wildcards", "1416555....?|no wildcards", "---|has no digit", "1234567890123456789|has 19 digits"})
  void whatIsNoNumberIsRefused(String line, String why) {
    assertThatThrownBy(() -> read(ListFormat.TEXT, "", "1\n" + line + "\n2\n")).hasMessageContaining("line 2 '" + line + "'").hasMessageContaining(why);
  }

  @Test
  void manyFaultsAreCountedAndOnlySomeTold() {
    assertThatThrownBy(() -> read(ListFormat.TEXT, "", "x\n".repeat(500))).hasMessageContaining("line 10").hasMessageNotContaining("line 11").hasMessageContaining("and 490 more");
  }

  @Test
  void theFlatFilesOfBothRegistriesAreAreaAndNumber() throws IOException {
    NumberList canada = read(ListFormat.AREA_NUMBER, "1", "416,1234567\n416,1234568\n905,1234567\n");
    assertThat(canada.size()).isEqualTo(3);
    assertThat(canada.has("14161234567")).isTrue();
    assertThat(canada.has("19051234567")).isTrue();
    NumberList us = read(ListFormat.AREA_NUMBER, "", "201,5550100\r\n202,0000001");
    assertThat(us.has("2015550100")).isTrue();
    assertThat(us.has("2020000001")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"4161234567", "416,123456", "416,12345678", "41,61234567", "416,1234567,A,2026-11-01", "416;1234567", "416,1234567 ", ",4161234567", "4161,234567"})
  void otherLinesAreNoAreaAndNumber(String line) {
    assertThatThrownBy(() -> read(ListFormat.AREA_NUMBER, "1", "416,1234567\n" + line + "\n")).isInstanceOf(BadList.class).hasMessageContaining("line 2");
  }

  private static final String AREAS = """
      <ac val='416'>
      <ph val='1234567' /> <ph val='1234568' /> <ph val='1234569' />
      </ac>
      <ac val='905'>
      <ph val='1234567' />
      </ac>
      </list>
      """;

  @ParameterizedTest
  @ValueSource(strings = {
    // well-formed, as the US registry has it too
    "<?xml version='1.0' encoding='utf-8'?>\n<list type='full' level='all' val=''>\n",
    "<!-- made at night --><list type=\"full\" val=\"2026-11-21\">",
    "\ufeff<list>",
    // as the Canadian registry publishes it: closed at once, and again at the end
    "<list type='full' level='all' val='' /> ",
    "<list type='full' level='all' val=''/>"
  })
  void taggedFilesAreReadWellFormedOrAsPublished(String head) throws IOException {
    NumberList list = read(ListFormat.XML, "1", head + AREAS);
    assertThat(list.size()).isEqualTo(4);
    assertThat(list.has("14161234569")).isTrue();
    assertThat(list.has("19051234567")).isTrue();
    assertThat(list.has("19051234568")).isFalse();
  }

  @Test
  void thePublishedExamplesPrintedQuotationMarksAreRead() throws IOException {
    String published = ("<list type='full' level='ac' val='416' /> " + AREAS).replace('\'', '\u2019');
    assertThat(read(ListFormat.XML, "", published).has("4161234568")).isTrue();
  }

  @Test
  void longFormOfATagIsTheSame() throws IOException {
    assertThat(read(ListFormat.XML, "", "<list><ac val='416'><ph val='1234567'></ph></ac></list>").has("4161234567")).isTrue();
  }

  @Test
  void noEntityIsReadAndNothingFetched() {
    assertThatThrownBy(() -> read(ListFormat.XML, "", "<?xml version='1.0'?>\n<!DOCTYPE list [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>\n<list>" + AREAS))
        .hasMessageContaining("line 2").hasMessageContaining("entities");
    assertThatThrownBy(() -> read(ListFormat.XML, "", "<list>&x;" + AREAS)).hasMessageContaining("text between the tags");
    assertThatThrownBy(() -> read(ListFormat.XML, "", "<list><ac val='416'><ph val='&x;'/></ac></list>")).hasMessageContaining("7 digits");
    assertThatThrownBy(() -> read(ListFormat.XML, "", "<list><![CDATA[x]]></list>")).hasMessageContaining("CDATA");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
    "<list><ac val='416'><ph val='1234567'/>|the file ends before </ac>",
    "<list><ac val='416'><ph val='1234567'/></ac>|the file ends before </list>",
    "<list /><ac val='416'><ph val='1234567'/></ac>|the file ends before </list>",
    "<list><ac val='416'><ph val='12|the file ends before",
    "<list><!-- and then|the file ends before",
    "<list type='change'></list>|no full list",
    "<list><ac val='416'><ph val='12345'/></ac></list>|7 digits",
    "<list><ac val='41'><ph val='1234567'/></ac></list>|3 digits",
    "<list><ph val='1234567'/></list>|outside of an <ac>",
    "<ac val='416'><ph val='1234567'/></ac>|outside of a <list>",
    "<list><number>4161234567</number></list>|none of <list>",
    "416,1234567|text between the tags"})
  void whatIsNoWholeListIsRefused(String text, String why) {
    assertThatThrownBy(() -> read(ListFormat.XML, "", text)).isInstanceOf(BadList.class).hasMessageContaining(why).hasMessageContaining("line 1");
  }

  @Test
  void limitsHold() {
    var reader = new ListReader(new ListReader.Source(ListFormat.TEXT, "", 1_000_000, 10));
    assertThatThrownBy(() -> reader.read(new ByteArrayInputStream("1\n".repeat(11).getBytes(StandardCharsets.US_ASCII)), () -> false))
        .hasMessageContaining("line 11").hasMessageContaining("max.numbers");
    assertThatThrownBy(() -> reader.read(new Endless(), () -> false)).hasMessageContaining("max.megabytes");
    assertThatThrownBy(() -> reader.read(new Endless(), () -> true)).isInstanceOf(CancellationException.class);
  }

  /** Time grows with the file: a tag, a comment, a line that never ends costs what it is long. */
  @ParameterizedTest
  @ValueSource(strings = {"<", "<!--", "<list ", "<list a='", "<a>", "\"'", "1"})
  void hostileFilesTakeNoLongerThanOthers(String piece) {
    byte[] bytes = piece.repeat(900_000 / piece.length()).getBytes(StandardCharsets.UTF_8);
    for (ListFormat format : ListFormat.values()) {
      long start = System.nanoTime();
      assertThatThrownBy(() -> read(format, "", bytes)).as("%s %s", format, piece).isInstanceOf(BadList.class);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).as("%s %s", format, piece).isLessThan(Duration.ofSeconds(10));
    }
  }

  @Test
  void randomBytesAreAListOrNone() throws IOException {
    long seed = System.nanoTime();
    var random = new Random(seed);
    byte[] letters = "<>/='\"lisacphvt0123456789 ,\n!-?\ufeff".getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 3000; i++) {
      byte[] bytes = new byte[random.nextInt(200)];
      for (int k = 0; k < bytes.length; k++) {
        bytes[k] = letters[random.nextInt(letters.length)];
      }
      for (ListFormat format : ListFormat.values()) {
        try {
          assertThat(read(format, "", bytes).size()).as("seed %s", seed).isLessThan(200);
        } catch (BadList e) {
          assertThat(e.getMessage()).as("seed %s", seed).contains("line ");
        }
      }
    }
  }

  private static final class Endless extends InputStream {
    @Override
    public int read() {
      return '1';
    }
  }
}
