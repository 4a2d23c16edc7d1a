package org.strowger.routing.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.strowger.kernel.CarrierId;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.ErrorCode;
import org.strowger.kernel.RoutingGroupId;
import org.strowger.kernel.StrowgerException;
import org.strowger.routing.internal.KnownCarriers;
import org.strowger.routing.internal.Sample;
import org.strowger.routing.internal.model.Carrier;
import org.strowger.routing.internal.model.Entry;
import org.strowger.routing.internal.model.GroupTerms;
import org.strowger.routing.internal.model.GroupTerms.Policy;
import org.strowger.routing.internal.model.PasswordChange;
import org.strowger.routing.internal.model.RoutingGroup;
import org.strowger.testkit.postgres.TestDatabase;

class RoutingStoreTest {

  private static final Map<String, Object> EVERYTHING = Map.ofEntries(Map.entry("address", "[2001:db8::1]:5070"), Map.entry("transport", "TCP"),
      Map.entry("username", "strowger"), Map.entry("cldTranslation", "s/^/00/"), Map.entry("cliTranslation", "s/^0//"), Map.entry("capacity", 30),
      Map.entry("tariff", 7), Map.entry("rounding", "ROUND_UP"), Map.entry("replyTimeout", 3), Map.entry("provisionalTimeout", 9),
      Map.entry("answerTimeout", 60), Map.entry("stopCodes", List.of(603, 404)), Map.entry("blocked", true));

  @TempDir Path home;
  private TestDatabase database;
  private RoutingStore store;

  @BeforeEach
  void open() {
    database = TestDatabase.open();
    store = new RoutingStore(database, key());
  }

  @AfterEach
  void close() {
    store.close();
    database.close();
  }

  private Path key() {
    return home.resolve("keys").resolve("carriers.key");
  }

  private Carrier carrier(String name) {
    return store.create(CustomerId.ROOT, Sample.carrier(name, Map.of()), PasswordChange.KEEP);
  }

  private RoutingGroup group(String name) {
    return store.create(CustomerId.ROOT, new GroupTerms(name, Policy.PREFERENCE));
  }

  private static void assertRefused(Runnable work, ErrorCode code, String... words) {
    assertThatThrownBy(work::run).isInstanceOfSatisfying(StrowgerException.class, e -> {
      assertThat(e.code()).isEqualTo(code);
      assertThat(e.getMessage()).contains(words);
    });
  }

  @Test
  void keepsEveryField() {
    Carrier made = store.create(CustomerId.ROOT, Sample.carrier("acme", EVERYTHING), new PasswordChange.Become("s3cret"));
    assertThat(store.carrier(made.id())).contains(made);
    assertThat(made.terms()).isEqualTo(Sample.carrier("acme", EVERYTHING));
    assertThat(made.passwordSet()).isTrue();

    Carrier plain = store.update(made.id(), made.version(), Sample.carrier("acme2", Map.of()), PasswordChange.REMOVE);
    assertThat(store.carriers()).containsExactly(plain);
    assertThat(plain.terms()).isEqualTo(Sample.carrier("acme2", Map.of()));
    assertThat(plain.passwordSet()).isFalse();
    assertThat(plain.version()).isGreaterThan(made.version());
  }

  @Test
  void tellsOthersWhichCarriersThereAre() {
    List.of("beta", "Acme", "acorn").forEach(this::carrier);
    var known = new KnownCarriers(store);
    assertThat(known.names(CustomerId.ROOT, "ac", 50)).containsExactly("Acme", "acorn");
    assertThat(known.names(CustomerId.ROOT, "", 2)).containsExactly("Acme", "acorn");
    assertThat(known.names(new CustomerId(2), "", 50)).isEmpty();
    assertThat(known.byName(CustomerId.ROOT, "beta")).isPresent();
    assertThat(known.byName(CustomerId.ROOT, "bet")).isEmpty();
  }

  @Test
  void passwordIsSealedOnDiskAndOpensOnlyWithItsKeyForItsCarrier() throws Exception {
    Carrier made = store.create(CustomerId.ROOT, Sample.carrier("acme", Map.of("username", "u")), new PasswordChange.Become("pass phrase é"));
    assertThat(store.opened()).singleElement().satisfies(opened -> assertThat(opened.password()).isEqualTo("pass phrase é"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key()))).isEqualTo("rw-------");
    byte[] sealed = sealed(made.id());
    assertThat(new String(sealed, StandardCharsets.UTF_8)).doesNotContain("pass phrase");

    Carrier kept = store.update(made.id(), null, Sample.carrier("acme", Map.of("username", "v")), PasswordChange.KEEP);
    assertThat(kept.passwordSet()).isTrue();
    Carrier other = store.create(CustomerId.ROOT, Sample.carrier("other", Map.of("username", "u")), new PasswordChange.Become("x"));
    database.tx().run(() -> {
      try (var update = database.tx().connection().prepareStatement("update routing.carrier set password = ? where id = ?")) {
        update.setBytes(1, sealed);
        update.setInt(2, other.id().value());
        update.executeUpdate();
      }
    });
    assertThat(store.opened().get(1).problem()).contains("does not open").contains("set the password again");

