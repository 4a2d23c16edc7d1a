package org.strowger.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.AppConfigurationEntry.LoginModuleControlFlag;
import org.apache.karaf.jaas.config.JaasRealm;
import org.apache.karaf.jaas.modules.BackingEngineFactory;
import org.apache.karaf.jaas.modules.Encryption;
import org.apache.karaf.jaas.modules.EncryptionService;
import org.apache.karaf.jaas.modules.properties.PropertiesBackingEngineFactory;
import org.apache.karaf.jaas.modules.properties.PropertiesLoginModule;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.BundleContext;
import org.strowger.kernel.Health;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.Unavailable;
import org.strowger.passwords.Passwords;
import org.strowger.rest.api.Role;
import org.strowger.testkit.Waiting;

/** With Karaf's own engine over a file as the distribution ships it. */
class UsersTest {

  @TempDir Path folder;
  private Path file;
  private Fixture fixture;
  private Users users;
  private Map<String, Object> encryption = Map.of("encryption.enabled", "false");

  @BeforeEach
  void start() throws Exception {
    file = Files.writeString(folder.resolve("users.properties"), """
        # kept
        admin = first,_g_:admingroup
        _g_\\:admingroup = group,admin,manager,viewer,systembundles,ssh
        _g_\\:viewergroup = group,viewer,ssh
        """);
    fixture = new Fixture(folder.resolve("cache"));
    users = new Users(new Services(fixture.context()));
    fixture.register(BackingEngineFactory.class, new PropertiesBackingEngineFactory());
    fixture.register(JaasRealm.class, realm("karaf", PropertiesLoginModule.class.getName()));
  }

  @AfterEach
  void stop() throws Exception {
    fixture.close();
  }

  @Test
  void listsWhoMayLogIn() {
    assertThat(users.list()).singleElement().satisfies(user -> {
      assertThat(user.name()).isEqualTo("admin");
      assertThat(user.role()).isEqualTo(Role.ADMIN);
      assertThat(user.roles()).contains("admin", "ssh", "viewer");
    });
  }

  @Test
  void makesAUserWithAPasswordOfItsOwn() throws Exception {
    String password = users.create("ann", Role.READ_ONLY);
    assertThat(password).hasSize(20).isNotEqualTo(users.create("bob", Role.ADMIN));
    assertThat(users.list()).extracting(Users.User::name, Users.User::role).containsExactly(
        org.assertj.core.groups.Tuple.tuple("admin", Role.ADMIN), org.assertj.core.groups.Tuple.tuple("ann", Role.READ_ONLY),
        org.assertj.core.groups.Tuple.tuple("bob", Role.ADMIN));
    assertThat(Files.readString(file)).contains("# kept").contains(password);
    assertThat(users.list().get(1).roles()).containsExactly("ssh", "viewer");
  }

