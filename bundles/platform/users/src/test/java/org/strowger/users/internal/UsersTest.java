package org.strowger.users.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.Principal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Hashtable;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import javax.security.auth.Subject;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.AppConfigurationEntry.LoginModuleControlFlag;
import javax.security.auth.login.FailedLoginException;
import javax.security.auth.login.LoginException;
import org.apache.felix.framework.FrameworkFactory;
import org.apache.karaf.jaas.config.JaasRealm;
import org.apache.karaf.jaas.modules.Encryption;
import org.apache.karaf.jaas.modules.EncryptionService;
import org.apache.karaf.jaas.modules.properties.AutoEncryptionSupport;
import org.apache.karaf.jaas.modules.properties.PropertiesLoginModule;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.framework.launch.Framework;
import org.strowger.kernel.Unavailable;
import org.strowger.passwords.Passwords;
import org.strowger.testkit.Waiting;

/** With Karaf's own login module, hashing thread and engine over a file as the distribution ships it. */
class UsersTest {

  private static final String GENERATED = "cPw3rT7yKq9ZxVbNm2HgFd4";

  @TempDir Path folder;
  private final Passwords passwords = new Passwords();
  private final Map<String, Object> options = new HashMap<>();
  private Framework framework;
  private int ranking;
  private Path file;

  @BeforeEach
  void start() throws Exception {
    framework = new FrameworkFactory().newFramework(Map.of("org.osgi.framework.storage", folder.resolve("cache").toString()));
    framework.start();
    hashWith(new SwitchEncryption(passwords));
    file = Files.writeString(folder.resolve("users.properties"), """
        # kept
        admin = {CRYPT}%s{CRYPT},_g_:admingroup
        old = {CRYPT}%s{CRYPT},_g_:viewergroup
        typed = Just-typed 1,_g_:viewergroup
        _g_\\:admingroup = group,admin,manager,viewer,systembundles,ssh
        _g_\\:viewergroup = group,viewer,ssh
        """.formatted(Passwords.hashGenerated(GENERATED), sha256("older than salt").toUpperCase(Locale.ROOT)));
    options.putAll(Map.of(BundleContext.class.getName(), framework.getBundleContext(), "users", file.toString(), "encryption.enabled", "true", "encryption.name", "strowger",
        "encryption.prefix", "{CRYPT}$", "encryption.suffix", "{CRYPT}", "encryption.algorithm", "SHA-256", "encryption.encoding", "hexadecimal"));
  }

  @AfterEach
  void stop() throws Exception {
    framework.stop();
    framework.waitForStop(10_000);
  }

  private void hashWith(EncryptionService service) {
    var properties = new Hashtable<String, Object>();
    properties.put("name", SwitchEncryption.NAME);
    properties.put("service.ranking", ++ranking);
    framework.getBundleContext().registerService(EncryptionService.class, service, properties);
  }

  private static Encryption comparing(BiPredicate<String, String> comparison) {
    return new Encryption() {
      @Override
      public String encryptPassword(String plain) {
        throw new AssertionError("a login hashes nothing that is kept");
      }

      @Override
      public boolean checkPassword(String given, String kept) {
        return comparison.test(given, kept);
      }
    };
  }

  @Test
  void theStartHashesWhatIsTypedAndWhatEarlierReleasesHashedWithoutSalt() throws Exception {
    String admin = line("admin");
    hashAll();
    assertThat(Files.readString(file)).startsWith("# kept").doesNotContain("Just-typed").doesNotContainIgnoringCase(sha256("older than salt"));
    assertThat(line("typed")).matches("typed = \\{CRYPT\\}\\$argon2id\\$v=19\\$m=19456;t=2;p=1\\$[^$]{22}\\$[^$]{43}\\{CRYPT\\},_g_:viewergroup");
    assertThat(line("old")).matches("old = \\{CRYPT\\}\\$sha256\\$argon2id\\$v=19\\$m=19456;t=2;p=1\\$[^$]{22}\\$[^$]{43}\\{CRYPT\\},_g_:viewergroup");
    assertThat(line("admin")).isEqualTo(admin);

    assertThat(roles("typed", "Just-typed 1")).contains("viewer", "ssh");
    assertThat(roles("old", "older than salt")).contains("viewer");
    assertThat(roles("admin", GENERATED)).contains("admin");
    for (String name : new String[] {"typed", "old", "admin", "nobody", "_g_:admingroup"}) {
      assertThatThrownBy(() -> roles(name, "wrong")).as(name).isInstanceOf(FailedLoginException.class).hasMessage("login failed");
    }
    assertThatThrownBy(() -> roles("old", sha256("older than salt").toUpperCase(Locale.ROOT))).as("who read the old file").isInstanceOf(FailedLoginException.class);

    String once = Files.readString(file);
    hashAll();
    assertThat(Files.readString(file)).as("hashed once").isEqualTo(once);
  }

