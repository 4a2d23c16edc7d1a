package org.strowger.rest.internal.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.Map;
import javax.security.auth.Subject;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.CallbackHandler;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.AppConfigurationEntry.LoginModuleControlFlag;
import javax.security.auth.login.Configuration;
import javax.security.auth.login.FailedLoginException;
import javax.security.auth.login.LoginException;
import javax.security.auth.spi.LoginModule;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.strowger.kernel.Unavailable;

class KarafRealmTest {

  @TempDir Path folder;
  private final KarafRealm realm = new KarafRealm();
  private final Map<String, AppConfigurationEntry[]> realms = new HashMap<>();
  private Configuration before;
  private Path file;

  @BeforeEach
  void aRealm() throws Exception {
    try {
      before = Configuration.getConfiguration();
    } catch (SecurityException none) {
      before = null;
    }
    file = Files.writeString(folder.resolve("users.properties"), "ann = one,admin\n");
    realms.put("karaf", new AppConfigurationEntry[] {entry(Map.of("users", file.toString())), entry(Map.of()), entry(Map.of("users", folder.resolve("keys").toString()))});
    Configuration.setConfiguration(new Configuration() {
      @Override
      public AppConfigurationEntry[] getAppConfigurationEntry(String name) {
        return realms.get(name);
      }
    });
  }

  @AfterEach
  void asItWas() {
    Configuration.setConfiguration(before);
  }

  private static AppConfigurationEntry entry(Map<String, ?> options) {
    return new AppConfigurationEntry(Answering.class.getName(), LoginModuleControlFlag.OPTIONAL, options);
  }

  @Test
  void everyChangeOfAFileIsAnotherEdition() throws Exception {
    Object first = realm.edition();
    assertThat(realm.edition()).isEqualTo(first);
    Files.setLastModifiedTime(file, FileTime.fromMillis(0));
    Object second = realm.edition();
    assertThat(second).isNotEqualTo(first);
    Path other = Files.copy(file, folder.resolve("other"), StandardCopyOption.COPY_ATTRIBUTES);
    Files.move(other, file, StandardCopyOption.ATOMIC_MOVE);
    Object third = realm.edition();
    assertThat(third).as("of the same time and length").isNotEqualTo(second);
    Files.writeString(folder.resolve("keys"), "");
    assertThat(realm.edition()).isNotEqualTo(third);
    Files.delete(folder.resolve("keys"));
    assertThat(realm.edition()).isEqualTo(third);
    realms.clear();
    assertThat(realm.edition()).as("without a realm").isEqualTo(realm.edition()).isNotEqualTo(third);
  }

  @Test
  void whoIsNotComparedIsNotRefused() {
    assertThat(realm.roles("wrong", new char[0])).isEmpty();
    assertThatThrownBy(() -> realm.roles("busy", new char[0])).isInstanceOf(Unavailable.class);
  }

  /** Refuses, one name for want of time. */
  public static final class Answering implements LoginModule {

    private CallbackHandler handler;

    @Override
    public void initialize(Subject subject, CallbackHandler handler, Map<String, ?> shared, Map<String, ?> options) {
      this.handler = handler;
    }

    @Override
    public boolean login() throws LoginException {
      var name = new NameCallback("name");
      try {
        handler.handle(new Callback[] {name});
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
      if (!name.getName().equals("busy")) {
        throw new FailedLoginException("login failed");
      }
      var busy = new LoginException("later");
      busy.initCause(new Unavailable("password hashing"));
      throw busy;
    }

    @Override
    public boolean commit() {
      return false;
    }

    @Override
    public boolean abort() {
      return false;
    }

    @Override
    public boolean logout() {
      return false;
    }
  }
}
