package org.strowger.users.internal;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.karaf.jaas.modules.Encryption;
import org.apache.karaf.jaas.modules.EncryptionService;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.strowger.passwords.Passwords;

/**
 * What Karaf hashes and compares passwords with. Karaf puts its mark before and behind what it gets and takes as many characters off again; the mark it puts
 * before ends with the {@code $} that our forms begin with. Threads: any; blocks.
 */
@Component(immediate = true, service = EncryptionService.class, property = "name=" + SwitchEncryption.NAME)
public final class SwitchEncryption implements EncryptionService, Encryption {

  static final String NAME = "strowger";
  /** As earlier releases wrote it. Its mark is not the one that Karaf is told to look for now, so Karaf takes the whole for a password. */
  private static final Pattern UNSALTED = Pattern.compile("\\{CRYPT\\}([0-9a-fA-F]{64})\\{CRYPT\\}");
  private static final String BEGIN = "$";

  private final Passwords passwords;

  @Activate
  public SwitchEncryption(@Reference Passwords passwords) {
    this.passwords = passwords;
  }

  @Override
  public Encryption createEncryption(Map<String, String> algorithmAndEncoding) {
    return this;
  }

  @Override
  public String encryptPassword(String typed) {
    Matcher unsalted = UNSALTED.matcher(typed);
    String hash = unsalted.matches() ? passwords.hashUnsalted(unsalted.group(1)) : passwords.hashChosen(typed);
    // In the file a comma ends the password.
    return hash.substring(BEGIN.length()).replace(',', ';');
  }

  @Override
  public boolean checkPassword(String given, String kept) {
    if (given == null) {
      return false;
    }
    String hash = kept == null ? null : kept.replace(';', ',');
    return passwords.admits(given, hash == null || hash.startsWith(BEGIN) || Passwords.isUnsalted(hash) ? hash : BEGIN + hash);
  }
}
