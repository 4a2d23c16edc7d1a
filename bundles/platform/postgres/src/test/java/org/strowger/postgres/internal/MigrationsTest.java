package org.strowger.postgres.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.strowger.hibernate.Entities;
import org.strowger.hibernate.jdbc.Migrator;
import org.strowger.hibernate.jdbc.Target;
import org.strowger.kernel.Time;
import org.strowger.persistence.api.DatabaseException;
import org.strowger.persistence.api.DatabaseException.Kind;
import org.strowger.persistence.api.Domain;
import org.strowger.persistence.api.DomainSpec;

@ResourceLock(OneServer.LOCK)
class MigrationsTest {

  @Entity
  @Table(name = "note")
  static class NoteRow {
    @Id int id;
    String colour;
  }

  @TempDir private Path bundle;
  private final Target target = OneServer.emptyDatabase();
  private final PostgresDatabase database = OneServer.on(target);

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void aNewVersionOfABundleRunsWhatIsNewWhileThePoolIsInUse() throws IOException {
    script("V1__note.sql", "create table note (id int primary key, text text)");
    assertThat(open().version()).isEqualTo("1");
    for (int i = 0; i < 10; i++) {
      database.tx().run(() -> assertThat(columns()).isEqualTo(2));
    }
    assertThat(open().version()).as("nothing new").isEqualTo("1");

    script("V2__colour.sql", "alter table note add colour text");
    assertThat(open().version()).isEqualTo("2");
    for (int i = 0; i < 10; i++) {
      database.tx().run(() -> assertThat(columns()).isEqualTo(3));
    }
  }

  /** An operator who takes the right away once it has been used: the schemas are there, and the switch's own. */
  @Test
  void aRoleThatMayMakeNoSchemasAnyMoreKeepsThoseItHas() throws Exception {
    String name = target.jdbcUrl().replaceFirst(".*/", "");
    Path password = Files.writeString(bundle.resolve("password"), "own-horse");
    database.tx().run(() -> execute("create role keeper login password 'own-horse'"));
    var yours = new Source.Yours(target.jdbcUrl(), "keeper", password);
    database.tx().run(() -> execute("grant create on database " + name + " to keeper"));
    var own = new Target(target.jdbcUrl(), "keeper", "own-horse");
    script("V1__note.sql", "create table note (id int primary key, text text)");
    try (var first = OneServer.on(own)) {
      assertThat(first.open(spec()).version()).isEqualTo("1");
    }

    database.tx().run(() -> execute("revoke create on database " + name + " from keeper"));

    yours.open(Time.SYSTEM, new CountDownLatch(1)).close();
    script("V2__colour.sql", "alter table note add colour text");
    try (var second = OneServer.on(own)) {
      assertThat(second.open(spec()).version()).isEqualTo("2");
      var further = new DomainSpec("further", loader(), java.util.Set.of());
      assertThatThrownBy(() -> second.open(further)).as("a domain that has no schema yet").isInstanceOf(DatabaseException.class)
          .hasMessageContaining("domain further").hasMessageContaining("grant create on database " + name + " to keeper");
    }
  }

  private int columns() throws java.sql.SQLException {
    try (var select = database.tx().connection().prepareStatement("select * from notes.note"); ResultSet rows = select.executeQuery()) {
      return rows.getMetaData().getColumnCount();
    }
  }

  @Test
  void aFailingScriptLeavesTheSchemaAsItWas() throws IOException {
    script("V1__note.sql", "create table note (id int primary key)");
    script("V2__broken.sql", "create table half (id int); create table half (id int)");

    DatabaseException failure = catchThrowableOfType(DatabaseException.class, this::open);

    assertThat(failure.kind()).isEqualTo(Kind.MIGRATION);
    assertThat(failure).hasMessageContaining("notes").hasMessageContaining("V2__broken");
    assertThat(tables()).containsExactly("note", "schema_history");

    script("V2__broken.sql", "create table half (id int)");
    assertThat(open().version()).as("mended, it goes on").isEqualTo("2");
  }

  @Test
  void aServerThatFallsSilentInAScriptIsNotWaitedForForEver() throws Exception {
    script("V1__note.sql", "create table note (id int primary key)");
    script("V2__silence.sql", "create table half (id int); select pg_sleep(4)");
    try (PostgresDatabase impatient = OneServer.on(target, Duration.ofSeconds(1))) {
      DatabaseException failure = catchThrowableOfType(DatabaseException.class, () -> impatient.open(spec()));
      assertThat(failure.kind()).isEqualTo(Kind.MIGRATION);
      assertThat(failure).hasMessageContaining("V2__silence");
    }
    // As the domains do: opened again, when the server has noticed, too.
    script("V2__silence.sql", "create table half (id int)");
    TestFiles.waitUntil("the connection that was given up is gone", () -> others() == 0);
    assertThat(open().version()).isEqualTo("2");
    assertThat(tables()).containsExactly("half", "note", "schema_history");
  }

  private long others() throws SQLException {
    try (var connection = target.connect(Duration.ofSeconds(10)); Statement select = connection.createStatement();
        ResultSet row = select.executeQuery("select count(*) from pg_stat_activity where datname = current_database() and query like '%pg_sleep(4)%' and pid <> pg_backend_pid()")) {
      row.next();
      return row.getLong(1);
    }
  }

