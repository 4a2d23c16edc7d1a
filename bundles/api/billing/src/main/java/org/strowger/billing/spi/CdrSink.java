package org.strowger.billing.spi;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;
import org.strowger.billing.api.Cdr;

/**
 * Receives every CDR, in order, at least once, by a durable cursor over the CDR table: a sink that was
 * away or failed gets what it missed. Service property {@code plugin.id} names its cursor.
 */
@ConsumerType
public interface CdrSink {

  /** Runs on a thread of its own, up to 30 s. Throw to get the same batch again later. */
  void receive(List<Cdr> batch) throws Exception;
}
