package org.strowger.kernel.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.strowger.kernel.AccountId;
import org.strowger.kernel.CallId;
import org.strowger.kernel.HostPort;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.Money;
import org.strowger.kernel.Violation;

class ShapeTest {

  enum Colour { RED, GREEN }

  record Inner(@Setting(min = 1, max = 3) String code, @Setting(optional = true) AccountId account) {}

  record Thing(
      @Setting(min = 2, max = 5, pattern = "[a-z]+") String name,
      @Setting(initial = "7", min = 1, max = 9) int size,
      @Setting(optional = true) Money price,
      @Setting(initial = "GREEN") Colour colour,
      @Setting(optional = true) List<Inner> inners,
      @Setting(optional = true) Instant since,
      @Setting(initial = "30") Duration limit,
      @Setting(initial = "UTC") ZoneId zone,
      @Setting(initial = "0") BigDecimal amount,
      @Setting(optional = true) CallId call,
      @Setting(initial = "false") boolean flag,
      @Setting(optional = true, secret = true, min = 8) String password) {}

  private static final Shape<Thing> SHAPE = Shape.of(Thing.class);

  @Test
  void fillsInInitialValuesAndGoesThereAndBack() {
    Thing thing = SHAPE.decode(Map.of("name", "abc", "price", Map.of("amount", "1.50", "currency", "EUR"), "inners", List.of(Map.of("code", "x", "account", 4L)), "call", "7ZZ"));
    assertThat(thing.size()).isEqualTo(7);
    assertThat(thing.price()).isEqualTo(Money.of("1.5", "EUR"));
    assertThat(thing.inners().get(0).account()).isEqualTo(new AccountId(4));
    assertThat(thing.limit()).isEqualTo(Duration.ofSeconds(30));
    assertThat(SHAPE.decode(SHAPE.encode(thing))).isEqualTo(thing);
    assertThat(SHAPE.encode(thing)).containsEntry("limit", 30L).containsEntry("colour", "GREEN").containsEntry("call", "7zz");
  }

  @Test
  void lengthIsCountedInCharactersAsPeopleSeeThem() {
    assertThat(Shape.of(Inner.class).decode(Map.of("code", "\uD83D\uDE00".repeat(3))).code()).hasSize(6);
    assertThatThrownBy(() -> Shape.of(Inner.class).decode(Map.of("code", "\uD83D\uDE00".repeat(4)))).hasMessageContaining("1 to 3 characters, not 4");
  }

  @Test
  void aNumberThatNoTypeHoldsIsToldTheFieldsOwnRange() {
    for (Object size : List.of(99999999999L, "99999999999999999999", -5)) {
      assertThatThrownBy(() -> SHAPE.decode(Map.of("name", "abc", "size", size))).hasMessageContaining("size").hasMessageContaining("is 1 to 9");
    }
  }

  record Place(HostPort address) {}

  @Test
  void saysWhatAnAddressIs() {
    Shape<Place> shape = Shape.of(Place.class);
    assertThat(shape.decode(Map.of("address", "sip.example:5070")).address()).isEqualTo(new HostPort("sip.example", 5070));
    for (String wrong : List.of("not a host:99999", "not a host", "sip.example:99999", "sip.example:0", "sip.example:x", ":5060", "[::1")) {
      assertThatThrownBy(() -> shape.decode(Map.of("address", wrong))).isInstanceOf(InvalidInput.class)
          .hasMessage("address '" + wrong + "': is host:port with a port from 1 to 65535, [IPv6]:port, or a host or address alone");
    }
  }

  @Test
  void namesEveryFault() {
    assertThatThrownBy(() -> SHAPE.decode(Map.of("name", "A", "size", 10L, "colour", "BLUE", "nonsense", 1L, "inners", List.of(Map.of("code", "toolong")), "since", "yesterday", "flag", "maybe")))
        .isInstanceOfSatisfying(InvalidInput.class, e -> assertThat(e.violations()).extracting(Violation::field)
            .containsExactlyInAnyOrder("nonsense", "name", "size", "colour", "inners[0].code", "since", "flag"));
  }

  @Test
  void takesNoTimeThatTheDatabaseOrALongCannotHold() {
    for (String time : List.of("+10000-01-01T00:00:00Z", "+294260-01-01T00:00:00Z", "+999999999-12-31T23:59:59Z", "0000-12-31T23:59:59Z", "-1000000000-01-01T00:00:00Z")) {
      assertThatThrownBy(() -> SHAPE.decode(Map.of("name", "abc", "since", time))).isInstanceOf(InvalidInput.class)
          .hasMessageContaining("since '" + time + "'").hasMessageContaining("years 1 to 9999");
    }
    assertThat(SHAPE.decode(Map.of("name", "abc", "since", "9999-12-31T23:59:59.999999999Z")).since()).isEqualTo("9999-12-31T23:59:59.999999999Z");
    assertThat(SHAPE.decode(Map.of("name", "abc", "since", "0001-01-01T00:00:00Z")).since()).isEqualTo("0001-01-01T00:00:00Z");
  }

