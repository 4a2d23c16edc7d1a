package org.strowger.web.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.util.Hashtable;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.strowger.kernel.Health;
import org.strowger.testkit.Waiting;

class TlsGuardTest {

  private static final String PASSWORD = "correct-horse";
  private static final String STORE = "org.ops4j.pax.web.ssl.keystore";
  private static final String KEY_PASSWORD = "org.ops4j.pax.web.ssl.key.password";
  @TempDir private static Path made;

  @TempDir private Path folder;
  private final AtomicInteger delivered = new AtomicInteger();

  @BeforeAll
  static void aKeyStoreThatTheOperatorMade() throws Exception {
    Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin/keytool").toString(), "-genkeypair", "-alias", "https", "-keyalg", "EC", "-dname", "CN=switch",
        "-storetype", "PKCS12", "-keystore", made.resolve("https.p12").toString(), "-storepass", PASSWORD).redirectErrorStream(true)
        .redirectOutput(made.resolve("said").toFile()).start();
    assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(keytool.exitValue()).as(Files.readString(made.resolve("said"))).isZero();
  }

  private static Path good() {
    return made.resolve("https.p12");
  }

  private static Hashtable<String, Object> settings(Path store, String password) {
    return new Hashtable<>(Map.of(KeyStores.HTTP, "false", KeyStores.HTTPS, "true", "org.osgi.service.http.port.secure", "8443", STORE, store.toString(), STORE + ".type", "PKCS12",
        STORE + ".password", password, KEY_PASSWORD, password));
  }

  private TlsGuard guard() {
    return new TlsGuard(Optional.of(folder), delivered::incrementAndGet);
  }

  private void assertRefused(Hashtable<String, Object> settings, String... words) {
    try (TlsGuard guard = guard()) {
      guard.modifyConfiguration(null, settings);
      assertThat(settings).containsEntry(KeyStores.HTTPS, "false").containsEntry(KeyStores.HTTP, "false");
      assertThat(guard.health().state()).isEqualTo(Health.State.DEGRADED);
      assertThat(guard.health().detail()).contains(words).doesNotContain("-horse");
    }
  }

  @Test
  void aKeyStoreThatOpensIsHandedOver() {
    try (TlsGuard guard = guard()) {
      Hashtable<String, Object> settings = settings(good(), PASSWORD);
      guard.modifyConfiguration(null, settings);
      assertThat(settings).isEqualTo(settings(good(), PASSWORD));
      assertThat(guard.health().state()).isEqualTo(Health.State.OK);

      Hashtable<String, Object> ownPassword = settings(good(), PASSWORD);
      ownPassword.remove(KEY_PASSWORD);
      guard.modifyConfiguration(null, ownPassword);
      assertThat(ownPassword).as("the key has the store's password").containsEntry(KeyStores.HTTPS, "true");
    }
  }

  @Test
  void whoServesPlainHttpNeedsNoKeyStore() {
    try (TlsGuard guard = guard()) {
      Hashtable<String, Object> settings = settings(folder.resolve("none.p12"), "wrong-horse");
      settings.put(KeyStores.HTTPS, "false");
      settings.put(KeyStores.HTTP, "true");
      guard.modifyConfiguration(null, settings);
      assertThat(settings).containsEntry(KeyStores.HTTP, "true");
      assertThat(guard.health().state()).isEqualTo(Health.State.OK);
    }
  }

  @Test
  void eachFaultIsNamedWithItsFieldAndNoPassword() throws Exception {
    assertRefused(settings(folder.resolve("none.p12"), PASSWORD), STORE + ":", "none.p12 is not there");
    assertRefused(settings(good(), "wrong-horse"), STORE + ".password", "does not open " + good());
    assertRefused(settings(good(), ""), STORE + ".password", "is empty");
    assertRefused(settings(good(), "$[secret:https-password]"), STORE + ".password", "$[secret:https-password]", "no such file in keys/");
    Path text = Files.writeString(folder.resolve("text.p12"), "no key store");
    assertRefused(settings(text, PASSWORD), STORE + ":", "text.p12 is no key store of type PKCS12");

    Hashtable<String, Object> type = settings(good(), PASSWORD);
    type.put(STORE + ".type", "NONSENSE");
    assertRefused(type, STORE + ".type 'NONSENSE'");
    Hashtable<String, Object> key = settings(good(), PASSWORD);
    key.put(KEY_PASSWORD, "wrong-horse");
    assertRefused(key, KEY_PASSWORD, "does not open the key");
    Hashtable<String, Object> unset = settings(good(), PASSWORD);
    unset.remove(STORE);
    assertRefused(unset, STORE + " is not set");
    Hashtable<String, Object> trust = settings(good(), PASSWORD);
    trust.put("org.ops4j.pax.web.ssl.truststore", folder.resolve("trust.p12").toString());
    assertRefused(trust, "org.ops4j.pax.web.ssl.truststore:", "trust.p12 is not there");

    KeyStore empty = KeyStore.getInstance("PKCS12");
    empty.load(null, null);
    Path keyless = folder.resolve("keyless.p12");
    try (OutputStream out = Files.newOutputStream(keyless)) {
      empty.store(out, PASSWORD.toCharArray());
    }
    assertRefused(settings(keyless, PASSWORD), "holds no private key");
  }

  @Test
  void whatJettyAloneCanReadIsLeftToIt() {
    try (TlsGuard guard = guard()) {
      Hashtable<String, Object> settings = settings(good(), "OBF:1v2j1uum1xtv");
      guard.modifyConfiguration(null, settings);
      assertThat(settings).containsEntry(KeyStores.HTTPS, "true");
    }
  }

  @Test
  void mendedFilesAreHandedOverWithoutAChangeOfTheSettings() throws Exception {
    Path store = folder.resolve("https.p12");
    try (TlsGuard guard = guard()) {
      guard.modifyConfiguration(null, settings(store, PASSWORD));
      Files.copy(good(), store, StandardCopyOption.REPLACE_EXISTING);
      Waiting.until("the settings are delivered again", () -> delivered.get() == 1);

      Hashtable<String, Object> again = settings(store, PASSWORD);
      guard.modifyConfiguration(null, again);
      assertThat(again).containsEntry(KeyStores.HTTPS, "true");
      assertThat(guard.health().state()).isEqualTo(Health.State.OK);
      Waiting.until("nobody looks any more", () -> Thread.getAllStackTraces().keySet().stream().noneMatch(thread -> thread.getName().equals("strowger-web-keys")));
      assertThat(delivered.get()).isEqualTo(1);
    }
  }

  @Test
  void anotherSecretIsEnough() throws Exception {
    try (TlsGuard guard = guard()) {
      guard.modifyConfiguration(null, settings(good(), "wrong-horse"));
      Files.writeString(folder.resolve("https-password"), PASSWORD);
      Waiting.until("the settings are delivered again", () -> delivered.get() == 1);
    }
  }
}