  /** A file that is not ours to write, or a moment after the start. */
  @Test
  void whatEarlierReleasesWroteWorksBeforeItIsHashedAnew() throws Exception {
    assertThat(roles("old", "older than salt")).contains("viewer");
    assertThatThrownBy(() -> roles("old", "older than malt")).isInstanceOf(FailedLoginException.class);
    options.put("encryption.prefix", "{CRYPT}");
    assertThat(roles("old", "older than salt")).as("by an operator's own settings").contains("viewer");
    assertThat(roles("admin", GENERATED)).contains("admin");
  }

  @Test
  void whatIsTypedAdmitsNobodyBeforeItIsHashed() throws Exception {
    Files.writeString(file, "short = abc,admin\nlong = 0123456789abcdef0123456789abcdef,admin\nempty = ,admin\n");
    for (String name : new String[] {"short", "long", "empty"}) {
      assertThatThrownBy(() -> roles(name, line(name).replaceAll(".* = |,.*", ""))).as(name).isInstanceOf(FailedLoginException.class);
    }
    options.put("encryption.enabled", "false");
    assertThat(roles("short", "abc")).as("by an operator who wants no hashes").contains("admin");
  }

  /** Of whoever is refused something was compared, and that with a slow hash: {@code PasswordsTest} has the kinds. */
  @Test
  void aStrangerIsComparedToo() {
    var asked = new ArrayList<String>();
    hashWith(parameters -> comparing((given, kept) -> {
      asked.add(kept);
      return passwords.admits(given, kept);
    }));
    assertThatThrownBy(() -> roles("admin", "wrong")).isInstanceOf(FailedLoginException.class);
    assertThat(asked).hasSize(1);
    assertThatThrownBy(() -> roles("stranger", "wrong")).isInstanceOf(FailedLoginException.class);
    assertThat(asked).hasSize(2).element(1).isEqualTo("nobody");
    assertThatThrownBy(() -> roles("_g_:admingroup", "wrong")).isInstanceOf(FailedLoginException.class);
    assertThat(asked).hasSize(3);
  }

  @Test
  void whoCouldNotBeComparedIsNotToldThatHeIsWrong() {
    hashWith(parameters -> comparing((given, kept) -> {
      throw new Unavailable("password hashing");
    }));
    for (String name : new String[] {"admin", "stranger"}) {
      assertThatThrownBy(() -> roles(name, GENERATED)).as(name).isExactlyInstanceOf(LoginException.class).hasCauseInstanceOf(Unavailable.class);
    }
  }

  @Test
  void usersAreChangedInTheSameFile() throws Exception {
    var engines = new SwitchEngines();
    assertThat(engines.getModuleClass()).isEqualTo(SwitchLogin.class.getName());
    var engine = engines.build(options);
    engine.addUser("ann", "chosen by jaas:user-add");
    engine.addUser("bob", "{CRYPT}" + Passwords.hashGenerated(GENERATED) + "{CRYPT}");
    engine.addRole("ann", "viewer");
    engine.addRole("bob", "viewer");
    assertThat(line("ann")).startsWith("ann = {CRYPT}$argon2id$");
    assertThat(line("bob")).startsWith("bob = {CRYPT}$sha256-generated$");
    assertThat(roles("ann", "chosen by jaas:user-add")).contains("viewer");
    assertThat(roles("bob", GENERATED)).contains("viewer");
  }

