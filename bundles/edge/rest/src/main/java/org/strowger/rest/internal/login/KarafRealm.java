package org.strowger.rest.internal.login;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.security.auth.Subject;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.Configuration;
import javax.security.auth.login.LoginContext;
import javax.security.auth.login.LoginException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.kernel.Unavailable;

/**
 * The JAAS realm {@code karaf}: the users of {@code etc/users.properties}, whom the shell knows too, or
 * whatever the operator put in its place (LDAP, …).
 */
final class KarafRealm implements Realm {

  private static final Logger LOG = LoggerFactory.getLogger(KarafRealm.class);
  private static final String REALM = "karaf";
  /** Option of Karaf's login modules: the path of the file. */
  private static final String FILE = "users";
  private static final String ROLE = "RolePrincipal";

  @Override
  public Optional<Set<String>> roles(String name, char[] password) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    // JAAS looks for Karaf's proxy module, which is on the class path of the framework.
    thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
    try {
      var subject = new Subject();
      var context = new LoginContext(REALM, subject, callbacks -> answer(callbacks, name, password));
      context.login();
      Set<String> roles = subject.getPrincipals().stream()
          .filter(principal -> principal.getClass().getSimpleName().equals(ROLE))
          .map(principal -> principal.getName())
          .collect(Collectors.toUnmodifiableSet());
      context.logout();
      return Optional.of(roles);
    } catch (LoginException e) {
      if (e.getCause() instanceof Unavailable busy) {
        throw busy;
      }
      LOG.debug("Login refused: {}", e.getMessage());
      return Optional.empty();
    } catch (SecurityException e) {
      // No such realm, or its configuration is broken: the operator must hear of it, the caller is refused.
      LOG.error("Realm {} can't be asked: {}", REALM, e.getMessage());
      return Optional.empty();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** Of each file that the realm's login modules name: which it is, when it was written, how long it is. */
  @Override
  public Object edition() {
    var files = new ArrayList<List<Object>>();
    try {
      AppConfigurationEntry[] entries = Configuration.getConfiguration().getAppConfigurationEntry(REALM);
      for (AppConfigurationEntry entry : entries == null ? new AppConfigurationEntry[0] : entries) {
        if (entry.getOptions().get(FILE) instanceof String file) {
          files.add(edition(Path.of(file)));
        }
      }
    } catch (SecurityException | InvalidPathException e) {
      LOG.debug("Realm {} can't be asked for its files: {}", REALM, e.getMessage());
    }
    return files;
  }

  private static List<Object> edition(Path file) {
    try {
      var now = Files.readAttributes(file, BasicFileAttributes.class);
      return List.of(file, now.lastModifiedTime(), now.size(), String.valueOf(now.fileKey()));
    } catch (IOException e) {
      return List.of(file);
    }
  }

  private static void answer(Callback[] callbacks, String name, char[] password) throws UnsupportedCallbackException {
    for (Callback callback : callbacks) {
      if (callback instanceof NameCallback asksName) {
        asksName.setName(name);
      } else if (callback instanceof PasswordCallback asksPassword) {
        asksPassword.setPassword(password);
      } else {
        throw new UnsupportedCallbackException(callback);
      }
    }
  }
}