  record Checks(@Setting(initial = "1") int least, @Setting(initial = "2") int most) implements Checked {
    @Override
    public void check() {
      if (least > most) {
        throw new InvalidInput("least", least, "is at most " + most);
      }
    }
  }

  record Holder(Checks range) {}

  @Test
  void asksARecordForItsRulesWhenItIsDecodedAndNotWhenItIsBuilt() {
    Shape<Holder> holder = Shape.of(Holder.class);
    assertThatThrownBy(() -> holder.decode(Map.of("range", Map.of("least", 3)))).isInstanceOf(InvalidInput.class).hasMessageContaining("range.least '3'");
    assertThat(holder.encode(new Holder(new Checks(3, 2)))).isEqualTo(Map.of("range", Map.of("least", 3L, "most", 2L)));
  }

  record Plain(@Setting(max = 20) String line, @Setting(optional = true, max = 4000) String notes) {}

  private static final Shape<Plain> PLAIN = Shape.of(Plain.class);

  @Test
  void saysWhatWasGivenForAFieldThatIsNone() {
    assertThatThrownBy(() -> PLAIN.decode(Map.of("line", "a", "foo", 5L)))
        .isInstanceOfSatisfying(InvalidInput.class, e -> assertThat(e.violations()).extracting(Violation::field, Violation::value).containsExactly(tuple("foo", "5")));
    assertThatThrownBy(() -> SHAPE.decode(Map.of("name", "abc", "pasword", "geheim1234"))).as("a secret's name mistyped").hasMessageContaining("pasword: is no field").hasMessageNotContaining("geheim");
  }

  @Test
  void aSchemaTellsWhatItDoesNotKnowButForWhatMayBeASecret() {
    Schema schema = SHAPE.schema();
    String secret = schema.fields().stream().filter(FieldSchema::secret).findFirst().orElseThrow().name();
    var given = new LinkedHashMap<String, Object>(Map.of("name", "abc", secret, "geheim"));
    given.put("shape", "red");
    given.put(secret + "x", "geheim");
    given.put("myPasswd", "geheim");
    given.put("list", List.of("a"));
    assertThat(schema.unknown(given)).extracting(Violation::field, Violation::value)
        .containsExactly(tuple("shape", "red"), tuple(secret + "x", null), tuple("myPasswd", null), tuple("list", null));
    assertThat(schema.maybeSecret("shape")).isFalse();
  }

  @Test
  void refusesWhatNoDatabaseAndNoTerminalTakes() {
    assertThat(PLAIN.decode(Map.of("line", "a\tb \uD83D\uDE00", "notes", "a\r\n\tb")).notes()).isEqualTo("a\r\n\tb");
    for (String bad : List.of("a\0b", "a\u001b[2J", "a\u0085b", "\uD83D", "\uDE00a", "\uDE00\uD83D")) {
      for (String field : List.of("line", "notes")) {
        assertThatThrownBy(() -> PLAIN.decode(field.equals("line") ? Map.of("line", bad) : Map.of("line", "a", "notes", bad))).as(Texts.escaped(bad))
            .isInstanceOfSatisfying(InvalidInput.class, e -> assertThat(e.violations()).singleElement()
                .satisfies(v -> assertThat(v.field()).isEqualTo(field)).satisfies(v -> assertThat(v.value()).isEqualTo(Texts.escaped(bad)).matches("[ -~]+")));
      }
    }
    assertThatThrownBy(() -> PLAIN.decode(Map.of("line", "a\nb"))).hasMessageContaining("line 'a\\u000ab': is one line");
  }

  @Test
  void missesWhatIsRequired() {
    assertThatThrownBy(() -> SHAPE.decode(Map.of())).isInstanceOf(InvalidInput.class).hasMessage("name: is required");
  }

  @Test
  void neverRepeatsASecret() {
    assertThatThrownBy(() -> SHAPE.decode(Map.of("name", "abc", "password", "hunter2"))).hasMessageContaining("password").hasMessageNotContaining("hunter2");
  }

  @Test
  void refusesMoneyThatIsNotExact() {
    assertThatThrownBy(() -> SHAPE.decode(Map.of("name", "abc", "price", Map.of("amount", "1e3", "currency", "EUR")))).hasMessageContaining("price.amount").hasMessageContaining("plain decimal");
    assertThatThrownBy(() -> SHAPE.decode(Map.of("name", "abc", "price", Map.of("amount", "0." + "1".repeat(21), "currency", "EUR")))).hasMessageContaining("decimals");
    assertThatThrownBy(() -> SHAPE.decode(Map.of("name", "abc", "price", Map.of("amount", "1", "currency", "XXY")))).hasMessageContaining("price.currency");
  }

  @Test
  void passesOverFieldsOfANewerVersion() {
    assertThat(SHAPE.decodeKnown(Map.of("name", "abc", "later", 1L)).name()).isEqualTo("abc");
  }

  @Test
  void replacesOnlyWhatIsGiven() {
    Thing thing = SHAPE.decode(Map.of("name", "abc", "size", 3L));
    assertThat(SHAPE.with(thing, Map.of("colour", "RED"))).isEqualTo(SHAPE.decode(Map.of("name", "abc", "size", 3L, "colour", "RED")));
  }
}