  @Test
  void aScriptThatRanMayNotChange() throws IOException {
    script("V1__note.sql", "create table note (id int primary key)");
    open();
    script("V1__note.sql", "create table note (id bigint primary key)");

    assertThatThrownBy(this::open).isInstanceOfSatisfying(DatabaseException.class, failure -> assertThat(failure.kind()).isEqualTo(Kind.MIGRATION));
  }

  @Test
  void anOlderProgramRunsOnTheSchemaOfANewerOne() throws IOException {
    script("V1__note.sql", "create table note (id int primary key)");
    Path newer = script("V2__colour.sql", "alter table note add colour text");
    open();
    Files.delete(newer);

    assertThat(open().version()).isEqualTo("2");
  }

  @Test
  void theSameScriptsOnTheSameSchemaNeedNoSecondLook() throws IOException {
    script("V1__note.sql", "create table note (id int primary key)");
    var looks = new AtomicInteger();
    var behind = new AtomicReference<>(target);
    var migrations = new Migrations();
    Supplier<Migrator.Migrated> open = () -> migrations.migrate(Target.fresh(() -> {
      looks.incrementAndGet();
      return behind.get();
    }, Duration.ZERO), Target.fresh(behind::get, Duration.ZERO), spec());

    assertThat(open.get()).isEqualTo(new Migrator.Migrated("1", 1));
    int first = looks.getAndSet(0);
    assertThat(first).isPositive();
    assertThat(open.get()).as("by another class loader").isEqualTo(new Migrator.Migrated("1", 0));
    assertThat(looks.get()).as("connections of Flyway's").isZero();

    script("V2__colour.sql", "alter table note add colour text");
    assertThat(open.get()).as("one script more").isEqualTo(new Migrator.Migrated("2", 1));
    looks.set(0);
    open.get();
    assertThat(looks.get()).isZero();

    database.tx().run(() -> execute("delete from notes.schema_history where version = '2'"));
    database.tx().run(() -> execute("alter table notes.note drop colour"));
    assertThat(open.get()).as("the schema's history is another").isEqualTo(new Migrator.Migrated("2", 1));

    behind.set(OneServer.emptyDatabase());
    assertThat(open.get()).as("another database, after a fail-over").isEqualTo(new Migrator.Migrated("2", 2));
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = database.tx().connection().createStatement()) {
      statement.execute(sql);
    }
  }

  private DomainSpec spec() {
    try {
      return new DomainSpec("notes", loader(), java.util.Set.of());
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }

  @Test
  void nobodyHoldsTheClassLoaderOfADomainThatWasMigrated() throws Exception {
    script("V1__note.sql", "create table note (id int primary key)");
    var loader = new WeakReference<>(migrated());
    TestFiles.waitUntil("the class loader is collected", () -> {
      System.gc();
      return loader.get() == null;
    });
  }

  private ClassLoader migrated() {
    DomainSpec spec = spec();
    Migrator.migrate(Target.fresh(() -> target, Duration.ZERO), spec);
    return spec.loader();
  }

  @Test
  void aDomainWithoutScriptsIsAMistake() {
    assertThatThrownBy(this::open).isInstanceOf(DatabaseException.class).hasMessageContaining("db/notes");
  }

  @Test
  void twoNodesThatOpenOneDomainTakeTurns() throws Exception {
    script("V1__note.sql", "create table note (id int primary key); select pg_sleep(0.3)");
    script("V2__more.sql", "create table more (id int primary key); select pg_sleep(0.3)");
    ExecutorService nodes = Executors.newFixedThreadPool(3);
    try {
      Callable<String> open = () -> {
        try (PostgresDatabase node = OneServer.on(target)) {
          return node.open(new DomainSpec("notes", loader(), java.util.Set.of())).version();
        }
      };
      for (Future<String> version : nodes.invokeAll(List.of(open, open, open), 60, TimeUnit.SECONDS)) {
        assertThat(version.get()).isEqualTo("2");
      }
    } finally {
      nodes.shutdownNow();
    }
  }

  @Test
  void anEntityThatDoesNotFitNamesTableAndColumn() throws IOException {
    script("V1__note.sql", "create table note (id int primary key)");
    Domain domain = open();

    assertThatThrownBy(() -> Entities.open(domain, NoteRow.class)).rootCause().hasMessageContaining("colour").hasMessageContaining("note");
  }

  private Path script(String name, String sql) throws IOException {
    Path folder = Files.createDirectories(bundle.resolve("db/notes"));
    return Files.writeString(folder.resolve(name), sql + ";\n");
  }

  private ClassLoader loader() throws IOException {
    return new URLClassLoader(new URL[] {bundle.toUri().toURL()}, MigrationsTest.class.getClassLoader());
  }

  /** As an update of the bundle does: with a new class loader. */
  private Domain open() {
    return database.open(spec());
  }

  private List<String> tables() {
    return database.tx().required(() -> {
      List<String> names = new ArrayList<>();
      try (Statement statement = database.tx().connection().createStatement();
          ResultSet row = statement.executeQuery("select tablename from pg_tables where schemaname = 'notes' order by 1")) {
        while (row.next()) {
          names.add(row.getString(1));
        }
      }
      return names;
    });
  }
}
