package org.strowger.persistence.api;

import org.osgi.annotation.versioning.ProviderType;

/**
 * The switch's PostgreSQL. The service is registered when the database answers and stays while the bundle lives: when
 * the server dies and comes back, transactions in between fail with {@link DatabaseException.Kind#UNAVAILABLE}, nothing has
 * to be opened again. Safe for use by any thread.
 */
@ProviderType
public interface Database {

  /**
   * Creates the domain's schema where it is missing, runs its migrations and answers when they are done. Opening the same
   * domain again (a bundle that was updated) runs what is new. Two nodes may open one domain at the same time: they take
   * turns under an advisory lock. Blocks for as long as the migrations take.
   *
   * @throws DatabaseException of kind {@link DatabaseException.Kind#MIGRATION} when a script fails or a script that already
   *     ran has changed; the schema is then as it was before the failing script
   */
  Domain open(DomainSpec spec);

  /** The transactions of this database; the same object for every domain. */
  Tx tx();

  /** What runs where, for the start's summary and for health checks. Never blocks, holds no secret. */
  DatabaseStatus status();
}
