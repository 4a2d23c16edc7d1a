package org.strowger.postgres.internal.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TimeZone;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.strowger.hibernate.jdbc.Target;
import org.strowger.kernel.Time;
import org.strowger.persistence.api.BackupManifest;
import org.strowger.persistence.api.DatabaseException;
import org.strowger.persistence.api.DatabaseException.Kind;
import org.strowger.persistence.api.DomainSpec;
import org.strowger.postgres.internal.OneServer;
import org.strowger.postgres.internal.PostgresDatabase;
import org.strowger.postgres.internal.backup.Catalog.Partition;

@ResourceLock(OneServer.LOCK)
class BackupTest {

  private static final List<String> CONTENT = List.of(
      "select id, text, amount from first.entry order by id",
      "select id, \"Mixed Case\", bytes, document, at, amount, doubled from third.\"order\" order by id",
      "select * from third.a_child order by id",
      "select * from third.a_tree order by id",
      "select * from third.seed order by word",
      "select tableoid::regclass, * from third.ledger order by at, id",
      "select count(*) from third.touched");

  @TempDir private Path folder;
  private Instance from;
  private Instance to;

  /** A database with its domains, as an instance of the switch has it. */
  private static final class Instance implements AutoCloseable {

    private final PostgresDatabase database;
    private final DatabaseBackups backups;
    private final Path keys;
    private int restored;

    Instance(Path keys, String... domains) {
      this(OneServer.emptyDatabase(), keys, domains);
    }

    Instance(Target target, Path keys, String... domains) {
      this.keys = keys;
      this.database = OneServer.on(target);
      this.backups = new DatabaseBackups(() -> target, database::domains, Time.SYSTEM, keys, () -> restored++);
      for (String domain : domains) {
        DomainSpec spec = DomainSpec.of(domain, BackupTest.class);
        database.open(domain.equals("third") ? spec.seeding("seed").sealedWith("seal-*.key", "only.key") : spec);
      }
    }

    void execute(String sql) {
      database.tx().run(() -> {
        try (Statement statement = database.tx().connection().createStatement()) {
          statement.execute(sql);
        }
      });
    }

    List<String> rows(String sql) {
      return database.tx().required(() -> {
        List<String> rows = new ArrayList<>();
        try (Statement statement = database.tx().connection().createStatement(); ResultSet row = statement.executeQuery(sql)) {
          while (row.next()) {
            StringBuilder text = new StringBuilder();
            for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
              text.append(row.getString(i)).append('|');
            }
            rows.add(text.toString());
          }
        }
        return rows;
      });
    }

    List<List<String>> content() {
      return CONTENT.stream().map(this::rows).toList();
    }

