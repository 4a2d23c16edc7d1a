package org.strowger.routing.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.strowger.calls.api.Verdict;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.Health;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.RoutingGroupId;
import org.strowger.kernel.Time;
import org.strowger.routing.internal.model.Carrier;
import org.strowger.routing.internal.model.CarrierTerms;
import org.strowger.routing.internal.model.Entry;
import org.strowger.routing.internal.model.GroupTerms;
import org.strowger.routing.internal.model.GroupTerms.Policy;
import org.strowger.routing.internal.model.PasswordChange;
import org.strowger.routing.internal.model.RoutingGroup;
import org.strowger.routing.internal.store.RoutingStore;
import org.strowger.routing.internal.view.CarrierView;
import org.strowger.routing.internal.view.GroupView;
import org.strowger.testkit.LeavingBundle;
import org.strowger.testkit.MovedTime;
import org.strowger.testkit.Waiting;
import org.strowger.testkit.postgres.TestDatabase;
import org.strowger.testkit.postgres.UnderWay;

/** A row that cannot be read puts itself out of use and nothing else; it is named, listed and repaired like any other. */
class PoisonedRowsTest {

  @TempDir Path home;
  private final TestDatabase database = TestDatabase.open();
  private RoutingStore store;
  private RouteBook book;
  private Carrier good;
  private Carrier bad;
  private RoutingGroup group;
  private Entry second;
  private volatile boolean away;

  @BeforeEach
  void twoCarriersInAGroup() {
    store = new RoutingStore(database, home.resolve("carriers.key")) {
      @Override
      public Optional<RoutingGroup> group(RoutingGroupId id) {
        if (away && !database.tx().active()) {
          throw new IllegalStateException("the database is away");
        }
        return super.group(id);
      }

      @Override
      public List<RoutingGroup> groups() {
        if (away) {
          throw new IllegalStateException("the database is away");
        }
        return super.groups();
      }
    };
    book = new RouteBook(store, Time.SYSTEM);
    good = carriers().create(CustomerId.ROOT, Sample.carrier("good", Map.of()), PasswordChange.KEEP);
    bad = carriers().create(CustomerId.ROOT, Sample.carrier("bad", Map.of()), PasswordChange.KEEP);
    group = groups().create(CustomerId.ROOT, new GroupTerms("out", Policy.PREFERENCE));
    groups().addEntry(group.id(), Sample.entry(good.id(), 1));
    second = groups().addEntry(group.id(), Sample.entry(bad.id(), 9, "44"));
  }

  @AfterEach
  void close() {
    book.stop();
    store.close();
    database.close();
  }

  private Carriers carriers() {
    var carriers = new Carriers(store, book, null);
    carriers.bindFunds(new Owed().funds);
    return carriers;
  }

  private RoutingGroups groups() {
    return Users.none(new RoutingGroups(store, book, null));
  }

  private void written(String sql) {
    assertThat(database.run(sql)).as(sql).isPositive();
  }

  private void afterARestart(Consumer<RouteBook> then) {
    book.stop();
    book = new RouteBook(store, Time.SYSTEM);
    then.accept(book);
  }

  private List<String> ways(String cld) {
    return book.candidates(group.id(), "alice", cld).stream().filter(way -> way.leg().isPresent()).map(Candidate::carrier).toList();
  }

  private void assertNamed(String... words) {
    assertThat(book.health().state()).isEqualTo(Health.State.DEGRADED);
    assertThat(book.health().detail()).contains(words);
  }

  @Test
  void aTranslationOfAnEarlierReleaseTakesOneCarrierOutOfUse() {
    written("update routing.carrier set cld_translation = 's/a++b/x/' where name = 'bad'");
    afterARestart(book -> {
      assertThat(ways("4420")).containsExactly("good");
      assertThat(book.candidates(group.id(), "alice", "4420").get(0).why()).contains("s/a++b/x/");
      assertNamed("carrier bad gets no calls", "cldTranslation 's/a++b/x/'");
    });
    Carrier listed = carriers().byName(CustomerId.ROOT, "bad").orElseThrow();
    assertThat(CarrierView.of(listed)).containsEntry("cldTranslation", "s/a++b/x/");
    assertThatThrownBy(() -> CarrierView.change(listed, Map.of("capacity", 3))).isInstanceOf(InvalidInput.class).hasMessageContaining("cldTranslation");
    assertThatThrownBy(() -> carriers().update(listed.id(), null, listed.terms(), PasswordChange.KEEP)).isInstanceOf(InvalidInput.class);
    carriers().update(listed.id(), null, CarrierView.change(listed, Map.of("cldTranslation", "s/a+b/x/")).terms(), PasswordChange.KEEP);
    assertThat(ways("4420")).containsExactly("bad", "good");
    assertThat(book.health().state()).isEqualTo(Health.State.OK);
  }