  @Test
  void makesNoTwoOfOneName() {
    assertThatThrownBy(() -> users.create("admin", Role.READ_ONLY)).isInstanceOf(StrowgerException.class).hasMessageContaining("'admin' is taken");
    assertThat(users.list()).singleElement().extracting(Users.User::role).isEqualTo(Role.ADMIN);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "_g_:admingroup", "a b", "a,admin", "a=b", ".hidden", "a:b"})
  void refusesNamesThatWouldBeMore(String name) {
    assertThatThrownBy(() -> users.create(name, Role.READ_ONLY)).isInstanceOf(InvalidInput.class).hasMessageContaining("name");
  }

  @Test
  void changesARoleBothWays() {
    users.create("ann", Role.READ_ONLY);
    users.changeRole("ann", Role.ADMIN);
    assertThat(users.list().get(1).role()).isEqualTo(Role.ADMIN);
    users.changeRole("ann", Role.READ_ONLY);
    assertThat(users.list().get(1).roles()).containsExactly("ssh", "viewer");
  }

  @Test
  void givesANewPasswordAndKeepsTheRole() throws Exception {
    String first = users.create("ann", Role.READ_ONLY);
    String second = users.renewPassword("ann");
    assertThat(Files.readString(file)).contains(second).doesNotContain(first);
    assertThat(users.list().get(1).role()).isEqualTo(Role.READ_ONLY);
  }

  @Test
  void keepsTheLastAdministrator() {
    assertThatThrownBy(() -> users.delete("admin")).isInstanceOf(StrowgerException.class).hasMessageContaining("last administrator");
    assertThatThrownBy(() -> users.changeRole("admin", Role.READ_ONLY)).isInstanceOf(StrowgerException.class).hasMessageContaining("last administrator");
    users.create("bob", Role.ADMIN);
    users.delete("admin");
    assertThat(users.list()).extracting(Users.User::name).containsExactly("bob");
    assertThatThrownBy(() -> users.delete("admin")).isInstanceOf(StrowgerException.class).hasMessageContaining("no user 'admin'");
  }

  @Test
  void givesRolesThoughTheGroupsAreGone() throws Exception {
    Files.writeString(file, "admin = first,admin,ssh\n");
    users.create("ann", Role.READ_ONLY);
    assertThat(users.list().get(1).roles()).contains("ssh", "viewer");
  }

  /** Logins read the file and Karaf's hashing thread reads and writes it while users are made: none of them finds half a file. */
  @Test
  void whoReadsMeanwhileFindsEveryoneWhoWasThere() throws Exception {
    var first = new CountDownLatch(1);
    var stop = new AtomicBoolean();
    var torn = new AtomicReference<String>();
    var reader = new Thread(() -> {
      while (!stop.get()) {
        try {
          String found = Files.readString(file);
          if (!found.contains("admin = first,_g_:admingroup\n") || !found.endsWith("\n")) {
            torn.set(found);
          }
        } catch (IOException e) {
          torn.set(e.toString());
        }
        first.countDown();
      }
    });
    reader.start();
    var makers = new ArrayList<Thread>();
    try {
      assertThat(first.await(10, TimeUnit.SECONDS)).isTrue();
      for (int maker = 0; maker < 2; maker++) {
        String name = "user" + maker + "-";
        makers.add(new Thread(() -> IntStream.range(0, 50).forEach(i -> users.create(name + i, Role.READ_ONLY))));
      }
      makers.forEach(Thread::start);
      for (Thread maker : makers) {
        maker.join(30_000);
      }
    } finally {
      stop.set(true);
      reader.join(10_000);
    }
    assertThat(torn.get()).isNull();
    assertThat(users.list()).hasSize(101);
    assertThat(folder.toFile().list((in, name) -> name.startsWith(".users"))).isEmpty();
  }

  /** What another wrote while a user was made stays: as Karaf does, which hashes what an operator typed into the file. */
  @Test
  void takesWhatOthersWroteMeanwhile() throws Exception {
    var another = new AtomicBoolean();
    var engines = new PropertiesBackingEngineFactory();
    var options = Map.of("users", file.toString());
    String made = new UserFile(engines, options, file).change(engine -> {
      engine.addUser("ann", "secret");
      if (another.compareAndSet(false, true)) {
        engines.build(options).addUser("bob", "other");
      }
      return "ann";
    });
    assertThat(made).isEqualTo("ann");
    assertThat(users.list()).extracting(Users.User::name).containsExactly("admin", "ann", "bob");
  }

  @Test
  void leavesTheFileAsItWasWhenTheWorkFails() throws Exception {
    String before = Files.readString(file);
    assertThatThrownBy(() -> new UserFile(new PropertiesBackingEngineFactory(), Map.of("users", file.toString()), file).change(engine -> {
      engine.addUser("ann", "secret");
      throw new IllegalStateException("no");
    })).hasMessage("no");
    assertThat(Files.readString(file)).isEqualTo(before);
    assertThat(folder.toFile().list((in, name) -> name.startsWith(".users"))).isEmpty();
  }

  @Test
  void keepsTheFileForItsOwnerOnly() throws Exception {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    users.create("ann", Role.READ_ONLY);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
  }

  @Test
  void keepsAGroupWhoseLastMemberGoes() throws Exception {
    Files.writeString(file, Files.readString(file).replace("group,viewer,ssh", "group,viewer,ssh,reports"));
    users.create("ann", Role.READ_ONLY);
    users.changeRole("ann", Role.ADMIN);
    users.changeRole("ann", Role.READ_ONLY);
    users.delete("ann");
    users.create("bob", Role.READ_ONLY);
    assertThat(users.list().get(1).roles()).containsExactly("reports", "ssh", "viewer");
  }

  @Test
  void saysThatUsersAreKeptElsewhere() {
    fixture.register(JaasRealm.class, new JaasRealm() {
      @Override
      public String getName() {
        return "karaf";
      }

      @Override
      public int getRank() {
        return 100;
      }

      @Override
      public AppConfigurationEntry[] getEntries() {
        return new AppConfigurationEntry[] {entry("org.example.Ldap")};
      }
    });
    assertThatThrownBy(() -> users.create("ann", Role.ADMIN)).isInstanceOf(StrowgerException.class).hasMessageContaining("outside of the switch");
  }

  @Test
  void saysThatThereIsNoRealm() throws Exception {
    try (var empty = new Fixture(folder.resolve("other"))) {
      assertThatThrownBy(() -> new Users(new Services(empty.context())).list()).isInstanceOf(Unavailable.class);
    }
  }

  @Test
  void knowsTwoRoles() {
    assertThat(Users.role("Admin")).isEqualTo(Role.ADMIN);
    assertThat(Users.role("read-only")).isEqualTo(Role.READ_ONLY);
    assertThatThrownBy(() -> Users.role("king")).isInstanceOf(InvalidInput.class).hasMessageContaining("'king': is admin or viewer");
  }

  private JaasRealm realm(String name, String module) {
    return new JaasRealm() {
      @Override
      public String getName() {
        return name;
      }

      @Override
      public int getRank() {
        return 0;
      }

      @Override
      public AppConfigurationEntry[] getEntries() {
        return new AppConfigurationEntry[] {entry(module), entry("org.apache.karaf.jaas.modules.publickey.PublickeyLoginModule")};
      }
    };
  }

  private AppConfigurationEntry entry(String module) {
    var options = new HashMap<String, Object>(encryption);
    options.putAll(Map.of("org.apache.karaf.jaas.module", module, "users", file.toString(), BundleContext.class.getName(), fixture.context()));
    return new AppConfigurationEntry("org.apache.karaf.jaas.boot.ProxyLoginModule", LoginModuleControlFlag.OPTIONAL, options);
  }

  /** As the distribution says it; Karaf's thread is not there. */
  private void hashed() {
    encryption = Map.of("encryption.enabled", "true", "encryption.name", "strowger", "encryption.prefix", "{CRYPT}$", "encryption.suffix", "{CRYPT}");
    var properties = new Hashtable<String, Object>();
    properties.put("name", "strowger");
    fixture.context().registerService(EncryptionService.class, parameters -> new Encryption() {
      @Override
      public String encryptPassword(String plain) {
        return "chosen$" + new StringBuilder(plain).reverse();
      }

      @Override
      public boolean checkPassword(String given, String kept) {
        return false;
      }
    }, properties);
  }

  @Test
  void marksWhatItMadeAsGenerated() throws Exception {
    hashed();
    Files.writeString(file, Files.readString(file).replace("admin = first,", "admin = {CRYPT}$chosen$tsrif{CRYPT},"));
    String first = users.create("ann", Role.READ_ONLY);
    String second = users.renewPassword("admin");
    assertThat(users.list()).extracting(Users.User::name, Users.User::role).containsExactly(
        org.assertj.core.groups.Tuple.tuple("admin", Role.ADMIN), org.assertj.core.groups.Tuple.tuple("ann", Role.READ_ONLY));
    assertThat(Files.readString(file)).doesNotContain(first, second, "tsrif");
    assertThat(kept("ann")).satisfies(hash -> assertThat(Passwords.isGenerated(hash)).isTrue()).satisfies(hash -> assertThat(new Passwords().matches(first, hash)).isTrue());
    assertThat(kept("admin")).satisfies(hash -> assertThat(Passwords.isGenerated(hash)).isTrue()).satisfies(hash -> assertThat(new Passwords().matches(second, hash)).isTrue());
  }

  private String kept(String name) throws IOException {
    return Files.readAllLines(file).stream().filter(line -> line.startsWith(name + " = {CRYPT}")).findFirst().orElseThrow().split("\\{CRYPT\\}")[1];
  }

  /** Another who hashes gets what we write as a password, as an engine of his may do what he likes with it. */
  @Test
  void leavesHashingToWhomTheOperatorNamed() {
    var options = Map.of("encryption.enabled", "true", "encryption.name", "spring-security-crypto", "encryption.prefix", "{CRYPT}");
    assertThat(new KeptPasswords(options).generated("secret")).isEqualTo("secret");
    assertThat(new KeptPasswords(options).areWeak()).isFalse();
    assertThat(new KeptPasswords(Map.of("encryption.enabled", "true", "encryption.name", "basic")).areWeak()).isTrue();
    assertThat(new KeptPasswords(Map.of("encryption.enabled", "false", "encryption.name", "strowger")).areWeak()).isTrue();
    assertThat(new KeptPasswords(Map.of("encryption.enabled", "true", "encryption.name", "strowger", "encryption.prefix", "{CRYPT}", "encryption.suffix", "{CRYPT}")).generated("secret"))
        .startsWith("{CRYPT}$sha256-generated$").endsWith("{CRYPT}");
  }

  /** Karaf's thread has read the file and hashes, slowly; then it writes what it read, with the hashes. */
  @Test
  void waitsForWhoIsHashingThatFile() throws Exception {
    hashed();
    String typed = Files.readString(file);
    var making = new Thread(() -> users.create("ann", Role.READ_ONLY));
    making.start();
    Waiting.until("who makes a user waits", () -> making.getState() == Thread.State.TIMED_WAITING);
    Files.writeString(file, typed.replace("admin = first,", "admin = {CRYPT}$chosen$tsrif{CRYPT},"));
    making.join(10_000);
    assertThat(making.isAlive()).isFalse();
    assertThat(Files.readString(file)).contains("admin = {CRYPT}$chosen$tsrif{CRYPT},", "ann = {CRYPT}$sha256-generated$");
  }

  @Test
  void healthSaysWhetherSomebodyMayAdminister() throws Exception {
    var health = new UserHealth(users);
    assertThat(health.name()).isEqualTo("shell");
    assertThat(health.health().state()).isEqualTo(Health.State.DEGRADED);
    assertThat(health.health().detail()).contains("1 users, 1 of them administrators", "encryption.name = strowger");
    hashed();
    assertThat(health.health()).isEqualTo(Health.ok("1 users, 1 of them administrators"));
    try (var nobody = new Fixture(folder.resolve("other"))) {
      assertThat(new UserHealth(new Users(new Services(nobody.context()))).health().state()).isEqualTo(Health.State.DOWN);
    }
  }
}
