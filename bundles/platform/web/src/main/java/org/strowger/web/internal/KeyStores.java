package org.strowger.web.internal;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.UnrecoverableKeyException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Dictionary;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;

/** The key stores that the web server's settings name, and whether they open. No answer holds a password. */
final class KeyStores {

  static final String HTTP = "org.osgi.service.http.enabled";
  static final String HTTPS = "org.osgi.service.http.secure.enabled";
  private static final String STORE = "org.ops4j.pax.web.ssl.keystore";
  private static final String KEY_PASSWORD = "org.ops4j.pax.web.ssl.key.password";
  private static final String TRUST = "org.ops4j.pax.web.ssl.truststore";
  /** Jetty's own; the JDK opens PKCS12 by this name, too. */
  private static final String USUAL_TYPE = "JKS";

  private KeyStores() {}

  /** The settings that the checks are about. */
  private record Settings(Dictionary<String, ?> all) {

    String text(String key) {
      Object value = all.get(key);
      return value == null ? "" : value.toString().strip();
    }

    boolean serveHttps() {
      return text(HTTPS).equalsIgnoreCase("true");
    }
  }

  private static final class Unfit extends Exception {

    private static final long serialVersionUID = 1L;

    Unfit(String message) {
      super(message);
    }
  }

  /** Files, whether they are there or not. */
  static List<Path> named(Dictionary<String, ?> all) {
    var settings = new Settings(all);
    var files = new ArrayList<Path>();
    for (String key : List.of(STORE, TRUST)) {
      try {
        if (settings.serveHttps() && !settings.text(key).isEmpty()) {
          path(settings.text(key)).ifPresent(files::add);
        }
      } catch (IllegalArgumentException noPath) {
        // Said by the check.
      }
    }
    return files;
  }

  /** Why HTTPS cannot be served: the field, what is wrong with it, and the remedy; empty where it can, or is not asked for. */
  static Optional<String> fault(Dictionary<String, ?> all) {
    var settings = new Settings(all);
    if (!settings.serveHttps()) {
      return Optional.empty();
    }
    try {
      if (settings.text(STORE).isEmpty()) {
        throw new Unfit(STORE + " is not set: name the file with the switch's key and certificate");
      }
      KeyStore store = open(settings, STORE);
      if (store != null) {
        requireKey(settings, store);
      }
      if (!settings.text(TRUST).isEmpty()) {
        open(settings, TRUST);
      }
      return Optional.empty();
    } catch (Unfit unfit) {
      return Optional.of(unfit.getMessage());
    }
  }

  /** Null where only Jetty can: a store of another provider or at an address, an obfuscated password. */
  private static KeyStore open(Settings settings, String key) throws Unfit {
    String place = settings.text(key);
    String type = settings.text(key + ".type").isEmpty() ? USUAL_TYPE : settings.text(key + ".type");
    Optional<Path> file;
    try {
      file = path(place);
    } catch (IllegalArgumentException noPath) {
      throw new Unfit(key + " '" + place + "' is no name of a file");
    }
    if (file.isEmpty() || !settings.text(key + ".provider").isEmpty()) {
      return null;
    }
    if (!Files.isReadable(file.get()) || Files.isDirectory(file.get())) {
      throw new Unfit(key + ": " + file.get() + (Files.exists(file.get()) ? " can't be read: let the switch's user read it" : " is not there: put the key store there, or name another"));
    }
    String password = settings.text(key + ".password");
    if (isForJetty(password)) {
      return null;
    }
    // A trust store may have none.
    if (key.equals(STORE) || !password.isEmpty()) {
      requirePassword(key + ".password", password);
    }
    return load(key, type, file.get(), password);
  }

  private static KeyStore load(String key, String type, Path file, String password) throws Unfit {
    try (InputStream in = Files.newInputStream(file)) {
      KeyStore store = KeyStore.getInstance(type);
      store.load(in, password.isEmpty() ? null : password.toCharArray());
      return store;
    } catch (KeyStoreException unknown) {
      throw new Unfit(key + ".type '" + type + "' is no type of key store: PKCS12 is one");
    } catch (IOException e) {
      if (e.getCause() instanceof UnrecoverableKeyException) {
        throw new Unfit(key + ".password does not open " + file + ": put the right one there, or into the file in keys/ that it names");
      }
      throw new Unfit(key + ": " + file + " is no key store of type " + type + ", or is damaged: put a good one there, or set " + key + ".type");
    } catch (GeneralSecurityException e) {
      throw new Unfit(key + ": " + file + " holds what this Java cannot read: make the key store anew");
    }
  }

  private static void requirePassword(String key, String password) throws Unfit {
    if (password.isEmpty()) {
      throw new Unfit(key + " is empty: set it, or write it into the file in keys/ that it names");
    }
    // What stays of a secret that is not there.
    if (password.startsWith("$[secret:")) {
      throw new Unfit(key + " says " + password + ", and there is no such file in keys/: write the password into one");
    }
  }

  /** As Jetty does: the store's own password where none is given for the key. */
  private static void requireKey(Settings settings, KeyStore store) throws Unfit {
    String own = settings.text(KEY_PASSWORD);
    if (isForJetty(own)) {
      return;
    }
    if (!own.isEmpty()) {
      requirePassword(KEY_PASSWORD, own);
    }
    String password = own.isEmpty() ? settings.text(STORE + ".password") : own;
    try {
      boolean hasKey = false;
      for (String alias : Collections.list(store.aliases())) {
        hasKey |= store.isKeyEntry(alias);
      }
      if (!hasKey) {
        throw new Unfit(STORE + ": " + settings.text(STORE) + " holds no private key: import the key, not only its certificate");
      }
      KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm()).init(store, password.toCharArray());
    } catch (GeneralSecurityException e) {
      throw new Unfit(KEY_PASSWORD + " does not open the key in " + settings.text(STORE) + ": put the right one there, or into the file in keys/ that it names");
    }
  }

  private static boolean isForJetty(String password) {
    return password.startsWith("OBF:") || password.startsWith("ENC(");
  }

  /** @throws IllegalArgumentException if it is neither a path nor an address */
  private static Optional<Path> path(String place) {
    if (place.startsWith("file:")) {
      return Optional.of(Path.of(URI.create(place)));
    }
    if (place.matches("[a-zA-Z][a-zA-Z0-9+.-]+:.*")) {
      return Optional.empty();
    }
    try {
      return Optional.of(Path.of(place));
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
