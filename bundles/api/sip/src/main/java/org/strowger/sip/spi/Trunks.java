package org.strowger.sip.spi;

import java.util.Collection;
import org.osgi.annotation.versioning.ProviderType;
import org.strowger.kernel.HostPort;

/**
 * Where calls are taken that are paid for: carriers. The stack never calls a registered phone at such an address, whatever its Contact, its Path or a
 * name server says: it would be a call out that nobody is charged for. Registered as a service; the stack asks all of them, and keeps what they said last
 * while none is there.
 */
@ProviderType
public interface Trunks {

  /** All of them, those that get no calls now too; names or addresses, port 0 for 5060. Threads: any; from memory, never blocks: asked for every REGISTER. */
  Collection<HostPort> addresses();
}
