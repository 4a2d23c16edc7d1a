package org.strowger.accounts.internal.store;

import java.time.Instant;
import org.strowger.kernel.AccountId;

/**
 * Who keeps accounts in memory, told what becomes of an account's first use. A first use changes nothing else of an account: what is kept of it can stay, so that
 * its next call is served, too, if the database is away by then. Threads: any, the writer's too: must not block.
 */
public interface Keeper {

  /** It counts from now on, durable or not. What is read from now on shows it, what is being read may not. */
  void used(AccountId id, Instant when);

  /** It was not stored and counts no more. What is read from now on does not show it, what is being read may. */
  void unused(AccountId id, Instant when);

  /** The database knows another first use, or no such account: only what is read from now on is right. */
  void usedBefore(AccountId id);
}