  @Test
  void standsBeforeTheRealmThatWouldCount() {
    var ours = new UsersRealm(framework.getBundleContext());
    assertThat(ours.getName()).isEqualTo("karaf");
    assertThat(ours.getEntries()).isEmpty();
    assertThat(ours.getRank()).isEqualTo(Integer.MIN_VALUE);

    var module = Map.of("org.apache.karaf.jaas.module", PropertiesLoginModule.class.getName(), "org.apache.karaf.jaas.bundle", "17", "users", file.toString());
    var keys = entry(Map.of("org.apache.karaf.jaas.module", "org.apache.karaf.jaas.modules.publickey.PublickeyLoginModule", "users", "keys"));
    JaasRealm karafs = realm("karaf", 0, entry(module), keys);
    ours.addRealm(realm("other", 1000, keys));
    ours.addRealm(karafs);
    assertThat(ours.getRank()).isEqualTo(1);
    assertThat(ours.getEntries()).hasSize(2);
    assertThat(ours.getEntries()[1]).isSameAs(keys);
    AppConfigurationEntry even = ours.getEntries()[0];
    assertThat(even.getOptions()).asInstanceOf(InstanceOfAssertFactories.MAP).containsEntry("org.apache.karaf.jaas.module", SwitchLogin.class.getName())
        .containsEntry("org.apache.karaf.jaas.bundle", "0").containsEntry("users", file.toString());
    assertThat(even.getControlFlag()).isEqualTo(LoginModuleControlFlag.OPTIONAL);
    assertThat(even.getLoginModuleName()).isEqualTo("proxy");

    var directory = entry(Map.of("org.apache.karaf.jaas.module", "org.apache.karaf.jaas.modules.ldap.LDAPLoginModule"));
    JaasRealm ldap = realm("karaf", 100, directory);
    ours.addRealm(ldap);
    assertThat(ours.getRank()).isEqualTo(101);
    assertThat(ours.getEntries()).containsExactly(directory);
    ours.removeRealm(ldap);
    ours.removeRealm(karafs);
    assertThat(ours.getEntries()).isEmpty();
  }

  private static AppConfigurationEntry entry(Map<String, ?> options) {
    return new AppConfigurationEntry("proxy", LoginModuleControlFlag.OPTIONAL, options);
  }

  private static JaasRealm realm(String name, int rank, AppConfigurationEntry... entries) {
    return new JaasRealm() {
      @Override
      public String getName() {
        return name;
      }

      @Override
      public int getRank() {
        return rank;
      }

      @Override
      public AppConfigurationEntry[] getEntries() {
        return entries;
      }
    };
  }

  private void hashAll() {
    var thread = new AutoEncryptionSupport(options);
    try {
      Waiting.until("all are hashed", this::allAreHashed);
    } finally {
      thread.close();
    }
  }

  private boolean allAreHashed() {
    try {
      return Files.readAllLines(file).stream().filter(line -> line.matches("[a-z]+ = .*")).allMatch(line -> line.contains(" = {CRYPT}$"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String line(String name) throws Exception {
    return Files.readAllLines(file).stream().filter(line -> line.startsWith(name + " ")).findFirst().orElseThrow();
  }

  /** Names of what a login gives. */
  private Set<String> roles(String name, String password) throws LoginException {
    var subject = new Subject();
    var login = new SwitchLogin();
    login.initialize(subject, callbacks -> {
      for (Callback callback : callbacks) {
        if (callback instanceof NameCallback asksName) {
          asksName.setName(name);
        } else if (callback instanceof PasswordCallback asksPassword) {
          asksPassword.setPassword(password.toCharArray());
        }
      }
    }, Map.of(), options);
    assertThat(login.login()).isTrue();
    assertThat(login.commit()).isTrue();
    return subject.getPrincipals().stream().map(Principal::getName).collect(Collectors.toSet());
  }

  private static String sha256(String text) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
  }
}
