package org.strowger.dnc.spi;

import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * One list of numbers. Registered as a service with the properties {@link #LIST} and, where the defaults
 * do not fit, {@link #SIDE}, {@link #LIMIT_MILLIS} and {@code on.failure}; with a {@code plugin.id} it can be mandatory.
 *
 * <p>Asked under guard, by several threads at once, none of them a call's. No method may block: one that is not
 * back within 50 ms is given up, and a source that hangs again and again is quarantined for a while. An answer that has to be
 * fetched is a stage that the source completes later, on a thread of its own, and it gives up by itself after its
 * limit. What the source keeps in memory is bounded. Its threads end when it is deactivated, after its service is
 * unregistered; stages that are open then are completed, exceptionally if need be. A source that has left decides nothing.
 *
 * <p>A source that cannot answer, be it for its configuration, is registered all the same and fails: one that is not there lets
 * every number pass.
 */
@ConsumerType
public interface DncSource {

  /** Service property: name of the list, {@code [a-z0-9-]{1,32}}. */
  String LIST = "dnc.list";

  /** Service property: {@code cld} (default), numbers that must not be called, or {@code cli}, numbers that must not call. */
  String SIDE = "dnc.side";

  /** Service property: how long an answer may take in milliseconds, 1 to 400; default {@value #DEFAULT_LIMIT_MILLIS}. */
  String LIMIT_MILLIS = "dnc.limit.millis";

  int DEFAULT_LIMIT_MILLIS = 300;

  /**
   * Whether exactly this number is listed.
   *
   * @param number 1 to 18 digits, no plus sign; in the format that calls have at the stage of the lookup
   * @return never null; completed exceptionally if it cannot be known now, and then {@code on.failure} decides
   */
  CompletionStage<Boolean> lists(String number);

  /** How the list is, for people. From memory, never blocks. */
  DncStatus status();

  /**
   * Starts to read the list afresh, if that means anything to it; returns at once. Until the new one is
   * complete the old one answers; if the new one is broken the old one stays and {@link #status()} says why.
   */
  default void reload() {}
}