    @Override
    public void close() {
      database.close();
    }
  }

  @BeforeEach
  void open() {
    from = new Instance(folder.resolve("from"), "first", "third");
    to = new Instance(folder.resolve("to"), "first", "third");
  }

  @AfterEach
  void close() {
    from.close();
    to.close();
  }

  private void fill() {
    from.execute("insert into first.entry values (1, 'plain', 1.50000), (2, E'tab\\tnew\\nline \\\\. back\\\\slash', 0), (3, 'ünïcödé ☎', -0.00001)");
    from.execute("""
        insert into third."order" ("Mixed Case", bytes, document, amount) values
          ('x', '\\x00ff0a09', '{"a": [1, "ü"]}', 0.00000001), (null, null, null, null), ('', '', '{}', 123456789012.12345678)""");
    from.execute("insert into third.a_child values (1, 1), (2, 3)");
    from.execute("insert into third.a_tree values (1, 2), (2, null)");
    from.execute("insert into third.seed values ('added later')");
    from.execute("create table third.ledger_2026_12 partition of third.ledger for values from ('2026-12-01') to ('2027-01-01')");
    from.execute("insert into third.ledger values (1, '2026-11-21', 5), (2, '2026-12-24', -5)");
    from.execute("select nextval('third.number'), nextval('third.number')");
  }

  /** As on an operator's server. */
  private static Target byAPlainRole() throws SQLException {
    Target owner = OneServer.emptyDatabase();
    String database = owner.jdbcUrl().replaceFirst(".*/", "");
    try (Connection connection = owner.connect(Duration.ofSeconds(10)); Statement statement = connection.createStatement()) {
      statement.execute("create role plain_" + database + " login password 'plain'");
      statement.execute("grant create on database " + database + " to plain_" + database);
    }
    return new Target(owner.jdbcUrl(), "plain_" + database, "plain");
  }

  @Test
  void aRoleThatMayOnlyMakeSchemasRestoresAndSaves() throws Exception {
    fill();
    from.backups.backup(folder.resolve("embedded"));
    try (Instance plain = new Instance(byAPlainRole(), folder.resolve("plain"), "first", "third")) {
      plain.backups.restore(folder.resolve("embedded"));
      assertThat(plain.content()).isEqualTo(from.content());
      plain.backups.backup(folder.resolve("yours"));
    }
    to.backups.restore(folder.resolve("yours"));
    assertThat(to.content()).isEqualTo(from.content());
  }

  @Test
  void rowsFromBeforeAnUnvalidatedCheckComeBackAndItHoldsForNewOnes() throws IOException {
    fill();
    from.execute("insert into first.entry values (4, 'from before', -9)");
    from.execute("insert into third.ledger values (3, '2026-11-22', 0)");
    for (Instance instance : List.of(from, to)) {
      instance.execute("alter table first.entry add constraint \"at most 5 below\" check (amount > -5) not valid");
      instance.execute("alter table third.ledger add constraint \"Not Nought\" check (amount <> 0) not valid");
    }
    Path file = folder.resolve("switch.backup");
    from.backups.backup(file);
    to.backups.restore(file);

    assertThat(to.content()).isEqualTo(from.content());
    assertThat(to.rows("select amount from first.entry where id = 4")).containsExactly("-9.00000|");
    assertThatThrownBy(() -> to.execute("insert into first.entry values (5, 'x', -9)")).hasStackTraceContaining("at most 5 below");
    assertThatThrownBy(() -> to.execute("insert into third.ledger values (4, '2026-12-25', 0)")).hasStackTraceContaining("Not Nought");
  }

  @Test
  void everythingComesBackOnAnEmptyInstance() throws IOException {
    fill();
    Path file = folder.resolve("switch.backup");

    BackupManifest saved = from.backups.backup(file);
    BackupManifest restored = to.backups.restore(file);

    assertThat(restored).isEqualTo(saved);
    assertThat(saved.domains()).extracting(BackupManifest.DomainPart::name).containsExactly("first", "third");
    assertThat(saved.domains()).extracting(BackupManifest.DomainPart::version).containsExactly("1", "1");
    assertThat(saved.rows()).isEqualTo(3 + 3 + 2 + 2 + 2 + 2 + 2);
    assertThat(to.content()).isEqualTo(from.content());
    assertThat(to.rows("select nextval('third.number')")).as("a sequence goes on").containsExactly("1010|");
    assertThat(to.rows("insert into third.\"order\" (amount) values (1) returning id")).as("so does an identity").containsExactly("4|");
    assertThatThrownBy(() -> to.execute("delete from third.ledger")).as("triggers are on again").isInstanceOf(DatabaseException.class);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
    try (var left = Files.list(folder)) {
      assertThat(left).containsExactlyInAnyOrder(file, Path.of(file + ".keys"));
    }
    assertThat(to.restored).isOne();
  }

  @Test
  void aBackupComesBackWhereTheClockOfTheMachineIsOfAnotherZone() throws IOException {
    for (Instance instance : List.of(from, to)) {
      instance.execute("create table third.event (at timestamptz not null) partition by range (at)");
      instance.execute("create table third.event_2026_11 partition of third.event for values from ('2026-11-01 00:00+00') to ('2026-12-01 00:00+00')");
    }
    from.execute("insert into third.event values ('2026-11-01 00:00:00.5+00')");
    TimeZone ours = TimeZone.getDefault();
    Path file = folder.resolve("switch.backup");
    try {
      TimeZone.setDefault(TimeZone.getTimeZone("Europe/Berlin"));
      from.backups.backup(file);
      try (ZipFile zip = new ZipFile(file.toFile()); InputStream manifest = zip.getInputStream(zip.getEntry(Contents.ENTRY))) {
        assertThat(new String(manifest.readAllBytes(), StandardCharsets.UTF_8)).as("in every zone the same").contains("FROM ('2026-11-01 00:00:00+00')");
      }
      TimeZone.setDefault(TimeZone.getTimeZone("America/St_Johns"));
      to.backups.restore(file);
    } finally {
      TimeZone.setDefault(ours);
    }

    assertThat(to.rows("select at = '2026-11-01 00:00:00.5+00' from third.event")).containsExactly("t|");
  }

  /** As an earlier program saved them. */
  @Test
  void boundsOfPartitionsAreComparedAsMoments() {
    var utc = new Partition("p", "FOR VALUES FROM ('2026-11-01 00:00:00+00') TO ('2026-12-01 00:00:00+00')");
    for (String same : List.of("FROM ('2026-11-01 01:00:00+01') TO ('2026-12-01 01:00:00+01')", "FROM ('2026-11-01 05:30:00+05:30') TO ('2026-11-30 18:00:00-06')")) {
      assertThat(utc.holdsAs(new Partition("p", "FOR VALUES " + same))).as(same).isTrue();
    }
    for (String other : List.of("FROM ('2026-11-01 00:00:00+01') TO ('2026-12-01 00:00:00+01')", "FROM (MINVALUE) TO ('2026-12-01 00:00:00+00')", "IN ('2026-11-01')")) {
      assertThat(utc.holdsAs(new Partition("p", "FOR VALUES " + other))).as(other).isFalse();
    }
  }

  @Test
  void aBackupIsOfOneMomentThoughTheSwitchGoesOn() throws Exception {
    from.execute("insert into first.entry select i, 'entry ' || i, 100 from generate_series(1, 50) i");
    from.execute("insert into third.\"order\" (amount) select 100 from generate_series(1, 50)");
    long seed = System.nanoTime();
    Random random = new Random(seed);
    AtomicBoolean stop = new AtomicBoolean();
    Thread mover = new Thread(() -> {
      while (!stop.get()) {
        BigDecimal amount = new BigDecimal(random.nextInt(100)).movePointLeft(2);
        int id = 1 + random.nextInt(50);
        from.execute("update first.entry set amount = amount - " + amount + " where id = " + id
            + "; update third.\"order\" set amount = amount + " + amount + " where id = " + id);
      }
    });
    mover.start();
    try {
      for (int round = 0; round < 3; round++) {
        Path file = folder.resolve("moving-" + round);
        from.backups.backup(file);
        try (Instance fresh = new Instance(folder.resolve("fresh"), "first", "third")) {
          fresh.backups.restore(file);
          assertThat(fresh.rows("select (select sum(amount) from first.entry) + (select sum(amount) from third.\"order\") = 10000"))
              .as("what left one domain arrived in the other, seed " + seed).containsExactly("t|");
        }
      }
    } finally {
      stop.set(true);
      mover.join();
    }
  }

  @Test
  void anInstanceInUseIsNotTouched() {
    fill();
    Path file = folder.resolve("b");
    from.backups.backup(file);
    to.execute("insert into first.entry values (9, 'mine', 0)");
    List<List<String>> before = to.content();

    assertRefused(file, "empty instance", "first.entry");
    assertThat(to.content()).isEqualTo(before);
  }

  @Test
  void aFailureHalfwayLeavesNothing() {
    fill();
    Path file = folder.resolve("b");
    from.backups.backup(file);
    to.execute("alter table third.ledger add constraint no_debits check (amount > 0)");
    List<List<String>> before = to.content();

    assertRefused(file, "nothing was changed");
    assertThat(to.content()).isEqualTo(before);
    assertThat(to.rows("select count(*) from pg_class where relname = 'ledger_2026_12'")).containsExactly("0|");
  }

  @Test
  void aDamagedFileIsRefusedBeforeAnythingChanges() throws IOException {
    fill();
    Path good = folder.resolve("good");
    from.backups.backup(good);

    assertRefused(changed(good, "first/entry.copy", text -> text.replace("plain", "plaim")), "damaged", "first/entry.copy");
    assertRefused(changed(good, "first/entry.copy", text -> null), "damaged", "first/entry.copy");
    assertRefused(changed(good, Contents.ENTRY, text -> text.replace("\tentry\t3\t", "\tentry\t4\t")), "manifest is damaged", "checksum");
    assertRefused(changed(good, Contents.ENTRY, text -> null), "is no backup");
    Path cut = folder.resolve("cut");
    byte[] bytes = Files.readAllBytes(good);
    Files.write(cut, java.util.Arrays.copyOf(bytes, bytes.length / 2));
    assertRefused(cut, "damaged");
    assertRefused(folder.resolve("absent"), "there is no file");
    assertThat(to.rows("select * from first.entry")).isEmpty();
  }

  @Test
  void anotherVersionOrAnUnknownDomainIsRefused() {
    fill();
    Path file = folder.resolve("b");
    from.backups.backup(file);

    try (Instance smaller = new Instance(folder.resolve("smaller"), "first")) {
      assertThatThrownBy(() -> smaller.backups.restore(file)).hasMessageContaining("third").hasMessageContaining("install the feature");
    }
    to.execute("update third.schema_history set version = '7' where version = '1'");
    assertRefused(file, "version 1 in the backup", "version 7 here");
  }

  @Test
  void anExistingFileIsNotOverwritten() throws IOException {
    Path file = folder.resolve("precious");
    Files.writeString(file, "precious");

    assertThatThrownBy(() -> from.backups.backup(file)).isInstanceOf(DatabaseException.class).hasMessageContaining("exists");
    assertThat(file).hasContent("precious");
    assertThatThrownBy(() -> from.backups.backup(folder.resolve("no/such/folder"))).isInstanceOf(DatabaseException.class)
        .hasMessageContaining("there is no folder " + folder.resolve("no/such")).hasMessageNotContaining("Exception").hasMessageNotContaining(".part");
  }

  private static void key(Instance at, String name, String text) throws IOException {
    Files.createDirectories(at.keys);
    Files.writeString(at.keys.resolve(name), text);
  }

  private static Set<String> names(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
    }
  }

  @Test
  void theKeysOfWhatIsSealedGoBesideTheBackupAndComeBackWithIt() throws IOException {
    fill();
    key(from, "seal-20260101-ab.key", "first");
    key(from, "seal-20260201-cd.key", "second");
    key(from, "only.key", "theirs");
    key(from, "ssh_host.key", "another matter");
    key(from, "postgres.password", "another matter");
    key(to, "only.key", "ours");
    key(to, "ssh_host.key", "ours");
    Path file = folder.resolve("b");

    from.backups.backup(file);
    to.backups.restore(file);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(file + ".keys")))).isEqualTo("rw-------");
    assertThat(names(to.keys)).containsExactlyInAnyOrder("seal-20260101-ab.key", "seal-20260201-cd.key", "only.key", "only.key.before-restore", "ssh_host.key");
    assertThat(to.keys.resolve("seal-20260201-cd.key")).hasContent("second");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(to.keys.resolve("seal-20260201-cd.key")))).isEqualTo("rw-------");
    assertThat(to.keys.resolve("only.key")).hasContent("theirs");
    assertThat(to.keys.resolve("only.key.before-restore")).hasContent("ours");
    assertThat(to.keys.resolve("ssh_host.key")).hasContent("ours");
  }

  @Test
  void aRestoreThatIsRefusedLeavesTheKeysAsTheyWere() throws IOException {
    fill();
    key(from, "only.key", "theirs");
    key(to, "only.key", "ours");
    Path file = folder.resolve("b");
    from.backups.backup(file);
    byte[] good = Files.readAllBytes(Path.of(file + ".keys"));

    Files.write(Path.of(file + ".keys"), java.util.Arrays.copyOf(good, good.length - 30));
    assertRefused(file, "nothing was changed", file + ".keys is damaged");
    assertThat(to.rows("select * from first.entry")).isEmpty();

    Files.write(Path.of(file + ".keys"), good);
    // Found at the commit only, when the keys are there already.
    to.execute("alter table first.entry add constraint one_each unique (amount) deferrable initially deferred");
    from.execute("update first.entry set amount = 1");
    Files.delete(file);
    Files.delete(Path.of(file + ".keys"));
    from.backups.backup(file);
    assertRefused(file, "nothing was changed");
    assertThat(names(to.keys)).containsExactly("only.key");
    assertThat(to.keys.resolve("only.key")).hasContent("ours");
    assertThat(to.restored).isZero();
  }

  @Test
  void withoutItsKeysABackupComesBackAllTheSame() throws IOException {
    fill();
    key(from, "only.key", "theirs");
    Path file = folder.resolve("b");
    from.backups.backup(file);
    Files.delete(Path.of(file + ".keys"));

    to.backups.restore(file);

    assertThat(to.content()).isEqualTo(from.content());
    assertThat(to.keys).satisfiesAnyOf(keys -> assertThat(keys).doesNotExist(), keys -> assertThat(keys).isEmptyDirectory());
  }

  @Test
  void oldKeysAreNotOverwritten() throws IOException {
    Path file = folder.resolve("b");
    Files.writeString(Path.of(file + ".keys"), "precious");

    assertThatThrownBy(() -> from.backups.backup(file)).isInstanceOf(DatabaseException.class).hasMessageContaining("b.keys exists");
    assertThat(file).doesNotExist();
  }

  private void assertRefused(Path file, String... words) {
    assertThatThrownBy(() -> to.backups.restore(file)).isInstanceOfSatisfying(DatabaseException.class, refused -> {
      assertThat(refused.kind()).isEqualTo(Kind.BACKUP);
      assertThat(refused).hasMessageContainingAll(words);
    });
  }

  /** A copy in which one entry is another, or missing. */
  private Path changed(Path good, String name, UnaryOperator<String> change) throws IOException {
    Path bad = Files.createTempFile(folder, "bad", "");
    try (ZipFile zip = new ZipFile(good.toFile()); OutputStream file = Files.newOutputStream(bad); ZipOutputStream out = new ZipOutputStream(file)) {
      for (ZipEntry entry : zip.stream().toList()) {
        try (InputStream in = zip.getInputStream(entry)) {
          String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
          String now = entry.getName().equals(name) ? change.apply(text) : text;
          assertThat(entry.getName().equals(name) && text.equals(now)).as("nothing was changed in " + name).isFalse();
          if (now != null) {
            out.putNextEntry(new ZipEntry(entry.getName()));
            out.write(now.getBytes(StandardCharsets.UTF_8));
            out.closeEntry();
          }
        }
      }
    }
    return bad;
  }
}
