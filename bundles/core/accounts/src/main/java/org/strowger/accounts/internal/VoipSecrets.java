package org.strowger.accounts.internal;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.strowger.accounts.internal.secrets.KeyRing;
import org.strowger.accounts.internal.secrets.Seal;
import org.strowger.accounts.internal.secrets.VoipSecret;
import org.strowger.kernel.AccountId;
import org.strowger.kernel.ErrorCode;
import org.strowger.kernel.Live;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.Time;
import org.strowger.sip.api.SipDigest;

/** Seals and opens VoIP passwords with the instance's keys, for the switch's realm. */
@Component(service = VoipSecrets.class)
public final class VoipSecrets {

  private final KeyRing keys;
  private final Seal seal;
  /** What was wrong with a key when it was last needed; null if nothing was. */
  private volatile String trouble;
  private final LongAdder opened = new LongAdder();
  private final Live<SipDigest> digest = new Live<>("SIP");

  @Activate
  public VoipSecrets(@Reference Time time) {
    this(new KeyRing(VoipSecrets::folder, time));
  }

  VoipSecrets(KeyRing keys) {
    this.keys = keys;
    this.seal = new Seal(keys);
  }

  @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
  void bindDigest(SipDigest service) {
    digest.bind(service);
  }

  void unbindDigest(SipDigest service) {
    digest.unbind(service);
  }

  private static Path folder() {
    String home = System.getProperty("strowger.home");
    if (home == null) {
      throw new StrowgerException(ErrorCode.UNAVAILABLE, "the system property strowger.home is not set: it names the folder of this instance, where keys/ is");
    }
    return Path.of(home, "keys");
  }

  byte[] seal(AccountId account, String login, String password) {
    String realm = digest.now().map(SipDigest::realm).orElse("");
    return seal.close(account, VoipSecret.of(login, realm, password));
  }

  VoipSecret open(AccountId account, byte[] sealed) {
    opened.increment();
    try {
      VoipSecret secret = seal.open(account, sealed);
      trouble = null;
      return secret;
    } catch (StrowgerException e) {
      trouble = e.getMessage();
      throw e;
    }
  }

  /** How often a secret was decrypted since the start. */
  long opened() {
    return opened.sum();
  }

  /** Why passwords could not be opened, if that is so. */
  Optional<String> unusableKey() {
    return Optional.ofNullable(trouble);
  }

  /** The same secret, for what the login and realm are now, under the current key. */
  byte[] reseal(AccountId account, String login, byte[] sealed) {
    return seal(account, login, open(account, sealed).password());
  }

  String currentKey() {
    return keys.current().id();
  }

  String newKey() {
    return keys.renew().id();
  }

  List<String> keyIds() {
    return keys.ids();
  }
}
