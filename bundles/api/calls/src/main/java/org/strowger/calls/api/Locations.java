package org.strowger.calls.api;

import java.time.Instant;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;
import org.strowger.kernel.AccountId;
import org.strowger.sip.api.Flow;
import org.strowger.sip.api.SipUri;

/** Where accounts are registered now. Threads: any; from memory, never blocks. */
@ProviderType
public interface Locations {

  /** Contacts that have not expired, highest q first. */
  List<Binding> locate(AccountId account);

  /**
   * One registered contact.
   *
   * @param path RFC 3327, first hop first; empty if there is none
   * @param flow the REGISTER came by: the way back through NAT, where {@code contact} cannot be meant as it stands
   * @param qThousandths 0 to 1000
   */
  record Binding(SipUri contact, List<SipUri> path, Flow flow, Instant expires, int qThousandths, String userAgent) {
    public Binding {
      path = List.copyOf(path);
    }
  }
}
