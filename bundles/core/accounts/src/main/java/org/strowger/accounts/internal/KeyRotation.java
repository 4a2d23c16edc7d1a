package org.strowger.accounts.internal;

import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.strowger.accounts.internal.store.AccountStore;
import org.strowger.accounts.internal.store.AccountStore.Locked;
import org.strowger.kernel.StrowgerException;

/**
 * Seals every VoIP password under a new key, a few accounts a transaction. Cut off half-way, the next
 * run goes on with the same key; accounts work all the time, sealed under the old key or the new one.
 */
@Component(service = KeyRotation.class)
public final class KeyRotation {

  private static final int AT_ONCE = 200;

  private final AccountStore store;
  private final VoipSecrets secrets;
  private boolean running;

  /**
   * What a rotation did.
   *
   * @param resumed whether it ended one that had been cut off
   * @param noLongerUsed ids of the keys that seal nothing any more, but open older backups
   */
  public record Report(String key, long sealed, boolean resumed, List<String> noLongerUsed) {}

  @Activate
  public KeyRotation(@Reference AccountStore store, @Reference VoipSecrets secrets) {
    this.store = store;
    this.secrets = secrets;
  }

  public Report rotate() {
    begin();
    try {
      String current = secrets.currentKey();
      boolean resumed = store.notSealedUnder(current) > 0;
      String key = resumed ? current : secrets.newKey();
      long sealed = 0;
      for (int some = some(key); some > 0; some = some(key)) {
        sealed += some;
      }
      return new Report(key, sealed, resumed, secrets.keyIds().stream().filter(id -> !id.equals(key)).toList());
    } finally {
      end();
    }
  }

  /** The key that seals now, and how many passwords are still under another. */
  public Report status() {
    String current = secrets.currentKey();
    return new Report(current, store.notSealedUnder(current), false, secrets.keyIds().stream().filter(id -> !id.equals(current)).toList());
  }

  private int some(String key) {
    return store.tx().required(() -> {
      List<Locked> locked = store.lockNotSealedUnder(key, AT_ONCE);
      for (Locked one : locked) {
        var stored = one.read();
        one.voipSealed(secrets.reseal(stored.account().id(), stored.account().profile().voipLogin(), stored.voipSealed()));
      }
      return locked.size();
    });
  }

  private synchronized void begin() {
    if (running) {
      throw StrowgerException.conflict("a rotation of the keys is running already");
    }
    running = true;
  }

  private synchronized void end() {
    running = false;
  }
}