  @Test
  void aCarrierOfWordsNobodyKnowsIsListedAndRepairedFieldByField() {
    written("update routing.carrier set transport = 'PIGEON', address = 'here:there', stop_codes = 'x', rounding = '', tariff = -1 where name = 'bad'");
    afterARestart(book -> {
      assertThat(ways("4420")).containsExactly("good");
      assertNamed("carrier bad", "transport 'PIGEON'", "address 'here:there'", "stopCodes 'x'", "rounding ''", "tariff '-1'");
    });
    Carrier listed = carriers().get(bad.id());
    assertThat(CarrierView.of(listed)).containsEntry("transport", null).containsEntry("address", null);
    CarrierTerms repaired = CarrierView.change(listed, Map.of("transport", "TCP", "address", "192.0.2.7")).terms();
    carriers().update(listed.id(), null, repaired, PasswordChange.KEEP);
    assertThat(ways("4420")).containsExactly("bad", "good");
  }

  @Test
  void aCarrierThatCannotBeReadCanBeDeleted() {
    written("update routing.carrier set transport = 'PIGEON' where name = 'bad'");
    afterARestart(book -> groups().deleteEntry(group.id(), second.id()));
    carriers().delete(bad.id());
    assertThat(carriers().list(CustomerId.ROOT)).containsExactly(good);
    assertThat(book.health().state()).isEqualTo(Health.State.OK);
  }

  @Test
  void anEntryThatBreaksARuleTakesNoNumber() {
    written("update routing.route_entry set prefixes = array['44', '4 4', null] where id = " + second.id());
    afterARestart(book -> {
      assertThat(ways("4420")).containsExactly("good");
      assertNamed("routing group out", "entry " + second.id(), "prefixes");
    });
    assertThat(GroupView.of(groups().entry(group.id(), second.id()))).containsEntry("prefixes", List.of("44", "4 4", ""));
    groups().updateEntry(group.id(), second.id(), now -> Sample.entry(bad.id(), 9, "44"));
    assertThat(ways("4420")).containsExactly("bad", "good");
    assertThat(book.health().state()).isEqualTo(Health.State.OK);
  }

  @Test
  void aGroupThatCannotBeReadRoutesNothingUntilItIsRepaired() {
    RoutingGroup other = groups().create(CustomerId.ROOT, new GroupTerms("other", Policy.PREFERENCE));
    groups().addEntry(other.id(), Sample.entry(good.id(), 1));
    written("update routing.routing_group set policy = 'WHIM' where name = 'out'");
    afterARestart(book -> {
      assertThat(ways("4420")).isEmpty();
      assertThat(book.candidates(other.id(), "alice", "4420")).hasSize(1);
      assertNamed("routing group out", "policy 'WHIM'");
    });
    var policy = new RoutePolicy(new LeavingBundle().context(), book, new RouteMeter(new LeavingBundle().context()));
    policy.bindDirectory(Sample.directory());
    assertThat(policy.route(Optional.of(Sample.account(1, "alice", group.id().value(), false, null)), "alice", "4420", Sample.NOW))
        .isInstanceOfSatisfying(Verdict.Reject.class, reject -> assertThat(reject.reason()).contains("policy 'WHIM'"));
    RoutingGroup listed = groups().byName(CustomerId.ROOT, "out").orElseThrow();
    groups().update(listed.id(), null, GroupView.change(listed, Map.of("policy", "PREFIX_LENGTH")).terms());
    assertThat(ways("4420")).containsExactly("bad", "good");
  }

  @Test
  void aChangeThatCouldNotBeReadAgainIsTriedUntilItIs() {
    away = true;
    try {
      groups().deleteEntry(group.id(), second.id());
      assertThat(ways("4420")).containsExactly("bad", "good");
      assertNamed("before the last change", "every second");
    } finally {
      away = false;
    }
    Waiting.until("it is read again", () -> book.health().state() == Health.State.OK);
    assertThat(ways("4420")).containsExactly("good");
  }

  @Test
  void theNextSeesWhatIsCommittedAfterItHasRead() {
    UnderWay change = UnderWay.begin(store.tx(), () -> {
      groups().addEntry(group.id(), Sample.entry(good.id(), 5, "7"));
      carriers().create(CustomerId.ROOT, Sample.carrier("late", Map.of()), PasswordChange.KEEP);
    });
    var looks = new AtomicInteger();
    var next = new RoutingStore(database, home.resolve("carriers.key")) {
      @Override
      public List<RoutingGroup> groups() {
        looks.incrementAndGet();
        return super.groups();
      }
    };
    var time = new MovedTime();
    var successor = new RouteBook(next, time);
    assertThat(looks.get()).isOne();
    time.move(Duration.ofSeconds(5));
    Waiting.until("it has looked again", () -> looks.get() == 2);
    assertThat(successor.health().detail()).as("not committed").isEqualTo("2 carriers, 1 routing groups with 2 prefixes");
    change.commit();
    Waiting.until("what was committed", () -> successor.health().detail().equals("3 carriers, 1 routing groups with 3 prefixes"));
    assertThat(looks.get()).isEqualTo(3);
    successor.stop();
    next.close();
  }
}
