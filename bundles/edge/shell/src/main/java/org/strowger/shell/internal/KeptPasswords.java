package org.strowger.shell.internal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.strowger.passwords.Passwords;

/** How the realm's options say that passwords are kept in the file of users: hashed by the switch, by something else, or not at all. */
final class KeptPasswords {

  private static final String OURS = "strowger";
  /** Karaf's own, without a salt, which is meant too where nothing is named. */
  private static final Set<String> WEAK = Set.of("basic", "");
  private static final String GROUP = "_g_:";

  private final boolean hashed;
  private final String name;
  private final String before;
  private final String behind;

  KeptPasswords(Map<String, ?> options) {
    this.hashed = Boolean.parseBoolean(option(options, "enabled"));
    this.name = option(options, "name");
    this.before = option(options, "prefix");
    this.behind = option(options, "suffix");
  }

  private static String option(Map<String, ?> options, String name) {
    return options.get("encryption." + name) instanceof String text ? text : "";
  }

  /** What to give to Karaf's engine as the password: it hashes as if a person had chosen it what is not hashed already. */
  String generated(String password) {
    return hashed && name.equals(OURS) ? before.replaceAll("\\$$", "") + Passwords.hashGenerated(password) + behind : password;
  }

  /** Whether Karaf's thread finds nothing to hash in the file. */
  boolean allHashed(byte[] file) throws IOException {
    if (!hashed) {
      return true;
    }
    var users = new Properties();
    users.load(new ByteArrayInputStream(file));
    return users.entrySet().stream().filter(user -> !user.getKey().toString().startsWith(GROUP)).map(user -> user.getValue().toString().split(",", -1)[0])
        .allMatch(password -> password.startsWith(before) && password.endsWith(behind));
  }

  /** Whether who has the file may read the passwords in it, or soon knows the short ones. */
  boolean areWeak() {
    return !hashed || WEAK.contains(name);
  }
}