    Files.delete(key());
    try (TestDatabaseStore later = new TestDatabaseStore(new RoutingStore(database, key()))) {
      assertThat(later.store().opened().get(0).problem()).contains("carriers.key").contains("is missing");
    }
  }

  private record TestDatabaseStore(RoutingStore store) implements AutoCloseable {
    @Override
    public void close() {
      store.close();
    }
  }

  private byte[] sealed(CarrierId id) {
    return database.tx().required(() -> {
      try (var select = database.tx().connection().prepareStatement("select password from routing.carrier where id = " + id)) {
        var row = select.executeQuery();
        row.next();
        return row.getBytes(1);
      }
    });
  }

  @Test
  void passwordNeedsAUsername() {
    assertRefused(() -> store.create(CustomerId.ROOT, Sample.carrier("acme", Map.of()), new PasswordChange.Become("x")), ErrorCode.INVALID, "username");
    Carrier made = store.create(CustomerId.ROOT, Sample.carrier("acme", Map.of("username", "u")), new PasswordChange.Become("x"));
    assertRefused(() -> store.update(made.id(), null, Sample.carrier("acme", Map.of()), PasswordChange.KEEP), ErrorCode.INVALID, "username");
    assertThat(store.carriers()).containsExactly(made);
  }

  @Test
  void namesAreUniqueAndVersionsAreChecked() {
    Carrier acme = carrier("acme");
    Carrier other = carrier("other");
    assertRefused(() -> carrier("acme"), ErrorCode.DUPLICATE, "name 'acme'");
    assertRefused(() -> store.update(other.id(), null, Sample.carrier("acme", Map.of()), PasswordChange.KEEP), ErrorCode.DUPLICATE, "name 'acme'");
    store.update(acme.id(), acme.version(), Sample.carrier("acme", Map.of("capacity", 3)), PasswordChange.KEEP);
    assertRefused(() -> store.update(acme.id(), acme.version(), acme.terms(), PasswordChange.KEEP), ErrorCode.CONFLICT, "was changed since you read it");
    assertRefused(() -> store.delete(new CarrierId(999)), ErrorCode.NOT_FOUND, "carrier 999");

    group("main");
    assertRefused(() -> group("main"), ErrorCode.DUPLICATE, "name 'main'");
    assertRefused(() -> store.update(new RoutingGroupId(999), null, new GroupTerms("x", Policy.PREFERENCE)), ErrorCode.NOT_FOUND, "routing group 999");
  }

  @Test
  void entriesBelongToTheirGroupAndMoveItsVersion() {
    Carrier acme = carrier("acme");
    RoutingGroup main = group("main");
    RoutingGroup second = group("second");
    Entry entry = store.addEntry(main.id(), Sample.entry(acme.id(), 5, "44", "1", "44"));
    assertThat(entry.terms().prefixes()).containsExactly("1", "44");
    RoutingGroup withOne = store.group(main.id()).orElseThrow();
    assertThat(withOne.entries()).containsExactly(entry);
    assertThat(withOne.version()).isGreaterThan(main.version());
    assertThat(store.groups()).containsExactly(withOne, second);

    Entry changed = store.updateEntry(main.id(), entry.id(), now -> Sample.entry(acme.id(), now.preference() + 1));
    assertThat(store.group(main.id()).orElseThrow().entries()).containsExactly(changed);
    assertThat(changed.id()).isEqualTo(entry.id());
    assertThat(changed.terms().preference()).isEqualTo(6);
    assertRefused(() -> store.update(main.id(), main.version(), main.terms()), ErrorCode.CONFLICT, "was changed since you read it");
    assertRefused(() -> store.deleteEntry(second.id(), entry.id()), ErrorCode.NOT_FOUND, "entry " + entry.id());
    assertRefused(() -> store.updateEntry(second.id(), entry.id(), now -> now), ErrorCode.NOT_FOUND, "entry " + entry.id());
    assertRefused(() -> store.addEntry(main.id(), Sample.entry(new CarrierId(999), 0)), ErrorCode.INVALID, "carrier '999'");
    assertRefused(() -> store.updateEntry(main.id(), entry.id(), now -> Sample.entry(new CarrierId(999), 0)), ErrorCode.INVALID, "carrier '999'");
    assertRefused(() -> store.addEntry(new RoutingGroupId(999), Sample.entry(acme.id(), 0)), ErrorCode.NOT_FOUND, "routing group 999");

    assertRefused(() -> store.delete(acme.id()), ErrorCode.CONFLICT, "used by a routing group");
    store.deleteEntry(main.id(), entry.id());
    store.delete(acme.id());
    assertThat(store.carriers()).isEmpty();
  }

  @Test
  void groupGoesWithItsEntries() {
    Carrier acme = carrier("acme");
    RoutingGroup main = group("main");
    store.addEntry(main.id(), Sample.entry(acme.id(), 0));
    store.delete(main.id(), customer -> assertThat(customer).isEqualTo(CustomerId.ROOT));
    assertThat(store.groups()).isEmpty();
    store.delete(acme.id());
  }
}
