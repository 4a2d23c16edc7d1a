package org.strowger.sip.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the short way reads is what the parser reads; what it does not take the parser decides. */
class PlainAddressTest {

  @ParameterizedTest
  @ValueSource(strings = {"<sip:bench7@127.0.0.1:5060>;tag=1a22", "<sip:14165551234@10.0.0.9>", "<sip:+1416@sip.example.org:5080>;tag=a.b-c_d", "<sip:127.0.0.1:5060>",
      "<sip:example.org>;tag=x", "<sip:a.b-c_d*@x1.y-2.z>"})
  void readsAsTheParserDoes(String value) throws Exception {
    assertThat(PlainAddress.of(value)).isNotNull();
    assertSame(value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sip:a@b", "\"A\" <sip:a@b.c>", "<sip:a@b.c>;x=1;tag=2", "<sips:a@b.c>", "<sip:a:secret@b.c>", "<sip:a%20b@c.d>", "<sip:a@b.c;transport=tcp>",
      "<sip:a@[2001:db8::1]>", "<sip:a@B.example>", "<sip:a@1.2.3>", "<sip:a@1.2.3.256>", "<sip:a@b.c:70000>", "<sip:a@b.c:>", "<sip:@b.c>", "<sip:a@>", "<sip:a@.b>",
      "<sip:a@b..c>", "<sip:a@-b>", "<sip:a@b->", "<sip:a@b>;tag=", "<sip:a@b>;tag=a b", "<sip:a@b", "<tel:12>", "< sip:a@b.c>", "<sip:a@b.c> ;tag=x", "<sip:a?x=y@b.c>"})
  void leavesTheRestToTheParser(String value) {
    PlainAddress read = PlainAddress.of(value);
    assertThat(read == null || (!read.rest().isEmpty() && read.tag() == null)).as(value).isTrue();
  }

  @Test
  void mutationsAreReadAsTheParserDoes() throws Exception {
    long seed = System.nanoTime();
    var random = new Random(seed);
    String letters = "<>sip:@.;tag=-_*a1B%\" 0";
    for (int i = 0; i < 20_000; i++) {
      var text = new StringBuilder("<sip:1416@10.0.0.9:5060>;tag=ab1");
      for (int n = random.nextInt(3); n >= 0; n--) {
        int at = random.nextInt(text.length());
        switch (random.nextInt(3)) {
          case 0 -> text.deleteCharAt(at);
          case 1 -> text.insert(at, letters.charAt(random.nextInt(letters.length())));
          default -> text.setCharAt(at, letters.charAt(random.nextInt(letters.length())));
        }
      }
      PlainAddress read = PlainAddress.of(text.toString());
      if (read != null && (read.rest().isEmpty() || read.tag() != null)) {
        assertThat(text).as("seed " + seed).satisfies(t -> assertSame(t.toString()));
      }
    }
  }

  /** The parser is asked with a blank that the grammar allows and the short way does not take. */
  private static void assertSame(String value) throws BadMessage {
    assertThat(Addressing.nameAddr("From", value)).as(value).isEqualTo(Addressing.nameAddr("From", value.replace("<sip:", " <sip:")));
  }
}
